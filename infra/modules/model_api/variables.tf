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
  description = "What `python -m scripts.package <model>` built: paths of the `zip` and of its `manifest`; or, in the zip's place, an object in `s3` (bucket, key, object_version, sha256_base64) as module `lambda` has it, for signed code."
  type = object({
    manifest = string
    zip      = optional(string)
    s3 = optional(object({
      bucket         = string
      key            = string
      object_version = optional(string)
      sha256_base64  = optional(string)
    }))
  })
  nullable = false

  validation {
    condition     = (var.package.zip == null || try(fileexists(var.package.zip), false)) && fileexists(var.package.manifest)
    error_message = "package.zip or package.manifest isn't there. Build them: python -m scripts.package <model>"
  }
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

variable "apply_steps" {
  description = <<-EOT
    How the Python scripts that apply runs reach AWS. They don't see the provider block, only the environment of Terraform.
    `python` (3.9 or later, with boto3 or the AWS CLI in PATH), `environment` (e.g. AWS_PROFILE; never a secret), `assume_role_arn`,
    `timeout_seconds` (until the endpoint must be at rest). Left out, the defaults of module `endpoint`.
  EOT
  type = object({
    python          = optional(string)
    environment     = optional(map(string))
    assume_role_arn = optional(string)
    timeout_seconds = optional(number)
  })
  nullable = false
  default  = {}
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
