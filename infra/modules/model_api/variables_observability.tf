variable "observability" {
  description = "Alarms: `thresholds`, `disabled_alarms` and whom to `notify`. The fields are those of module `observability`."
  type = object({
    thresholds = optional(object({
      api_5xx_percent         = optional(number)
      api_latency_p99_ms      = optional(number)
      function_errors         = optional(number)
      function_throttles      = optional(number)
      endpoint_5xx_errors     = optional(number)
      endpoint_model_errors   = optional(number)
      endpoint_latency_p99_ms = optional(number)
    }))
    disabled_alarms = optional(set(string))
    notify = optional(object({
      topic_arn = optional(string)
      emails    = optional(set(string))
    }))
  })
  nullable = false
  default  = {}
}
