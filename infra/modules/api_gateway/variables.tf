variable "name" {
  description = "Name of the REST API and the start of the names of its keys, usage plans and log groups."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$", var.name))
    error_message = "name must be 1 to 64 letters, digits, hyphens or underscores, and start with a letter or digit."
  }
}

variable "stage_name" {
  description = "Name of the stage: the first segment of every path behind the API's host name."
  type        = string
  nullable    = false
  default     = "live"

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,128}$", var.stage_name))
    error_message = "stage_name must be 1 to 128 letters, digits, hyphens or underscores."
  }
}

variable "throttle" {
  description = "What every method of the stage takes from all clients together: `rate_limit` in requests a second, `burst_limit` in requests at once. It protects the model and the bill."
  type = object({
    rate_limit  = optional(number, 100)
    burst_limit = optional(number, 200)
  })
  nullable = false
  default  = {}

  validation {
    condition     = var.throttle.rate_limit > 0 && var.throttle.burst_limit >= 1
    error_message = "throttle needs rate_limit > 0 and burst_limit >= 1; 0 would refuse every request."
  }
}

variable "request_validation" {
  description = "What the gateway checks of a JSON body: `envelope` = that it is a JSON object (the function explains the rest, field by field), `full` = the whole schema of the contract (cheaper refusals, poorer words)."
  type        = string
  nullable    = false
  default     = "envelope"

  validation {
    condition     = contains(["envelope", "full"], var.request_validation)
    error_message = "request_validation must be \"envelope\" or \"full\"."
  }
}

variable "cors_allow_origins" {
  description = "Origins whose pages may call the API, such as `https://app.example.com`; `[\"*\"]` for any, empty for none (then there is no OPTIONS method)."
  type        = list(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for origin in var.cors_allow_origins : origin == "*" || can(regex("^https?://[A-Za-z0-9.-]+(:[0-9]+)?$", origin))])
    error_message = "An origin is scheme://host[:port] without a path or a final slash, such as https://app.example.com, or \"*\"."
  }
  validation {
    condition     = length(var.cors_allow_origins) == 1 || !contains(var.cors_allow_origins, "*")
    error_message = "\"*\" already means any origin: leave the others out."
  }
}

variable "integration_timeout_ms" {
  description = "How long the gateway waits for the function, in milliseconds. Keep it over the function's own timeout, so that the function's words reach the client."
  type        = number
  nullable    = false
  default     = 29000

  validation {
    condition     = var.integration_timeout_ms >= 50 && var.integration_timeout_ms <= 29000
    error_message = "integration_timeout_ms must be 50 to 29000: API Gateway's default quota ends there."
  }
}

variable "binary_media_types" {
  description = "Content types whose bodies reach the function as base64. Left empty, bodies are text."
  type        = list(string)
  nullable    = false
  default     = []
}

variable "minimum_compression_size" {
  description = "Answers of at least this many bytes are compressed for clients that accept it, and compressed requests are unpacked. Null turns compression off."
  type        = number
  default     = null

  validation {
    condition     = var.minimum_compression_size == null ? true : var.minimum_compression_size >= 0 && var.minimum_compression_size <= 10485760
    error_message = "minimum_compression_size must be 0 to 10485760 bytes, or null for no compression."
  }
}

variable "logs" {
  description = <<-EOT
    Logs of the stage: `retention_days`, `kms_key_arn` (null = CloudWatch's own key) and `execution_level`
    (`ERROR`, `INFO`, or `OFF`). Neither access log nor execution log ever holds a body, a query string or a key.
    The account needs its CloudWatch role once a region: see `account_logging`.
  EOT
  type = object({
    retention_days  = optional(number, 30)
    kms_key_arn     = optional(string)
    execution_level = optional(string, "ERROR")
  })
  nullable = false
  default  = {}

  validation {
    condition     = contains(["OFF", "ERROR", "INFO"], var.logs.execution_level)
    error_message = "logs.execution_level must be OFF, ERROR or INFO."
  }
  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.logs.retention_days)
    error_message = "logs.retention_days must be one that CloudWatch Logs knows: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, …"
  }
}

variable "account_logging_role_arn" {
  description = "`role_arn` of module `account_logging`, so that the stage waits for it. Null when the account's CloudWatch role is set already."
  type        = string
  default     = null
}

variable "xray_tracing" {
  description = "Whether the stage takes part in X-Ray traces."
  type        = bool
  nullable    = false
  default     = true
}

variable "problem_type_prefix" {
  description = "Start of the `type` of problem documents; the problem's code follows. The default is what the function uses too."
  type        = string
  nullable    = false
  default     = "urn:model-endpoint-api:problem:"
}

variable "tags" {
  description = "Tags of everything made here, over the provider's default_tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
