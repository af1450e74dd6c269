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
    - `artifact_read_arns`: S3 object ARNs it reads, a prefix with * at most: the model module's artifact_read_arns. Empty for an AWS Marketplace package only.
    - `artifact_list_arns`: S3 prefixes it lists, as object ARNs with * at the end: the model module's artifact_list_arns.
    - `image_repository_arns`: ECR repositories it pulls from: the model module's image_repository_arns.
    - `log_group_arn`: log group it writes to, without :* at the end: the endpoint module's log_group_arn.
    - `data_capture_write_arns`: S3 object ARNs that data capture writes, e.g. arn:aws:s3:::bucket/capture/*.
    - `rollback_alarm_arns`: alarms that roll an update back, which the role may describe: the endpoint module's rollback_alarm_arns.
    - `kms_key_arns`: customer keys of these buckets and of the topics of `async`.
    - `async`: an asynchronous endpoint reads requests from `input_read_arns`, writes answers to `output_write_arns` (S3 object ARNs, a prefix with * at most) and announces them to `topic_arns`.
    - `vpc`: let SageMaker make network interfaces in these `subnet_ids` with these `security_group_ids`: the model module's vpc.
  EOT
  type = object({
    artifact_read_arns      = list(string)
    artifact_list_arns      = optional(list(string), [])
    image_repository_arns   = list(string)
    log_group_arn           = string
    data_capture_write_arns = optional(list(string), [])
    rollback_alarm_arns     = optional(list(string), [])
    kms_key_arns            = optional(list(string), [])
    async = optional(object({
      input_read_arns   = list(string)
      output_write_arns = list(string)
      topic_arns        = optional(list(string), [])
    }))
    vpc = optional(object({
      subnet_ids         = set(string)
      security_group_ids = set(string)
    }))
  })
  default = null

  validation {
    condition = alltrue([
      for arn in try(concat(var.sagemaker.artifact_read_arns, var.sagemaker.data_capture_write_arns, try(concat(var.sagemaker.async.input_read_arns, var.sagemaker.async.output_write_arns), [])), []) :
      can(regex("^arn:[a-z-]+:s3:::[^*/]+/[^*]+\\*?$", arn))
    ])
    error_message = "Name S3 objects by ARN with bucket and key; * may stand at the end of a prefix only."
  }

  validation {
    condition     = alltrue([for arn in try(var.sagemaker.artifact_list_arns, []) : can(regex("^arn:[a-z-]+:s3:::[^*/]+/[^*]+/\\*$", arn))])
    error_message = "sagemaker.artifact_list_arns are prefixes: arn:aws:s3:::bucket/prefix/*."
  }

  validation {
    condition     = alltrue([for arn in try(var.sagemaker.image_repository_arns, []) : can(regex("^arn:[a-z-]+:ecr:[a-z0-9-]+:[0-9]{12}:repository/[^*]+$", arn))])
    error_message = "sagemaker.image_repository_arns are ARNs of ECR repositories, without *."
  }

  validation {
    condition     = alltrue([for arn in try(var.sagemaker.rollback_alarm_arns, []) : can(regex("^arn:[a-z-]+:cloudwatch:[a-z0-9-]+:[0-9]{12}:alarm:[^*]+\\*?$", arn))])
    error_message = "sagemaker.rollback_alarm_arns are ARNs of CloudWatch alarms; * may stand at the end of a prefix only."
  }

  validation {
    condition     = alltrue([for arn in try(var.sagemaker.async.topic_arns, []) : can(regex("^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[a-zA-Z0-9_.-]+$", arn))])
    error_message = "sagemaker.async.topic_arns are ARNs of SNS topics, without *."
  }

  validation {
    condition     = alltrue([for id in try(concat(tolist(var.sagemaker.vpc.subnet_ids), tolist(var.sagemaker.vpc.security_group_ids)), []) : can(regex("^(subnet|sg)-[0-9a-f]+$", id))])
    error_message = "sagemaker.vpc names subnets and security groups by id: subnet-0123456789abcdef0, sg-0123456789abcdef0."
  }
}

variable "lambda" {
  description = <<-EOT
    What the function's role may do; null makes no such role.
    - `endpoint_arn`: the one SageMaker endpoint it invokes: the endpoint module's endpoint_arn.
    - `log_group_arn`: log group it writes to, without :* at the end: the lambda module's log_group_arn.
    - `tracing`: let it send X-Ray segments.
    - `kms_key_arn`: customer key of its environment variables, which it may decrypt.
    - `vpc`: let Lambda make its network interfaces in these `subnet_ids` with these `security_group_ids`. The function's own code may not.
  EOT
  type = object({
    endpoint_arn  = string
    log_group_arn = string
    tracing       = optional(bool, true)
    kms_key_arn   = optional(string)
    vpc = optional(object({
      subnet_ids         = set(string)
      security_group_ids = set(string)
    }))
  })
  default = null

  validation {
    condition     = can(regex("^arn:[a-z-]+:sagemaker:[a-z0-9-]+:[0-9]{12}:endpoint/[^*]+$", var.lambda.endpoint_arn)) || var.lambda == null
    error_message = "lambda.endpoint_arn is the ARN of exactly one SageMaker endpoint, without *."
  }

  validation {
    condition     = try(var.lambda.kms_key_arn, null) == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[^*]+$", var.lambda.kms_key_arn))
    error_message = "lambda.kms_key_arn is the ARN of one key, arn:aws:kms:REGION:ACCOUNT:key/ID, neither an alias nor *."
  }

  validation {
    condition     = alltrue([for id in try(concat(tolist(var.lambda.vpc.subnet_ids), tolist(var.lambda.vpc.security_group_ids)), []) : can(regex("^(subnet|sg)-[0-9a-f]+$", id))])
    error_message = "lambda.vpc names subnets and security groups by id: subnet-0123456789abcdef0, sg-0123456789abcdef0."
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
