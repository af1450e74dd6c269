variable "model" {
  description = <<-EOT
    The model: `artifact` by local `file` or `s3_uri`, `image` by `prebuilt` or `uri`, `environment` of the container,
    settings of the artifact `bucket`, or an `existing_bucket`; or `multi_model`, `containers` with `execution_mode`, or
    `package` in their place; in a `vpc`. The fields are those of module `model`.
    `network_isolation` left out: isolated, unless the endpoint is serverless.
    null with `endpoint.existing_name`: then someone else keeps model and endpoint.
  EOT
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
    multi_model = optional(object({
      artifact_prefix = string
      cache           = optional(bool)
      kms_key_arn     = optional(string)
    }))
    containers = optional(list(object({
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
      environment = optional(map(string))
    })))
    execution_mode = optional(string)
    package = optional(object({
      arn                   = string
      artifact_read_arns    = optional(list(string))
      image_repository_arns = optional(list(string))
      kms_key_arns          = optional(list(string))
    }))
    vpc = optional(object({
      subnet_ids         = set(string)
      security_group_ids = set(string)
    }))
    network_isolation = optional(bool)
    environment       = optional(map(string), {})
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

  validation {
    condition     = try(var.model.multi_model, null) == null || var.endpoint.target_model != null
    error_message = "model.multi_model serves many artifacts: name the one of this API in endpoint.target_model, the part of its key after artifact_prefix."
  }

  validation {
    condition     = var.model == null || var.endpoint.target_model == null || try(var.model.multi_model, null) != null
    error_message = "endpoint.target_model names one of many artifacts, and this model has one: leave it out, or give model.multi_model in the place of model.artifact."
  }

  validation {
    condition     = try(var.model.execution_mode, null) != "Direct" || var.endpoint.target_container != null
    error_message = "With model.execution_mode = \"Direct\" each request names its container: give the hostname of one of model.containers as endpoint.target_container."
  }

  validation {
    condition     = var.model == null || var.endpoint.target_container == null || try(var.model.execution_mode, null) == "Direct"
    error_message = "endpoint.target_container names one of several containers: leave it out, or give model.containers with model.execution_mode = \"Direct\"."
  }

  validation {
    condition     = var.endpoint.target_container == null || try(var.model.containers == null || contains(var.model.containers[*].hostname, var.endpoint.target_container), true)
    error_message = "endpoint.target_container is none of the hostnames of model.containers: give one of them."
  }

  validation {
    condition     = var.endpoint.serverless == null || try(var.model.multi_model, null) == null && try(var.model.containers, null) == null && try(var.model.vpc, null) == null && try(var.model.network_isolation, null) != true
    error_message = "Serverless endpoints refuse multi_model, containers, vpc and network_isolation of model: give endpoint.instances."
  }

  validation {
    condition     = var.endpoint.shadow_variant == null || try(var.model.multi_model, null) == null && try(var.model.containers, null) == null
    error_message = "A shadow_variant stands beside a model of one container with one artifact: neither multi_model nor containers."
  }

  validation {
    condition     = var.endpoint.data_capture == null || try(var.model.multi_model, null) == null
    error_message = "SageMaker captures no data of multi-model endpoints: leave data_capture out."
  }
}
