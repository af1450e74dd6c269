variable "endpoint" {
  description = <<-EOT
    Where the model runs; exactly one of `instances`, `serverless` and `existing_name`. The fields are those of module
    `endpoint`, with `variant_name`, `variant_weight`, `data_capture` and `rollout`. Left out: serverless, 2048 MB, five requests at once.
    - `further_variants`, `shadow_variant`: as those of module `endpoint`, each with a `model` of its own (`artifact`, `image` or `package`, `environment`) instead of a model_name. VPC and isolation are those of `model`.
    - `target_model`: the artifact that each request names, where `model` is multi_model: the rest of its key. With `existing_name`, where that endpoint is one.
    - `target_container`: the container that each request names, where `model` has containers in execution_mode Direct. With `existing_name` likewise.
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
        invocations_per_instance_per_minute = optional(number)
        backlog_per_instance                = optional(number)
        scale_in_cooldown_seconds           = optional(number)
        scale_out_cooldown_seconds          = optional(number)
        disable_scale_in                    = optional(bool)
        schedules = optional(map(object({
          schedule = string
          timezone = optional(string)
          min      = optional(number)
          max      = optional(number)
        })))
        steps = optional(map(object({
          metric             = string
          threshold          = number
          comparison         = optional(string)
          period_seconds     = optional(number)
          evaluation_periods = optional(number)
          adjustment         = optional(string)
          minimum_change     = optional(number)
          cooldown_seconds   = optional(number)
          steps = list(object({
            from   = optional(number)
            to     = optional(number)
            change = number
          }))
        })))
      }))
    }))
    serverless = optional(object({
      memory_mb               = optional(number)
      max_concurrency         = optional(number)
      provisioned_concurrency = optional(number)
      autoscaling = optional(object({
        min                        = optional(number)
        max                        = number
        utilization                = optional(number)
        scale_in_cooldown_seconds  = optional(number)
        scale_out_cooldown_seconds = optional(number)
        disable_scale_in           = optional(bool)
        schedules = optional(map(object({
          schedule = string
          timezone = optional(string)
          min      = optional(number)
          max      = optional(number)
        })))
      }))
    }))
    variant_name     = optional(string)
    variant_weight   = optional(number)
    target_model     = optional(string)
    target_container = optional(string)
    further_variants = optional(map(object({
      model = object({
        artifact = optional(object({
          file        = optional(string)
          s3_uri      = optional(string)
          read_prefix = optional(string)
        }))
        image = optional(object({
          prebuilt = optional(object({
            repository_name = string
            tag             = string
          }))
          uri = optional(string)
        }))
        package = optional(object({
          arn                   = string
          artifact_read_arns    = optional(list(string))
          image_repository_arns = optional(list(string))
          kms_key_arns          = optional(list(string))
        }))
        environment = optional(map(string))
      })
      weight = optional(number)
      instances = object({
        type                    = string
        initial_count           = optional(number)
        startup_timeout_seconds = optional(number)
        autoscaling = optional(object({
          min                                 = optional(number)
          max                                 = number
          invocations_per_instance_per_minute = optional(number)
          backlog_per_instance                = optional(number)
          scale_in_cooldown_seconds           = optional(number)
          scale_out_cooldown_seconds          = optional(number)
          disable_scale_in                    = optional(bool)
          schedules = optional(map(object({
            schedule = string
            timezone = optional(string)
            min      = optional(number)
            max      = optional(number)
          })))
          steps = optional(map(object({
            metric             = string
            threshold          = number
            comparison         = optional(string)
            period_seconds     = optional(number)
            evaluation_periods = optional(number)
            adjustment         = optional(string)
            minimum_change     = optional(number)
            cooldown_seconds   = optional(number)
            steps = list(object({
              from   = optional(number)
              to     = optional(number)
              change = number
            }))
          })))
        }))
      })
    })), {})
    shadow_variant = optional(object({
      name = optional(string)
      model = object({
        artifact = optional(object({
          file        = optional(string)
          s3_uri      = optional(string)
          read_prefix = optional(string)
        }))
        image = optional(object({
          prebuilt = optional(object({
            repository_name = string
            tag             = string
          }))
          uri = optional(string)
        }))
        package = optional(object({
          arn                   = string
          artifact_read_arns    = optional(list(string))
          image_repository_arns = optional(list(string))
          kms_key_arns          = optional(list(string))
        }))
        environment = optional(map(string))
      })
      sampling_percentage = optional(number)
      instances = object({
        type                    = string
        initial_count           = optional(number)
        startup_timeout_seconds = optional(number)
      })
    }))
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

  validation {
    condition     = alltrue([for name in concat(keys(var.endpoint.further_variants), var.endpoint.shadow_variant == null ? [] : ["shadow"]) : length("${var.name}-${name}") <= 36])
    error_message = "A variant's model is named NAME-VARIANT in lower case, 36 characters at most (NAME-shadow for the shadow): shorten name or the variant's."
  }

  validation {
    condition     = var.endpoint.target_model == null || var.endpoint.target_container == null
    error_message = "Give one of endpoint.target_model and endpoint.target_container: an endpoint has many artifacts or several containers, not both."
  }

  validation {
    condition     = var.endpoint.target_model == null || can(regex("^[^/\\s]\\S*$", var.endpoint.target_model))
    error_message = "endpoint.target_model is what stands behind artifact_prefix in the artifact's key, without a slash first, such as north/model.tar.gz."
  }

  validation {
    condition     = var.endpoint.target_container == null || can(regex("^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$", var.endpoint.target_container))
    error_message = "endpoint.target_container is a container's hostname: 1 to 63 letters, digits and hyphens, no hyphen first or last."
  }
}
