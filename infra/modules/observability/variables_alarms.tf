variable "thresholds" {
  description = <<-EOT
    When an alarm fires, over three of five minutes unless the catalogue says otherwise. Some have no default: they are off until given.
    - `api_5xx_percent`: share of requests answered 5xx.
    - `api_4xx_anomaly_deviations`: standard deviations that the share of 4xx may lie above what is usual; 3 is a start. Left out, off.
    - `api_latency_p99_ms`, `api_latency_p50_ms`: 99th percentile and median of the whole answer, in ms. p50 left out, off.
    - `api_overhead_ms`: average time of a request behind the gateway but outside SageMaker, in ms. Left out, off.
    - `api_throttled_requests`: requests a minute answered 429. Needs api.access_log_group_name. Left out, off.
    - `api_requests_per_hour`: fewer than this many are an alarm; none at all, too. Left out, off.
    - `function_errors`, `function_throttles`: invocations a minute that failed or were refused.
    - `function_duration_percent`: the longest invocation's share of the timeout.
    - `function_concurrency_percent`: share of the reserved concurrency in use.
    - `endpoint_5xx_errors`: calls a minute that SageMaker answered 5xx.
    - `endpoint_model_errors`: calls a minute that the container failed.
    - `endpoint_latency_p99_ms`: 99th percentile of the container's own time, in ms.
    - `endpoint_cpu_percent` (of all processors), `endpoint_memory_percent`, `endpoint_disk_percent`: use of the instances; memory of serverless containers too.
    - `endpoint_load_percent`: calls an instance, as a share of what autoscaling aims at.
    - `endpoint_concurrency_percent`: share of a serverless endpoint's `max_concurrency` in use.
    A count or share must be exceeded, so 0 means any.
  EOT
  type = object({
    api_5xx_percent              = optional(number, 1)
    api_4xx_anomaly_deviations   = optional(number)
    api_latency_p99_ms           = optional(number, 3000)
    api_latency_p50_ms           = optional(number)
    api_overhead_ms              = optional(number)
    api_throttled_requests       = optional(number)
    api_requests_per_hour        = optional(number)
    function_errors              = optional(number, 0)
    function_throttles           = optional(number, 0)
    function_duration_percent    = optional(number, 80)
    function_concurrency_percent = optional(number, 80)
    endpoint_5xx_errors          = optional(number, 0)
    endpoint_model_errors        = optional(number, 0)
    endpoint_latency_p99_ms      = optional(number, 2000)
    endpoint_cpu_percent         = optional(number, 90)
    endpoint_memory_percent      = optional(number, 90)
    endpoint_disk_percent        = optional(number, 85)
    endpoint_load_percent        = optional(number, 150)
    endpoint_concurrency_percent = optional(number, 80)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.thresholds.api_5xx_percent >= 0 && var.thresholds.api_5xx_percent < 100
    error_message = "thresholds.api_5xx_percent must be 0 or more and less than 100."
  }

  validation {
    condition     = alltrue([for value in values(var.thresholds) : value == null ? true : value >= 0])
    error_message = "No threshold may be negative."
  }

  validation {
    condition     = var.thresholds.api_latency_p99_ms > 0 && var.thresholds.api_latency_p99_ms < 29000
    error_message = "thresholds.api_latency_p99_ms must be more than 0 and below the gateway's 29000 ms, or it never fires."
  }

  validation {
    condition     = try(var.thresholds.api_latency_p50_ms < var.thresholds.api_latency_p99_ms, true)
    error_message = "thresholds.api_latency_p50_ms must be less than api_latency_p99_ms: half of the answers are never slower than the slowest 1 %."
  }

  validation {
    condition     = var.thresholds.api_4xx_anomaly_deviations == null ? true : var.thresholds.api_4xx_anomaly_deviations > 0
    error_message = "thresholds.api_4xx_anomaly_deviations must be more than 0; 2 and 3 are usual."
  }

  validation {
    condition     = var.thresholds.api_throttled_requests == null || try(var.api.access_log_group_name, null) != null
    error_message = "thresholds.api_throttled_requests needs api.access_log_group_name: no metric tells a 429 from another 4xx, only the access log does."
  }

  validation {
    condition     = var.thresholds.api_requests_per_hour == null ? true : var.thresholds.api_requests_per_hour >= 1
    error_message = "thresholds.api_requests_per_hour must be 1 or more: fewer than none never come."
  }

  validation {
    condition     = var.thresholds.api_overhead_ms == null || try(length(var.endpoint.variant_names) <= 4, true)
    error_message = "thresholds.api_overhead_ms takes an endpoint of four variants at most: CloudWatch allows ten metrics in an alarm."
  }

  validation {
    condition     = alltrue([for name, value in var.thresholds : endswith(name, "_percent") && name != "endpoint_load_percent" && value != null ? value <= 100 : true])
    error_message = "A threshold in percent is 100 at most; only endpoint_load_percent, measured against a target, may be more."
  }
}

variable "disabled_alarms" {
  description = "Alarms not to make, by their name after the prefix: api-5xx, api-4xx-anomaly, api-latency, api-latency-p50, api-overhead, api-throttles, api-no-traffic, function-errors, function-throttles, function-duration, function-concurrency, endpoint-5xx, endpoint-model-errors, endpoint-latency, endpoint-cpu, endpoint-memory, endpoint-disk, endpoint-load, endpoint-concurrency."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(setsubtract(var.disabled_alarms, ["api-5xx", "api-4xx-anomaly", "api-latency", "api-latency-p50", "api-overhead", "api-throttles", "api-no-traffic", "function-errors", "function-throttles", "function-duration", "function-concurrency", "endpoint-5xx", "endpoint-model-errors", "endpoint-latency", "endpoint-cpu", "endpoint-memory", "endpoint-disk", "endpoint-load", "endpoint-concurrency"])) == 0
    error_message = "disabled_alarms holds only api-5xx, api-4xx-anomaly, api-latency, api-latency-p50, api-overhead, api-throttles, api-no-traffic, function-errors, function-throttles, function-duration, function-concurrency, endpoint-5xx, endpoint-model-errors, endpoint-latency, endpoint-cpu, endpoint-memory, endpoint-disk, endpoint-load, endpoint-concurrency."
  }
}

variable "page_on" {
  description = "Alarms that are worth waking someone up, by the same names: any of them sets off the composite alarm `down`, and so do fast and slow burns of an objective. An empty set without objectives makes no such alarm."
  type        = set(string)
  default     = ["api-5xx", "api-no-traffic", "function-errors", "function-throttles", "endpoint-5xx", "endpoint-model-errors"]
  nullable    = false

  validation {
    condition     = length(setsubtract(var.page_on, ["api-5xx", "api-4xx-anomaly", "api-latency", "api-latency-p50", "api-overhead", "api-throttles", "api-no-traffic", "function-errors", "function-throttles", "function-duration", "function-concurrency", "endpoint-5xx", "endpoint-model-errors", "endpoint-latency", "endpoint-cpu", "endpoint-memory", "endpoint-disk", "endpoint-load", "endpoint-concurrency"])) == 0
    error_message = "page_on holds only api-5xx, api-4xx-anomaly, api-latency, api-latency-p50, api-overhead, api-throttles, api-no-traffic, function-errors, function-throttles, function-duration, function-concurrency, endpoint-5xx, endpoint-model-errors, endpoint-latency, endpoint-cpu, endpoint-memory, endpoint-disk, endpoint-load, endpoint-concurrency."
  }
}

variable "slo" {
  description = <<-EOT
    Objectives over 30 days; null has none. Each makes six alarms over windows of five minutes to three days, and two composite alarms that say how fast the month's allowance is used up: slo-OBJECTIVE-page and slo-OBJECTIVE-ticket.
    - `availability_percent`: share of requests not answered 5xx, e.g. 99.9.
    - `latency`: `percent` of the requests to be answered within `threshold_ms`.
  EOT
  type = object({
    availability_percent = optional(number)
    latency = optional(object({
      threshold_ms = number
      percent      = number
    }))
  })
  default = null

  validation {
    condition     = var.slo == null || var.api != null
    error_message = "slo is measured at the API: give api."
  }

  validation {
    condition     = try(var.slo.availability_percent != null || var.slo.latency != null, true)
    error_message = "Give slo.availability_percent, slo.latency or both; slo = null has no objective."
  }

  validation {
    condition     = try(var.slo.availability_percent > 93.1 && var.slo.availability_percent < 100, true)
    error_message = "slo.availability_percent must lie between 93.1 and 100: below, 14.4 times the allowed share is more than all requests, and the alarm could never fire."
  }

  validation {
    condition     = try(var.slo.latency.percent > 93.1 && var.slo.latency.percent < 100, true)
    error_message = "slo.latency.percent must lie between 93.1 and 100: below, 14.4 times the allowed share is more than all requests, and the alarm could never fire."
  }

  validation {
    condition     = try(var.slo.latency.threshold_ms > 0 && var.slo.latency.threshold_ms < 29000, true)
    error_message = "slo.latency.threshold_ms must be more than 0 and below the gateway's 29000 ms."
  }
}
