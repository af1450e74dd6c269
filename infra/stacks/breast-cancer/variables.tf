variable "environment" {
  description = "Name of the environment, such as dev: it ends the name of everything in the stack, and tags it. prod, and each that begins so, refuses open routes, and is protected from deletion."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]{1,12}$", var.environment))
    error_message = "environment must be 1 to 12 lower-case letters or digits."
  }

  validation {
    condition     = !startswith(var.environment, "prod") || !coalesce(try(var.api.allow_open_routes, null), false)
    error_message = "Nobody calls prod without being known: take api.allow_open_routes out, and leave open routes out with api.unpublished_routes or name another kind of auth in api.route_auth."
  }
}

variable "region" {
  description = "AWS region. Left out, the one of the environment (AWS_REGION) or the profile."
  type        = string
  default     = null
}

variable "lambda_target" {
  description = "Runtime and architecture that the function's zip was built for: `python -m scripts.package <model> --target …`."
  type        = string
  nullable    = false
  default     = "python3.13-arm64"

  validation {
    condition     = can(regex("^python3\\.[0-9]+-(arm64|x86_64)$", var.lambda_target))
    error_message = "lambda_target is <runtime>-<architecture>, such as python3.13-arm64."
  }
}

variable "build_directory" {
  description = "Directory with what was built: model.tar.gz, openapi.json and function-<target>.zip with its .json. Left out: build/<model> of this repository."
  type        = string
  default     = null
}

variable "deletion_protection" {
  description = "Whether `terraform destroy` is refused before anything is destroyed. To lift it: false, apply, destroy. Left out: in prod, and in each environment whose name begins so."
  type        = bool
  default     = null
}

variable "runtime_deprecations" {
  description = "Runtime → day (yyyy-mm-dd), over `function.runtime.deprecations`. The local stage sets it for its own interpreter, which AWS's calendar doesn't concern (TF_VAR_runtime_deprecations); in an account, leave it out."
  type        = map(string)
  nullable    = false
  default     = {}
}

variable "account_logging" {
  description = "Sets the role with which API Gateway logs, once a region and account: null leaves what is set. One stack of an account may do it, better a stack of its own."
  type        = object({ role_name = optional(string) })
  default     = null
}
