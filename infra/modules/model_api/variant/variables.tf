variable "name" {
  description = "First part of the names of model and role."
  type        = string
  nullable    = false
}

variable "model" {
  description = "The model, as module model has it: artifact and image, or package; environment."
  type = object({
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
  nullable = false
}

variable "existing_bucket" {
  description = "Bucket that an artifact by file is uploaded to, as module model has it; null makes one."
  type = object({
    name        = string
    kms_key_arn = optional(string)
  })
  default = null
}

variable "vpc" {
  description = "Subnets and security groups of the container; null leaves it in SageMaker's own VPC."
  type = object({
    subnet_ids         = set(string)
    security_group_ids = set(string)
  })
  default = null
}

variable "network_isolation" {
  description = "Cut the container off from every network."
  type        = bool
  nullable    = false
}

variable "log_group_arn" {
  description = "Log group of the endpoint's containers."
  type        = string
  nullable    = false
}

variable "rollback_alarm_arns" {
  description = "Alarms that roll an update of the endpoint back."
  type        = list(string)
  nullable    = false
}

variable "data_capture_write_arns" {
  description = "S3 object ARNs that data capture writes."
  type        = list(string)
  nullable    = false
}

variable "data_capture_kms_key_arn" {
  description = "Customer key of captured data; null has none."
  type        = string
  default     = null
}

variable "permissions_boundary_arn" {
  description = "Policy that bounds the role; null sets none."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of model and role."
  type        = map(string)
  nullable    = false
}
