variable "multi_model" {
  description = <<-EOT
    Serve many artifacts from the one container of `image`; null serves one. The caller names one in each request (Target-Model).
    - `artifact_prefix`: S3 URI prefix of the artifacts, s3://bucket/prefix/. Target-Model is the rest of the key: de/model.tar.gz.
    - `cache`: keep loaded models in memory. false loads a model anew for each request, which suits thousands of rarely asked ones.
    - `kms_key_arn`: customer key that encrypts the artifacts, if there is one.
  EOT
  type = object({
    artifact_prefix = string
    cache           = optional(bool, true)
    kms_key_arn     = optional(string)
  })
  default = null

  validation {
    condition     = var.multi_model == null || var.image != null
    error_message = "multi_model needs image: the container that loads the artifacts."
  }

  validation {
    condition     = var.multi_model == null || can(regex("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/.+/$", var.multi_model.artifact_prefix))
    error_message = "Write multi_model.artifact_prefix as s3://bucket/prefix/, with a slash at the end: Target-Model is put behind it."
  }
}

variable "containers" {
  description = <<-EOT
    Several containers, 2 to 15, in the order in which they are called; null is one container. Each has
    - `hostname`: its name within the model;
    - `image`, `artifact`, `environment`: as those of a single container. The artifact may be left out where the image holds all.
  EOT
  type = list(object({
    hostname = string
    image = object({
      prebuilt = optional(object({
        repository_name = string
        tag             = string
      }))
      uri = optional(string)
    })
    artifact = optional(object({
      file        = optional(string)
      s3_uri      = optional(string)
      read_prefix = optional(string)
    }))
    environment = optional(map(string), {})
  }))
  default = null

  validation {
    condition     = try(length(var.containers) >= 2 && length(var.containers) <= 15, var.containers == null)
    error_message = "containers holds 2 to 15 containers. One alone is given by image and artifact."
  }

  validation {
    condition     = alltrue([for container in coalesce(var.containers, []) : can(regex("^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$", container.hostname))])
    error_message = "The hostname of each of containers is 1 to 63 letters, digits and hyphens, no hyphen first or last."
  }

  validation {
    condition     = length(distinct([for container in coalesce(var.containers, []) : container.hostname])) == length(coalesce(var.containers, []))
    error_message = "Give each of containers a hostname of its own."
  }

  validation {
    condition     = alltrue([for container in coalesce(var.containers, []) : (container.image.prebuilt == null) != (container.image.uri == null)])
    error_message = "Give each of containers exactly one of image.prebuilt and image.uri."
  }

  validation {
    condition     = alltrue([for container in coalesce(var.containers, []) : container.image.uri == null || can(regex("^[0-9]{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.amazonaws\\.com(\\.cn)?/[a-z0-9._/-]+(:[A-Za-z0-9_.-]+|@sha256:[0-9a-f]{64})$", container.image.uri))])
    error_message = "Write image.uri of each of containers as <account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag> or …@sha256:<digest>."
  }

  validation {
    condition     = alltrue([for container in coalesce(var.containers, []) : container.artifact == null || (try(container.artifact.file, null) == null) != (try(container.artifact.s3_uri, null) == null)])
    error_message = "Give the artifact of each of containers by exactly one of file and s3_uri."
  }

  validation {
    condition     = alltrue([for container in coalesce(var.containers, []) : try(container.artifact.file, null) == null || can(filesha256(container.artifact.file))])
    error_message = "There is no file at artifact.file of one of containers. Make it first, or give artifact.s3_uri."
  }
}

variable "execution_mode" {
  description = "How `containers` are called: Serial, each gets the answer of the one before it (an inference pipeline); or Direct, the caller names one in each request (Target-Container-Hostname)."
  type        = string
  default     = "Serial"
  nullable    = false

  validation {
    condition     = contains(["Serial", "Direct"], var.execution_mode)
    error_message = "execution_mode is Serial or Direct."
  }

  validation {
    condition     = var.execution_mode == "Serial" || var.containers != null
    error_message = "execution_mode Direct chooses between containers: give containers."
  }
}

variable "package" {
  description = <<-EOT
    A version in the model registry instead of image and artifact; null takes none. Approval is the registry's matter: SageMaker refuses a package that isn't approved.
    - `arn`: ARN of the model package with its version, or of an AWS Marketplace package.
    - `artifact_read_arns`, `image_repository_arns`, `kms_key_arns`: where the package's artifact and image lie and what encrypts them, for the iam module. All empty for AWS Marketplace, which brings its own.
  EOT
  type = object({
    arn                   = string
    artifact_read_arns    = optional(list(string), [])
    image_repository_arns = optional(list(string), [])
    kms_key_arns          = optional(list(string), [])
  })
  default = null

  validation {
    condition     = var.package == null || can(regex("^arn:[a-z-]+:sagemaker:[a-z0-9-]+:[0-9]{12}:model-package/[a-zA-Z0-9-]+(/[0-9]+)?$", var.package.arn))
    error_message = "package.arn is the ARN of a model package: arn:aws:sagemaker:<region>:<account>:model-package/<group>/<version>."
  }
}

variable "vpc" {
  description = "Attach the containers to a VPC: its subnets and security groups by id. null leaves them in SageMaker's own. The VPC must reach S3 (a gateway endpoint), and whatever the containers call. Serverless endpoints refuse it."
  type = object({
    subnet_ids         = set(string)
    security_group_ids = set(string)
  })
  default = null

  validation {
    condition     = try(length(var.vpc.subnet_ids) >= 1 && length(var.vpc.subnet_ids) <= 16, var.vpc == null)
    error_message = "vpc.subnet_ids holds 1 to 16 subnets; two in different zones let the endpoint survive the loss of one."
  }

  validation {
    condition     = try(length(var.vpc.security_group_ids) >= 1 && length(var.vpc.security_group_ids) <= 5, var.vpc == null)
    error_message = "vpc.security_group_ids holds 1 to 5 security groups."
  }
}
