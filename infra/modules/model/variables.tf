variable "name" {
  description = "First part of every name made here, e.g. bike-rental-dev."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,34}[a-z0-9]$", var.name))
    error_message = "Give name 2 to 36 lower-case letters, digits and hyphens, a letter first and no hyphen last."
  }
}

variable "execution_role_arn" {
  description = "ARN of the role that SageMaker assumes to read the artifact, pull the image and write logs. Take it from the iam module's output sagemaker_role_arn, which waits for the role's permissions."
  type        = string
  nullable    = false
}

variable "artifact" {
  description = <<-EOT
    The model artifact, a model.tar.gz. Give exactly one of:
    - `file`: path of a local file. It is uploaded under its content hash to the bucket of `bucket` or `existing_bucket`.
    - `s3_uri`: an object that is in S3 already. It is read where it is.
    With `s3_uri`, `read_prefix` is the S3 URI prefix under which all revisions of the artifact lie (s3://bucket/models/bike-rental/);
    the role may then read what is under it, so an old revision can still scale out while a new one is rolled out. Left out, the role reads this one object.
    null where the model lies in the image, or is given by `containers`, `multi_model` or `package`.
  EOT
  type = object({
    file        = optional(string)
    s3_uri      = optional(string)
    read_prefix = optional(string)
  })
  default = null

  validation {
    condition     = var.artifact == null || (try(var.artifact.file, null) == null) != (try(var.artifact.s3_uri, null) == null)
    error_message = "Give exactly one of artifact.file and artifact.s3_uri."
  }

  validation {
    condition     = try(var.artifact.file, null) == null || can(filesha256(var.artifact.file))
    error_message = "There is no file at artifact.file. Make it first (python models/<model>/train.py), or give artifact.s3_uri."
  }

  validation {
    condition     = try(var.artifact.s3_uri, null) == null || can(regex("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/.+[^/]$", var.artifact.s3_uri))
    error_message = "Write artifact.s3_uri as s3://bucket/key, the key of one object."
  }

  validation {
    condition     = try(var.artifact.read_prefix, null) == null || try(var.artifact.s3_uri, null) != null
    error_message = "Give artifact.read_prefix only together with artifact.s3_uri."
  }

  validation {
    condition     = try(var.artifact.read_prefix, null) == null || try(var.artifact.s3_uri, null) == null || try(startswith(var.artifact.s3_uri, var.artifact.read_prefix), false)
    error_message = "artifact.s3_uri must begin with artifact.read_prefix."
  }

  validation {
    condition     = var.artifact == null || var.image != null && var.multi_model == null
    error_message = "artifact goes with image, and not with multi_model: its artifacts lie under artifact_prefix. A container of containers has an artifact of its own."
  }
}

variable "bucket" {
  description = <<-EOT
    Settings of the artifact bucket that is made for an uploaded artifact (artifact.file, no existing_bucket):
    - `kms_key_arn`: customer key that encrypts it. Left out, the account's key aws/s3 does.
    - `noncurrent_version_days`: days until overwritten or deleted versions are removed for good.
    - `abort_upload_days`: days until the parts of an unfinished upload are removed.
    - `access_log`: bucket and prefix that receive the server access log. Left out, there is none.
    - `force_destroy`: let `terraform destroy` delete what others put into the bucket, e.g. captured data.
    - `lifecycle_rules`: false leaves the two lifecycle rules out. The provider waits close to a minute for S3 to confirm them, which short-lived environments can do without.
  EOT
  type = object({
    kms_key_arn             = optional(string)
    noncurrent_version_days = optional(number, 90)
    abort_upload_days       = optional(number, 7)
    access_log = optional(object({
      bucket = string
      prefix = optional(string, "")
    }))
    force_destroy   = optional(bool, false)
    lifecycle_rules = optional(bool, true)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.bucket.noncurrent_version_days >= 1 && floor(var.bucket.noncurrent_version_days) == var.bucket.noncurrent_version_days
    error_message = "bucket.noncurrent_version_days is a whole number of days, 1 or more."
  }

  validation {
    condition     = var.bucket.abort_upload_days >= 1 && floor(var.bucket.abort_upload_days) == var.bucket.abort_upload_days
    error_message = "bucket.abort_upload_days is a whole number of days, 1 or more."
  }
}

variable "existing_bucket" {
  description = "Bucket that exists and takes the uploaded artifact: its `name`, and `kms_key_arn` if a customer key encrypts it. null makes a bucket."
  type = object({
    name        = string
    kms_key_arn = optional(string)
  })
  default = null

  validation {
    condition     = var.existing_bucket == null || length(local.uploads) > 0
    error_message = "existing_bucket takes an uploaded artifact: give an artifact by file with it, or leave it out."
  }
}

variable "image" {
  description = <<-EOT
    The serving image. Give exactly one of:
    - `prebuilt`: one of AWS's own images by `repository_name` and `tag`, e.g. sagemaker-xgboost and 3.0-5; its registry is looked up for the region.
    - `uri`: an image in ECR, with tag or digest.
    null with `containers` or `package`, which name images of their own.
  EOT
  type = object({
    prebuilt = optional(object({
      repository_name = string
      tag             = string
    }))
    uri = optional(string)
  })
  default = null

  validation {
    condition     = length([for kind in [var.image, var.containers, var.package] : kind if kind != null]) == 1
    error_message = "Give exactly one of image, containers and package."
  }

  validation {
    condition     = var.image == null || (try(var.image.prebuilt, null) == null) != (try(var.image.uri, null) == null)
    error_message = "Give exactly one of image.prebuilt and image.uri."
  }

  validation {
    condition     = try(var.image.uri, null) == null || can(regex("^[0-9]{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.amazonaws\\.com(\\.cn)?/[a-z0-9._/-]+(:[A-Za-z0-9_.-]+|@sha256:[0-9a-f]{64})$", var.image.uri))
    error_message = "Write image.uri as <account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag> or …@sha256:<digest>: SageMaker pulls from ECR only."
  }
}

variable "environment" {
  description = "Environment variables of the container of `image` or `package`. Never a secret: everyone who may describe the model reads them."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.environment) == 0 || var.containers == null
    error_message = "Each container of containers has an environment of its own: leave environment out."
  }
}

variable "network_isolation" {
  description = "Cut the container off from every network, its own role's credentials included. false is for serverless endpoints, which refuse isolated models, and for containers that call other services."
  type        = bool
  default     = true
  nullable    = false
}

variable "tags" {
  description = "Tags of everything made here, over the provider's default_tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
