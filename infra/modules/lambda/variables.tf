variable "name" {
  description = "Name of the function, e.g. bike-rental-dev."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,34}[a-z0-9]$", var.name))
    error_message = "Give name 2 to 36 lower-case letters, digits and hyphens, a letter first and no hyphen last."
  }
}

variable "role_arn" {
  description = "ARN of the function's role: the iam module's output lambda_role_arn."
  type        = string
  nullable    = false
}

variable "package" {
  description = "What `python -m scripts.package` built: paths of the `zip` and of its `manifest` (JSON), which gives runtime, architecture and handler."
  type = object({
    zip      = string
    manifest = string
  })
  nullable = false

  validation {
    condition     = can(filebase64sha256(var.package.zip))
    error_message = "There is no file at package.zip. Build it: python -m scripts.package <model>."
  }

  validation {
    condition     = alltrue([for key in ["runtime", "architecture", "handler", "sha256_base64"] : can(jsondecode(file(var.package.manifest))[key])])
    error_message = "package.manifest is no manifest with runtime, architecture, handler and sha256_base64. Build it: python -m scripts.package <model>."
  }

  validation {
    condition     = !can(filebase64sha256(var.package.zip)) || !can(jsondecode(file(var.package.manifest)).sha256_base64) || try(jsondecode(file(var.package.manifest)).sha256_base64 == filebase64sha256(var.package.zip), false)
    error_message = "package.manifest describes other bytes than package.zip holds. Build both again: python -m scripts.package <model>."
  }
}

variable "settings" {
  description = <<-EOT
    What the function reads from its environment:
    - `endpoint_name`: the endpoint it invokes (ENDPOINT_NAME).
    - `model_timeout_seconds`: read timeout of one call to the endpoint (MODEL_TIMEOUT_SECONDS); a call is tried twice, so keep it under half of timeout_seconds.
    - `cors_allow_origins`: origins that browsers may call from (CORS_ALLOW_ORIGINS); empty sends no CORS headers.
    - `metrics_namespace`: CloudWatch namespace of the function's own metrics (METRICS_NAMESPACE).
    - `log_level`: DEBUG, INFO, WARNING or ERROR (LOG_LEVEL).
    - `contract_file`: path of the contract in the zip (CONTRACT_FILE). Left out, contract.json.
    - `feature_log_sample_rate`: share of requests, from 0 to 1, whose features are written to the log for the skew check (FEATURE_LOG_SAMPLE_RATE). Features may be personal data: everyone who reads the log group reads them, for as long as it keeps them. Left out, 0: none ever.
  EOT
  type = object({
    endpoint_name         = string
    model_timeout_seconds = optional(number, 12)
    cors_allow_origins    = optional(list(string), [])
    metrics_namespace     = optional(string, "ModelEndpointApi")
    log_level             = optional(string, "INFO")
    contract_file         = optional(string)

    feature_log_sample_rate = optional(number, 0)
  })
  nullable = false

  validation {
    condition     = var.settings.model_timeout_seconds > 0 && 2 * var.settings.model_timeout_seconds < var.timeout_seconds
    error_message = "settings.model_timeout_seconds must be more than 0 and less than half of timeout_seconds, since a call is tried twice."
  }

  validation {
    condition     = alltrue([for origin in var.settings.cors_allow_origins : origin == "*" || can(regex("^https?://[^/,\\s]+$", origin))])
    error_message = "settings.cors_allow_origins holds \"*\" or origins such as https://app.example.com, without a path."
  }

  validation {
    condition     = contains(["DEBUG", "INFO", "WARNING", "ERROR"], var.settings.log_level)
    error_message = "settings.log_level must be DEBUG, INFO, WARNING or ERROR."
  }

  validation {
    condition     = var.settings.feature_log_sample_rate >= 0 && var.settings.feature_log_sample_rate <= 1
    error_message = "settings.feature_log_sample_rate is a share from 0 (never log a feature) to 1."
  }
}

variable "environment" {
  description = "Further environment variables. Never a secret: everyone who may describe the function reads them."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(setintersection(keys(var.environment), ["ENDPOINT_NAME", "MODEL_TIMEOUT_SECONDS", "CORS_ALLOW_ORIGINS", "METRICS_NAMESPACE", "LOG_LEVEL", "CONTRACT_FILE", "FEATURE_LOG_SAMPLE_RATE"])) == 0
    error_message = "Set ENDPOINT_NAME, MODEL_TIMEOUT_SECONDS, CORS_ALLOW_ORIGINS, METRICS_NAMESPACE, LOG_LEVEL, CONTRACT_FILE and FEATURE_LOG_SAMPLE_RATE through settings, not through environment."
  }
}

variable "timeout_seconds" {
  description = "Seconds after which Lambda stops the function."
  type        = number
  default     = 28
  nullable    = false

  validation {
    condition     = var.timeout_seconds < 29
    error_message = "timeout_seconds must be below the gateway's 29 s, or clients get its bare 504 while the function still runs."
  }

  validation {
    condition     = var.timeout_seconds >= 3
    error_message = "timeout_seconds must be 3 or more: a cold start and one call to the endpoint fit in no less."
  }
}

variable "memory_mb" {
  description = "Memory of the function in MB; its share of CPU grows with it. Cold starts gain up to about 1769, one full core."
  type        = number
  default     = 1024
  nullable    = false

  validation {
    condition     = var.memory_mb >= 256
    error_message = "memory_mb must be 256 or more: numpy and boto3 do not fit in less."
  }

  validation {
    condition     = var.memory_mb <= 10240
    error_message = "memory_mb must be 10240 or less, which is Lambda's limit."
  }
}

variable "reserved_concurrency" {
  description = "Requests at once that are kept for this function, and its limit. null shares the account's pool; a new account's pool is often too small to reserve from."
  type        = number
  default     = null

  validation {
    condition     = try(var.reserved_concurrency >= 1, true)
    error_message = "reserved_concurrency must be 1 or more; 0 would stop the function."
  }
}

variable "tracing" {
  description = "Record X-Ray traces. The role must allow it (iam module: lambda.tracing)."
  type        = bool
  default     = true
  nullable    = false
}

variable "log" {
  description = "The function's log group: days it is kept (`retention_days`, one of CloudWatch's periods) and the customer key that encrypts it (`kms_key_arn`; left out, CloudWatch's own)."
  type = object({
    retention_days = optional(number, 30)
    kms_key_arn    = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log.retention_days)
    error_message = "log.retention_days must be one of CloudWatch's periods: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653."
  }
}

variable "tags" {
  description = "Tags of everything made here, over the provider's default_tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
