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

  # https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
  validation {
    condition = alltrue([
      for name in keys(var.environment) : can(regex("^[A-Za-z][A-Za-z0-9_]+$", name)) && !startswith(name, "AWS_LAMBDA_") &&
      !contains(["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR"], name)
    ])
    error_message = "A name in environment has letters, digits and underscores, a letter first, and is none that Lambda sets itself (AWS_REGION, AWS_LAMBDA_…, AWS_ACCESS_KEY_ID and other credentials, LAMBDA_TASK_ROOT, LAMBDA_RUNTIME_DIR)."
  }

  validation {
    condition     = length(jsonencode(merge(var.environment, { ENDPOINT_NAME = "", METRICS_NAMESPACE = var.settings.metrics_namespace, CORS_ALLOW_ORIGINS = join(",", var.settings.cors_allow_origins) }))) <= 3900
    error_message = "environment and settings together are more than Lambda's 4 KB of environment variables."
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

variable "tracing" {
  description = "Record X-Ray traces. The role must allow it (iam module: lambda.tracing)."
  type        = bool
  default     = true
  nullable    = false
}

variable "log" {
  description = <<-EOT
    The function's logs.
    - `retention_days`: days that its log group is kept, one of CloudWatch's periods.
    - `kms_key_arn`: customer key that encrypts the group. Left out, CloudWatch's own.
    - `json`: write Lambda's own lines as JSON too: `system_level` (DEBUG, INFO or WARN) of them, `application_level` (TRACE, DEBUG or INFO) of Python's logging. Left out, they are text. The function's line a request is JSON either way.
  EOT
  type = object({
    retention_days = optional(number, 30)
    kms_key_arn    = optional(string)
    json = optional(object({
      application_level = optional(string, "INFO")
      system_level      = optional(string, "INFO")
    }))
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log.retention_days)
    error_message = "log.retention_days must be one of CloudWatch's periods: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653."
  }

  # Lambda takes a line for INFO that doesn't say otherwise in its own way, and the line a request carries the metrics.
  validation {
    condition     = contains(["TRACE", "DEBUG", "INFO"], try(var.log.json.application_level, "INFO"))
    error_message = "log.json.application_level must be TRACE, DEBUG or INFO: above INFO Lambda would drop lines that carry metrics. For fewer lines raise settings.log_level."
  }

  validation {
    condition     = contains(["DEBUG", "INFO", "WARN"], try(var.log.json.system_level, "INFO"))
    error_message = "log.json.system_level must be DEBUG, INFO or WARN."
  }
}

variable "vpc" {
  description = <<-EOT
    Run the function in a VPC, from where it must reach SageMaker's runtime and X-Ray: by interface endpoints or NAT. The role must allow it (iam module: lambda.vpc). null runs it outside.
    - `subnet_ids`: private subnets, in two zones or more to bear the loss of one.
    - `security_group_ids`: groups of its network interfaces.
    - `ipv6`: let it call IPv6 from dual-stack subnets.
  EOT
  type = object({
    subnet_ids         = set(string)
    security_group_ids = set(string)
    ipv6               = optional(bool, false)
  })
  default = null

  validation {
    condition     = try(length(var.vpc.subnet_ids) >= 1 && length(var.vpc.subnet_ids) <= 16, var.vpc == null)
    error_message = "Give vpc 1 to 16 subnet_ids."
  }

  validation {
    condition     = try(length(var.vpc.security_group_ids) >= 1 && length(var.vpc.security_group_ids) <= 5, var.vpc == null)
    error_message = "Give vpc 1 to 5 security_group_ids."
  }
}

variable "kms_key_arn" {
  description = "Customer key that encrypts the environment variables, and the snapshots of snap_start. The role must be allowed to decrypt (iam module: lambda.kms_key_arn). null takes Lambda's own key."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[^*]+$", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key: arn:aws:kms:REGION:ACCOUNT:key/ID, no alias."
  }
}

variable "tags" {
  description = "Tags of everything made here, over the provider's default_tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
