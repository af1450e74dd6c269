variable "endpoint" {
  description = <<-EOT
    Where the model runs; exactly one of `instances`, `serverless` and `existing_name`. The fields are those of module
    `endpoint`, with `variant_name`, `data_capture` and `rollout`. Left out: serverless, 2048 MB, five requests at once.
  EOT
  type = object({
    existing_name = optional(string)
    instances = optional(object({
      type                    = string
      initial_count           = optional(number)
      kms_key_arn             = optional(string)
      startup_timeout_seconds = optional(number)
      autoscaling = optional(object({
        min                                 = optional(number)
        max                                 = number
        invocations_per_instance_per_minute = number
        scale_in_cooldown_seconds           = optional(number)
        scale_out_cooldown_seconds          = optional(number)
      }))
    }))
    serverless = optional(object({
      memory_mb               = optional(number)
      max_concurrency         = optional(number)
      provisioned_concurrency = optional(number)
    }))
    variant_name = optional(string)
    data_capture = optional(object({
      destination_s3_uri  = string
      sampling_percentage = optional(number)
      modes               = optional(set(string))
      kms_key_arn         = optional(string)
      csv_content_types   = optional(set(string))
      json_content_types  = optional(set(string))
    }))
    rollout = optional(object({
      canary = optional(object({
        percent      = optional(number)
        instances    = optional(number)
        wait_seconds = optional(number)
      }))
      linear = optional(object({
        percent      = optional(number)
        instances    = optional(number)
        wait_seconds = optional(number)
      }))
      rolling = optional(object({
        percent          = optional(number)
        instances        = optional(number)
        rollback_percent = optional(number)
        wait_seconds     = optional(number)
      }))
      termination_wait_seconds = optional(number)
      maximum_seconds          = optional(number)
      alarms = optional(object({
        server_errors_per_minute = optional(number)
        latency_p99_ms           = optional(number)
      }))
      alarm_names = optional(set(string))
    }))
  })
  nullable = false
  default  = { serverless = {} }

  validation {
    condition     = length([for kind in [var.endpoint.existing_name, var.endpoint.instances, var.endpoint.serverless] : kind if kind != null]) == 1
    error_message = "Give exactly one of endpoint.instances, endpoint.serverless and endpoint.existing_name."
  }
}
