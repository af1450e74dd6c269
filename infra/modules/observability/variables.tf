variable "name" {
  description = "First part of the alarms' names and the dashboard's name, e.g. bike-rental-dev."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,34}[a-z0-9]$", var.name))
    error_message = "Give name 2 to 36 lower-case letters, digits and hyphens, a letter first and no hyphen last."
  }
}

variable "api" {
  description = "The REST API to watch: its `name` (metrics carry the name, not the id) and `stage_name`. null watches none."
  type = object({
    name       = string
    stage_name = string
  })
  default = null
}

variable "function" {
  description = "The function to watch: `name`, and `alias_name` whose versions are meant; `metrics_namespace` is where it writes its own metrics. null watches none."
  type = object({
    name              = string
    alias_name        = optional(string, "live")
    metrics_namespace = optional(string, "ModelEndpointApi")
  })
  default = null
}

variable "endpoint" {
  description = "The SageMaker endpoint to watch: `name` and `variant_names`. null watches none."
  type = object({
    name          = string
    variant_names = optional(list(string), ["AllTraffic"])
  })
  default = null

  validation {
    condition     = try(length(var.endpoint.variant_names) > 0, true)
    error_message = "endpoint.variant_names is empty: metrics are kept by variant, name at least one."
  }
}

variable "thresholds" {
  description = <<-EOT
    When an alarm fires, always over three of five minutes:
    - `api_5xx_percent`: share of requests answered 5xx.
    - `api_latency_p99_ms`: 99th percentile of the whole answer, in ms.
    - `function_errors`, `function_throttles`: invocations a minute that failed or were refused.
    - `endpoint_5xx_errors`: calls a minute that SageMaker answered 5xx.
    - `endpoint_model_errors`: calls a minute that the container failed.
    - `endpoint_latency_p99_ms`: 99th percentile of the container's own time, in ms.
    A count or share must be exceeded, so 0 means any.
  EOT
  type = object({
    api_5xx_percent         = optional(number, 1)
    api_latency_p99_ms      = optional(number, 3000)
    function_errors         = optional(number, 0)
    function_throttles      = optional(number, 0)
    endpoint_5xx_errors     = optional(number, 0)
    endpoint_model_errors   = optional(number, 0)
    endpoint_latency_p99_ms = optional(number, 2000)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.thresholds.api_5xx_percent >= 0 && var.thresholds.api_5xx_percent < 100
    error_message = "thresholds.api_5xx_percent must be 0 or more and less than 100."
  }

  validation {
    condition     = alltrue([for value in values(var.thresholds) : value >= 0])
    error_message = "No threshold may be negative."
  }

  validation {
    condition     = var.thresholds.api_latency_p99_ms > 0 && var.thresholds.api_latency_p99_ms < 29000
    error_message = "thresholds.api_latency_p99_ms must be more than 0 and below the gateway's 29000 ms, or it never fires."
  }
}

variable "disabled_alarms" {
  description = "Alarms not to make, by their name after the prefix: api-5xx, api-latency, function-errors, function-throttles, endpoint-5xx, endpoint-model-errors, endpoint-latency."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = length(setsubtract(var.disabled_alarms, ["api-5xx", "api-latency", "function-errors", "function-throttles", "endpoint-5xx", "endpoint-model-errors", "endpoint-latency"])) == 0
    error_message = "disabled_alarms holds only api-5xx, api-latency, function-errors, function-throttles, endpoint-5xx, endpoint-model-errors, endpoint-latency."
  }
}

variable "notify" {
  description = <<-EOT
    Who is told when an alarm fires and when it is over; null tells nobody. Give exactly one of:
    - `topic_arn`: an SNS topic that exists. If it is encrypted, its key must let cloudwatch.amazonaws.com use it.
    - `emails`: addresses; a topic with a key of its own is made, and each address must confirm once.
  EOT
  type = object({
    topic_arn = optional(string)
    emails    = optional(set(string), [])
  })
  default = null

  validation {
    condition     = try((var.notify.topic_arn != null) != (length(var.notify.emails) > 0), true)
    error_message = "Give exactly one of notify.topic_arn and notify.emails."
  }

  validation {
    condition     = alltrue([for email in try(var.notify.emails, []) : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", email))])
    error_message = "notify.emails holds addresses such as oncall@example.com."
  }
}

variable "tags" {
  description = "Tags of everything made here, over the provider's default_tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
