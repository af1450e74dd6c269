variable "observability" {
  description = <<-EOT
    Alarms and the dashboard: `thresholds`, `disabled_alarms`, objectives (`slo`), what is worth a page (`page_on`), whom
    to tell (`notify`, or `page` and `ticket` apart), where the runbook is read (`runbook_url`), and `prices` for the cost
    on the dashboard. The fields are those of module `observability`.
  EOT
  type = object({
    thresholds = optional(object({
      api_5xx_percent              = optional(number)
      api_4xx_anomaly_deviations   = optional(number)
      api_latency_p99_ms           = optional(number)
      api_latency_p50_ms           = optional(number)
      api_overhead_ms              = optional(number)
      api_throttled_requests       = optional(number)
      api_requests_per_hour        = optional(number)
      function_errors              = optional(number)
      function_throttles           = optional(number)
      function_duration_percent    = optional(number)
      function_concurrency_percent = optional(number)
      endpoint_5xx_errors          = optional(number)
      endpoint_model_errors        = optional(number)
      endpoint_latency_p99_ms      = optional(number)
      endpoint_cpu_percent         = optional(number)
      endpoint_memory_percent      = optional(number)
      endpoint_disk_percent        = optional(number)
      endpoint_load_percent        = optional(number)
      endpoint_concurrency_percent = optional(number)
    }))
    disabled_alarms = optional(set(string))
    runbook_url     = optional(string)
    page_on         = optional(set(string))
    slo = optional(object({
      availability_percent = optional(number)
      latency = optional(object({
        threshold_ms = number
        percent      = number
      }))
    }))
    prices = optional(object({
      currency                      = optional(string)
      api_million_requests          = optional(number)
      function_million_requests     = optional(number)
      function_gb_second            = optional(number)
      endpoint_instance_hour        = optional(number)
      endpoint_serverless_gb_second = optional(number)
      log_gb                        = optional(number)
    }))
    notify = optional(object({
      topic_arn = optional(string)
      emails    = optional(set(string))
    }))
    page = optional(object({
      topic_arn = optional(string)
      emails    = optional(set(string))
    }))
    ticket = optional(object({
      topic_arn = optional(string)
      emails    = optional(set(string))
    }))
  })
  nullable = false
  default  = {}
}
