variable "name" {
  description = "First part of the roles' names, e.g. bike-rental-dev: <name>-sagemaker, <name>-lambda."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,34}[a-z0-9]$", var.name))
    error_message = "Give name 2 to 36 lower-case letters, digits and hyphens, a letter first and no hyphen last."
  }
}

variable "sagemaker" {
  description = <<-EOT
    What the endpoint's execution role may do; null makes no such role (existing endpoint).
    - `artifact_read_arns`: S3 object ARNs it reads, a prefix with * at most: the model module's artifact_read_arn.
    - `image_repository_arn`: ECR repository it pulls from: the model module's image_repository_arn.
    - `log_group_arn`: log group it writes to, without :* at the end: the endpoint module's log_group_arn.
    - `data_capture_write_arns`: S3 object ARNs that data capture writes, e.g. arn:aws:s3:::bucket/capture/*.
    - `kms_key_arns`: customer keys of these buckets.
  EOT
  type = object({
    artifact_read_arns      = list(string)
    image_repository_arn    = string
    log_group_arn           = string
    data_capture_write_arns = optional(list(string), [])
    kms_key_arns            = optional(list(string), [])
  })
  default = null

  validation {
    condition     = try(length(var.sagemaker.artifact_read_arns) > 0, true)
    error_message = "sagemaker.artifact_read_arns is empty: name the artifact that the role reads."
  }

  validation {
    condition     = alltrue([for arn in try(concat(var.sagemaker.artifact_read_arns, var.sagemaker.data_capture_write_arns), []) : can(regex("^arn:[a-z-]+:s3:::[^*/]+/[^*]+\\*?$", arn))])
    error_message = "Name S3 objects by ARN with bucket and key; * may stand at the end of a prefix only."
  }

  validation {
    condition     = can(regex("^arn:[a-z-]+:ecr:[a-z0-9-]+:[0-9]{12}:repository/[^*]+$", var.sagemaker.image_repository_arn)) || var.sagemaker == null
    error_message = "sagemaker.image_repository_arn is the ARN of one ECR repository, without *."
  }
}

variable "lambda" {
  description = <<-EOT
    What the function's role may do; null makes no such role.
    - `endpoint_arn`: the one SageMaker endpoint it invokes: the endpoint module's endpoint_arn.
    - `log_group_arn`: log group it writes to, without :* at the end: the lambda module's log_group_arn.
    - `tracing`: let it send X-Ray segments.
  EOT
  type = object({
    endpoint_arn  = string
    log_group_arn = string
    tracing       = optional(bool, true)
  })
  default = null

  validation {
    condition     = can(regex("^arn:[a-z-]+:sagemaker:[a-z0-9-]+:[0-9]{12}:endpoint/[^*]+$", var.lambda.endpoint_arn)) || var.lambda == null
    error_message = "lambda.endpoint_arn is the ARN of exactly one SageMaker endpoint, without *."
  }
}

variable "permissions_boundary_arn" {
  description = "Policy that bounds both roles, where an account asks for one. null sets none."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of the roles, over the provider's default_tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
