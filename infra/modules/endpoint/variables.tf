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

variable "runbook_url" {
  description = "Where this project's docs/runbook.md is read; the alarms that roll an update back then link to their sections. null leaves the links out."
  type        = string
  default     = null

  validation {
    condition     = var.runbook_url == null || can(regex("^https://[^#[:space:]]+$", var.runbook_url))
    error_message = "runbook_url is an https URL without an anchor, which each alarm adds."
  }
}

variable "tags" {
  description = "Tags of everything made here, over the provider's default_tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
