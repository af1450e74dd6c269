variable "name" {
  description = "Name of everything made here, such as bike-rental-dev: model and environment, so that several environments fit in one account."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,34}[a-z0-9]$", var.name))
    error_message = "Give name 2 to 36 lower-case letters, digits and hyphens, a letter first and no hyphen last."
  }
}

variable "contract_file" {
  description = "Path of the model contract (models/<model>/contract.json)."
  type        = string
  nullable    = false

  validation {
    condition     = can(jsondecode(file(var.contract_file)).version)
    error_message = "There is no contract with a version at contract_file. Give the path of a models/<model>/contract.json."
  }
}

variable "openapi_file" {
  description = "Path of the OpenAPI document rendered from the contract: `python -m scripts.openapi <model>`."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists(var.openapi_file)
    error_message = "There is no file at openapi_file. Render it: python -m scripts.openapi <model>"
  }
}

variable "package" {
  description = "What `python -m scripts.package <model>` built: paths of the `zip` and of its `manifest`."
  type = object({
    zip      = string
    manifest = string
  })
  nullable = false

  validation {
    condition     = fileexists(var.package.zip) && fileexists(var.package.manifest)
    error_message = "package.zip or package.manifest isn't there. Build them: python -m scripts.package <model>"
  }
}

variable "model" {
  description = <<-EOT
    The model: `artifact` by local `file` or `s3_uri`, `image` by `prebuilt` or `uri`, `environment` of the container,
    settings of the artifact `bucket`, or an `existing_bucket`. The fields are those of module `model`.
    null with `endpoint.existing_name`: then someone else keeps model and endpoint.
  EOT
  type = object({
    artifact = object({
      file        = optional(string)
      s3_uri      = optional(string)
      read_prefix = optional(string)
    })
    image = object({
      prebuilt = optional(object({
        repository_name = string
        tag             = string
      }))
      uri = optional(string)
    })
    environment = optional(map(string), {})
    bucket = optional(object({
      kms_key_arn             = optional(string)
      noncurrent_version_days = optional(number)
      abort_upload_days       = optional(number)
      access_log = optional(object({
        bucket = string
        prefix = optional(string, "")
      }))
      force_destroy   = optional(bool)
      lifecycle_rules = optional(bool)
    }), {})
    existing_bucket = optional(object({
      name        = string
      kms_key_arn = optional(string)
    }))
  })
  default = null

  validation {
    condition     = (var.model == null) == (var.endpoint.existing_name != null)
    error_message = "Give model, or endpoint.existing_name for an endpoint that exists, not both."
  }
}

variable "endpoint" {
  description = <<-EOT
    Where the model runs; exactly one of `instances`, `serverless` and `existing_name`. The fields are those of module
    `endpoint`, with `variant_name` and `data_capture`. Left out: serverless, 2048 MB, five requests at once.
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
  })
  nullable = false
  default  = { serverless = {} }

  validation {
    condition     = length([for kind in [var.endpoint.existing_name, var.endpoint.instances, var.endpoint.serverless] : kind if kind != null]) == 1
    error_message = "Give exactly one of endpoint.instances, endpoint.serverless and endpoint.existing_name."
  }
}

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

variable "api" {
  description = <<-EOT
    The API: `stage_name`, `clients` (name → rate_limit, burst_limit, quota, enabled), `throttle` of the whole stage,
    `request_validation` (envelope or full), `cors_allow_origins`, `allow_open_routes`, `unpublished_routes`,
    `binary_media_types`, `minimum_compression_size`, `execution_log_level`, `account_logging_role_arn`. Left out, the defaults of module
    `api_gateway`; the origins go to the function as well.
  EOT
  type = object({
    stage_name = optional(string)
    clients = optional(map(object({
      rate_limit  = optional(number)
      burst_limit = optional(number)
      quota = optional(object({
        limit  = number
        period = optional(string)
      }))
      enabled = optional(bool)
    })))
    throttle = optional(object({
      rate_limit  = optional(number)
      burst_limit = optional(number)
    }))
    request_validation       = optional(string)
    cors_allow_origins       = optional(list(string), [])
    allow_open_routes        = optional(bool)
    unpublished_routes       = optional(set(string))
    binary_media_types       = optional(list(string))
    minimum_compression_size = optional(number)
    execution_log_level      = optional(string)
    account_logging_role_arn = optional(string)
  })
  nullable = false
  default  = {}
}

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

variable "logs" {
  description = "Log groups of container, function and API: `retention_days`, and the customer key that encrypts them (`kms_key_arn`; left out, CloudWatch's own)."
  type = object({
    retention_days = optional(number, 30)
    kms_key_arn    = optional(string)
  })
  nullable = false
  default  = {}
}

variable "tracing" {
  description = "Record X-Ray traces of API and function."
  type        = bool
  nullable    = false
  default     = true
}

variable "permissions_boundary_arn" {
  description = "Policy that bounds both roles, where an account asks for one. null sets none."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of everything made here, over the provider's default_tags."
  type        = map(string)
  nullable    = false
  default     = {}
}
