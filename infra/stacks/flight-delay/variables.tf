variable "environment" {
  description = "Name of the environment, such as dev: it ends the name of everything in the stack."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]{1,12}$", var.environment))
    error_message = "environment must be 1 to 12 lower-case letters or digits."
  }
}

variable "region" {
  description = "AWS region. Left out, the one of the environment (AWS_REGION) or the profile."
  type        = string
  default     = null
}

variable "lambda_target" {
  description = "Runtime and architecture that the function's zip was built for: `python -m scripts.package flight-delay --target …`."
  type        = string
  nullable    = false
  default     = "python3.13-arm64"

  validation {
    condition     = can(regex("^python3\\.[0-9]+-(arm64|x86_64)$", var.lambda_target))
    error_message = "lambda_target is <runtime>-<architecture>, such as python3.13-arm64."
  }
}

variable "build_directory" {
  description = "Directory with what was built: model.tar.gz, openapi.json and function-<target>.zip with its .json. Left out: build/flight-delay of this repository."
  type        = string
  default     = null
}

variable "stage_name" {
  description = "Name of the API's stage: the first segment of every path."
  type        = string
  nullable    = false
  default     = "beta"
}

variable "image" {
  description = "Serving image: `prebuilt` (repository and tag of one of AWS's own) or `uri` in ECR. It must read what models/flight-delay/train.py writes."
  type = object({
    prebuilt = optional(object({
      repository_name = string
      tag             = string
    }))
    uri = optional(string)
  })
  nullable = false
  default  = { prebuilt = { repository_name = "sagemaker-xgboost", tag = "3.0-5" } }
}

variable "endpoint" {
  description = "Where the model runs: `serverless` (memory_mb, max_concurrency, provisioned_concurrency) or `instances` (type, initial_count, autoscaling)."
  type = object({
    serverless = optional(object({
      memory_mb               = optional(number)
      max_concurrency         = optional(number)
      provisioned_concurrency = optional(number)
    }))
    instances = optional(object({
      type          = string
      initial_count = optional(number)
      kms_key_arn   = optional(string)
      autoscaling = optional(object({
        min                                 = optional(number)
        max                                 = number
        invocations_per_instance_per_minute = number
      }))
    }))
  })
  nullable = false
  default  = { serverless = {} }

  validation {
    condition     = (var.endpoint.serverless == null) != (var.endpoint.instances == null)
    error_message = "Give exactly one of endpoint.serverless and endpoint.instances."
  }
}

variable "artifact_bucket" {
  description = "Settings of the bucket that keeps the model's artifacts; the fields are those of module `model`."
  type = object({
    kms_key_arn     = optional(string)
    force_destroy   = optional(bool)
    lifecycle_rules = optional(bool)
  })
  nullable = false
  default  = {}
}

variable "function" {
  description = "Memory (MB), reserved concurrency (null shares the account's pool), log level, and the share of requests (0 to 1) whose features are logged for the skew check: they may be personal data. Left out: none."
  type = object({
    memory_mb            = optional(number)
    reserved_concurrency = optional(number)
    log_level            = optional(string)

    feature_log_sample_rate = optional(number)
  })
  nullable = false
  default  = {}
}

variable "clients" {
  description = "Who may call: client → rate_limit (requests a second), burst_limit, quota (limit, period), enabled. Each gets a key of its own."
  type = map(object({
    rate_limit  = optional(number)
    burst_limit = optional(number)
    quota = optional(object({
      limit  = number
      period = optional(string)
    }))
    enabled = optional(bool)
  }))
  nullable = false
}

variable "throttle" {
  description = "What the stage takes from all clients together: rate_limit in requests a second, burst_limit in requests at once."
  type = object({
    rate_limit  = optional(number)
    burst_limit = optional(number)
  })
  nullable = false
  default  = {}
}

variable "request_validation" {
  description = "What the gateway checks of a JSON body: `envelope` (an object; the function explains the rest) or `full` (the contract's schema)."
  type        = string
  nullable    = false
  default     = "envelope"
}

variable "cors_allow_origins" {
  description = "Origins whose pages may call the API; [\"*\"] for any, empty for none."
  type        = list(string)
  nullable    = false
  default     = []
}

variable "minimum_compression_size" {
  description = "Answers of at least this many bytes are compressed for clients that accept it, and requests may be compressed (gzip, deflate). null turns both off."
  type        = number
  default     = 1024
}

variable "allow_open_routes" {
  description = "Confirms that routes with \"auth\": \"none\" in the contract may be called by anyone who knows the URL, at your cost."
  type        = bool
  nullable    = false
  default     = false
}

variable "unpublished_routes" {
  description = "Routes of the contract that this environment leaves out, each as `METHOD /path`."
  type        = set(string)
  nullable    = false
  default     = []
}

variable "observability" {
  description = "Alarms: thresholds, disabled_alarms, and whom to notify (topic_arn or emails). Fields not named here are those of module `observability`."
  type = object({
    thresholds = optional(object({
      api_5xx_percent         = optional(number)
      api_latency_p99_ms      = optional(number)
      endpoint_latency_p99_ms = optional(number)
    }))
    disabled_alarms = optional(set(string))
    notify = optional(object({
      topic_arn = optional(string)
      emails    = optional(set(string))
    }))
  })
  nullable = false
  default  = {}
}

variable "log_retention_days" {
  description = "Days that the logs of API, function and container are kept."
  type        = number
  nullable    = false
  default     = 30
}

variable "account_logging" {
  description = "Sets the role with which API Gateway logs, once a region and account: null leaves what is set. One stack of an account may do it, better a stack of its own."
  type        = object({ role_name = optional(string) })
  default     = null
}
