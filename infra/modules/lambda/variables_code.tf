variable "package" {
  description = <<-EOT
    What `python -m scripts.package` built.
    - `manifest`: path of the manifest (JSON), which gives runtime, architecture and handler.
    - `zip`: path of the zip, which Terraform uploads.
    - `s3`: in its place an object that something else uploaded: `bucket`, `key`, `object_version` (left out, the key must change with the code), and `sha256_base64` when it isn't byte for byte the manifest's zip, as after signing.
  EOT
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
    condition     = (var.package.zip == null) != (var.package.s3 == null)
    error_message = "Give exactly one of package.zip and package.s3."
  }

  validation {
    condition     = var.package.zip == null || can(filebase64sha256(var.package.zip))
    error_message = "There is no file at package.zip. Build it: python -m scripts.package <model>."
  }

  validation {
    condition     = alltrue([for key in ["runtime", "architecture", "handler", "sha256_base64"] : can(jsondecode(file(var.package.manifest))[key])])
    error_message = "package.manifest is no manifest with runtime, architecture, handler and sha256_base64. Build it: python -m scripts.package <model>."
  }

  validation {
    condition     = !can(filebase64sha256(var.package.zip)) || !can(jsondecode(file(var.package.manifest)).sha256_base64) || try(jsondecode(file(var.package.manifest)).sha256_base64 == filebase64sha256(var.package.zip), false)
    error_message = "package.manifest describes other bytes than package.zip holds. Build both again: python -m scripts.package <model>."
  }

  validation {
    condition     = contains(["arm64", "x86_64"], try(jsondecode(file(var.package.manifest)).architecture, "arm64"))
    error_message = "The manifest's architecture must be arm64 or x86_64. Build it: python -m scripts.package <model>."
  }
}

variable "runtime" {
  description = <<-EOT
    When the runtime is too old. A plan fails after the day on which Lambda deprecates it.
    - `warn_days`: warn so many days ahead.
    - `deprecations`: runtime → day (yyyy-mm-dd) in place of the one that this module knows, when AWS has moved it.
  EOT
  type = object({
    warn_days    = optional(number, 180)
    deprecations = optional(map(string), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.runtime.warn_days >= 0
    error_message = "runtime.warn_days must be 0 or more."
  }

  validation {
    condition     = alltrue([for day in values(var.runtime.deprecations) : can(timeadd("${day}T00:00:00Z", "0s"))])
    error_message = "runtime.deprecations holds days such as 2029-06-30."
  }

  validation {
    condition     = alltrue([for runtime in keys(var.runtime.deprecations) : can(regex("^python3\\.1[1-9]$", runtime))])
    error_message = "runtime.deprecations names runtimes from python3.11 on: the function's code runs on no earlier one."
  }
}

variable "code_signing" {
  description = <<-EOT
    Who may sign the code. null checks no signature.
    - `signing_profile_version_arns`: versions of AWS Signer's profiles whose signatures count.
    - `untrusted`: Enforce refuses other code, Warn lets it pass and notes it in CloudTrail.
  EOT
  type = object({
    signing_profile_version_arns = set(string)
    untrusted                    = optional(string, "Enforce")
  })
  default = null

  validation {
    condition     = try(length(var.code_signing.signing_profile_version_arns) >= 1 && length(var.code_signing.signing_profile_version_arns) <= 20, var.code_signing == null)
    error_message = "Give code_signing 1 to 20 signing_profile_version_arns."
  }

  validation {
    condition     = alltrue([for arn in try(var.code_signing.signing_profile_version_arns, []) : can(regex("^arn:[a-z-]+:signer:[a-z0-9-]+:[0-9]{12}:/signing-profiles/[^/]+/[^/]+$", arn))])
    error_message = "code_signing.signing_profile_version_arns names versions: arn:aws:signer:REGION:ACCOUNT:/signing-profiles/NAME/VERSION."
  }

  validation {
    condition     = contains(["Enforce", "Warn"], try(var.code_signing.untrusted, "Enforce"))
    error_message = "code_signing.untrusted must be Enforce or Warn."
  }

  validation {
    condition     = try(var.code_signing.untrusted, "Warn") != "Enforce" || var.package.s3 != null
    error_message = "code_signing enforced takes no package.zip, which isn't signed: sign it with AWS Signer and name the result in package.s3."
  }
}
