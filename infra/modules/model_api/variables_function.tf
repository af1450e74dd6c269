variable "function" {
  description = <<-EOT
    The function: `memory_mb`, `timeout_seconds`, `model_timeout_seconds` (read timeout of one call to the model; a call
    is tried twice), `reserved_concurrency` (null shares the account's pool), `log_level`, `metrics_namespace`,
    `feature_log_sample_rate` (share of requests whose features are logged: they may be personal data), and further
    `environment` variables. Left out, the defaults of module `lambda`.
  EOT
  type = object({
    memory_mb             = optional(number)
    timeout_seconds       = optional(number)
    model_timeout_seconds = optional(number)
    reserved_concurrency  = optional(number)
    log_level             = optional(string)
    metrics_namespace     = optional(string, "ModelEndpointApi")
    environment           = optional(map(string), {})

    feature_log_sample_rate = optional(number)
  })
  nullable = false
  default  = {}
}
