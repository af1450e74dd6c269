variable "function" {
  description = <<-EOT
    The function: `memory_mb`, `timeout_seconds`, `model_timeout_seconds` (read timeout of one call to the model; a call
    is tried twice), `log_level`, `metrics_namespace`, `feature_log_sample_rate` (share of requests whose features are
    logged: they may be personal data), `json_log` (Lambda's own lines as JSON too), and further `environment` variables.
    How it starts: `reserved_concurrency` (null shares the account's pool), `provisioned_concurrency` or `snap_start`.
    How the alias moves to a new version: `shift`; unless it gives `alarm_names`, the alarm on the function's errors brings it back.
    Where and under whose keys: `vpc`, `kms_key_arn`, `code_signing`. When its `runtime` is too old.
    Left out, the defaults of module `lambda`, whose fields these are; the role gets the permissions they take.
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

    shift = optional(object({
      canary = optional(object({
        percent      = number
        wait_seconds = optional(number)
      }))
      linear = optional(object({
        percent      = number
        wait_seconds = optional(number)
      }))
      alarm_names = optional(set(string))
    }))
    json_log = optional(object({
      application_level = optional(string)
      system_level      = optional(string)
    }))
    provisioned_concurrency = optional(object({
      count = number
      autoscaling = optional(object({
        max                        = number
        utilization                = optional(number)
        scale_in_cooldown_seconds  = optional(number)
        scale_out_cooldown_seconds = optional(number)
        schedules = optional(map(object({
          schedule = string
          timezone = optional(string)
          min      = number
          max      = number
        })))
      }))
    }))
    snap_start = optional(bool)
    vpc = optional(object({
      subnet_ids         = set(string)
      security_group_ids = set(string)
      ipv6               = optional(bool)
    }))
    kms_key_arn = optional(string)
    code_signing = optional(object({
      signing_profile_version_arns = set(string)
      untrusted                    = optional(string)
    }))
    runtime = optional(object({
      warn_days    = optional(number)
      deprecations = optional(map(string))
    }))
  })
  nullable = false
  default  = {}
}
