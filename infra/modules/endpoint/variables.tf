variable "name" {
  description = "Name of the endpoint, and first part of the names of its configurations, e.g. bike-rental-dev."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,34}[a-z0-9]$", var.name))
    error_message = "Give name 2 to 36 lower-case letters, digits and hyphens, a letter first and no hyphen last."
  }
}

variable "model_name" {
  description = "Name of the SageMaker model to serve: the model module's output model_name. null only with existing_endpoint_name."
  type        = string
  default     = null

  validation {
    condition     = (var.model_name == null) == (var.existing_endpoint_name != null)
    error_message = "Give model_name, or existing_endpoint_name for an endpoint that exists, not both."
  }
}

variable "existing_endpoint_name" {
  description = "Name of an endpoint that someone else keeps. Nothing is made then, only names and ARN are answered. null makes an endpoint."
  type        = string
  default     = null

  validation {
    condition     = var.existing_endpoint_name == null || can(regex("^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$", var.existing_endpoint_name))
    error_message = "existing_endpoint_name is a name (letters, digits, hyphens, up to 63), not an ARN."
  }

  validation {
    condition     = length([for kind in [var.existing_endpoint_name, var.instances, var.serverless] : kind if kind != null]) == 1
    error_message = "Give exactly one of instances, serverless and existing_endpoint_name."
  }
}

variable "instances" {
  description = <<-EOT
    Serve from instances; null does not.
    - `type`: instance type, e.g. ml.m6i.large.
    - `initial_count`: instances that a new configuration starts with.
    - `kms_key_arn`: customer key of the instances' storage volumes. Left out, SageMaker's own key encrypts them. Types with local NVMe storage (m5d, g4dn, g5 …) refuse a key.
    - `startup_timeout_seconds`: how long the container may take to answer /ping, 60 to 3600.
    - `autoscaling`: target tracking on invocations per instance and minute; left out, the count stays. `min` and `max` are instances, the cooldowns seconds.
  EOT
  type = object({
    type                    = string
    initial_count           = optional(number, 1)
    kms_key_arn             = optional(string)
    startup_timeout_seconds = optional(number)
    autoscaling = optional(object({
      min                                 = optional(number, 1)
      max                                 = number
      invocations_per_instance_per_minute = number
      scale_in_cooldown_seconds           = optional(number, 300)
      scale_out_cooldown_seconds          = optional(number, 60)
    }))
  })
  default = null

  validation {
    condition     = var.instances == null || can(regex("^ml\\.[a-z0-9-]+\\.[a-z0-9]+$", var.instances.type))
    error_message = "instances.type is a SageMaker instance type such as ml.m6i.large."
  }

  validation {
    condition     = try(var.instances.initial_count >= 1, true)
    error_message = "instances.initial_count must be 1 or more."
  }

  validation {
    condition     = try(var.instances.startup_timeout_seconds >= 60 && var.instances.startup_timeout_seconds <= 3600, true)
    error_message = "instances.startup_timeout_seconds must lie between 60 and 3600."
  }

  validation {
    condition     = try(var.instances.autoscaling.min >= 1 && var.instances.autoscaling.max >= var.instances.autoscaling.min, true)
    error_message = "instances.autoscaling needs 1 <= min <= max."
  }

  validation {
    condition     = try(var.instances.initial_count >= var.instances.autoscaling.min && var.instances.initial_count <= var.instances.autoscaling.max, true)
    error_message = "instances.initial_count must lie between autoscaling.min and autoscaling.max."
  }

  validation {
    condition     = try(var.instances.autoscaling.invocations_per_instance_per_minute > 0, true)
    error_message = "instances.autoscaling.invocations_per_instance_per_minute must be more than 0."
  }

  validation {
    condition     = try(var.instances.autoscaling.scale_in_cooldown_seconds >= 0 && var.instances.autoscaling.scale_out_cooldown_seconds >= 0, true)
    error_message = "The cooldowns of instances.autoscaling are seconds, 0 or more."
  }
}

variable "serverless" {
  description = <<-EOT
    Serve on demand; null does not. The model must then be made with network_isolation = false.
    - `memory_mb`: 1024, 2048, 3072, 4096, 5120 or 6144.
    - `max_concurrency`: requests at once, 1 to 200; more are throttled.
    - `provisioned_concurrency`: requests kept warm, up to max_concurrency. Left out, none.
  EOT
  type = object({
    memory_mb               = optional(number, 2048)
    max_concurrency         = optional(number, 5)
    provisioned_concurrency = optional(number)
  })
  default = null

  validation {
    condition     = var.serverless == null || contains([1024, 2048, 3072, 4096, 5120, 6144], try(var.serverless.memory_mb, 0))
    error_message = "serverless.memory_mb must be 1024, 2048, 3072, 4096, 5120 or 6144."
  }

  validation {
    condition     = try(var.serverless.max_concurrency >= 1 && var.serverless.max_concurrency <= 200, true)
    error_message = "serverless.max_concurrency must lie between 1 and 200."
  }

  validation {
    condition     = try(var.serverless.provisioned_concurrency >= 1 && var.serverless.provisioned_concurrency <= var.serverless.max_concurrency, true)
    error_message = "serverless.provisioned_concurrency must lie between 1 and serverless.max_concurrency."
  }
}

variable "variant_name" {
  description = "Name of the production variant; a dimension of the endpoint's metrics. For an existing endpoint: the name it has there."
  type        = string
  default     = "AllTraffic"
  nullable    = false

  validation {
    condition     = can(regex("^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$", var.variant_name))
    error_message = "variant_name is 1 to 63 letters, digits and hyphens, no hyphen first or last."
  }
}

variable "data_capture" {
  description = <<-EOT
    Store requests and replies of the endpoint in S3; null stores none. They are clients' data: see who may read the destination.
    - `destination_s3_uri`: s3://bucket/prefix that the execution role may write to (iam module: sagemaker.data_capture_write_arns).
    - `sampling_percentage`: share of the requests, 1 to 100.
    - `modes`: what is stored: Input, Output.
    - `kms_key_arn`: customer key of the stored objects. Left out, the bucket's default applies.
    - `csv_content_types`, `json_content_types`: content types stored as text instead of base64.
  EOT
  type = object({
    destination_s3_uri  = string
    sampling_percentage = optional(number, 100)
    modes               = optional(set(string), ["Input", "Output"])
    kms_key_arn         = optional(string)
    csv_content_types   = optional(set(string), ["text/csv"])
    json_content_types  = optional(set(string), ["application/json"])
  })
  default = null

  validation {
    condition     = var.data_capture == null || var.instances != null
    error_message = "data_capture works on instances only: SageMaker refuses it on serverless endpoints, and an existing endpoint is not changed."
  }

  validation {
    condition     = var.data_capture == null || can(regex("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?$", var.data_capture.destination_s3_uri))
    error_message = "Write data_capture.destination_s3_uri as s3://bucket/prefix."
  }

  validation {
    condition     = try(var.data_capture.sampling_percentage >= 1 && var.data_capture.sampling_percentage <= 100, true)
    error_message = "data_capture.sampling_percentage must lie between 1 and 100."
  }

  validation {
    condition     = try(length(var.data_capture.modes) > 0 && length(setsubtract(var.data_capture.modes, ["Input", "Output"])) == 0, true)
    error_message = "data_capture.modes holds Input, Output or both."
  }
}

variable "log" {
  description = "The container's log group: days it is kept (`retention_days`, one of CloudWatch's periods) and the customer key that encrypts it (`kms_key_arn`; left out, CloudWatch's own)."
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
