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
