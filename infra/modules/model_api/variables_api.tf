variable "api" {
  description = <<-EOT
    The API: `stage_name`, `clients` (name → rate_limit, burst_limit, quota, routes, enabled, keys, disabled_keys), `throttle` of the whole stage,
    `request_validation` (envelope or full), `cors_allow_origins`, `allow_open_routes`, `unpublished_routes`, `route_auth`,
    `require_api_key`, `cognito`, `lambda_authorizer`, `endpoint` (regional, edge, private), `resource_policy`, `domain`,
    `disable_execute_api_endpoint`, `waf`, `canary`, `stage_variables`, `openapi_fragment`, `binary_media_types`,
    `minimum_compression_size`, `execution_log_level`, `account_logging_role_arn`. The fields are those of module `api_gateway`;
    left out, its defaults. The origins go to the function as well. Null makes no API: give outputs `backend` and
    `function_alias_arn` to a module `api_gateway` that several models share.
  EOT
  type = object({
    stage_name = optional(string)
    clients = optional(map(object({
      rate_limit  = optional(number)
      burst_limit = optional(number)
      quota = optional(object({
        limit  = number
        period = optional(string)
        offset = optional(number)
      }))
      routes = optional(map(object({
        rate_limit  = number
        burst_limit = number
      })))
      enabled       = optional(bool)
      keys          = optional(set(string))
      disabled_keys = optional(set(string))
    })))
    throttle = optional(object({
      rate_limit  = optional(number)
      burst_limit = optional(number)
    }))
    request_validation       = optional(string)
    cors_allow_origins       = optional(list(string), [])
    allow_open_routes        = optional(bool)
    unpublished_routes       = optional(set(string))
    binary_media_types       = optional(list(string))
    minimum_compression_size = optional(number)
    execution_log_level      = optional(string)
    route_auth               = optional(map(string))
    require_api_key          = optional(bool)
    cognito = optional(object({
      user_pool_arns = set(string)
      scopes         = optional(set(string))
    }))
    lambda_authorizer = optional(object({
      function_name             = string
      alias_name                = optional(string)
      type                      = optional(string)
      identity_headers          = optional(set(string))
      identity_query_parameters = optional(set(string))
      ttl_seconds               = optional(number)
      token_pattern             = optional(string)
      credentials_role_arn      = optional(string)
    }))
    endpoint = optional(object({
      type             = optional(string)
      vpc_endpoint_ids = optional(set(string))
    }))
    resource_policy = optional(object({
      allow_cidrs      = optional(set(string))
      deny_cidrs       = optional(set(string))
      vpc_endpoint_ids = optional(set(string))
      account_ids      = optional(set(string))
    }))
    domain = optional(object({
      name            = string
      certificate_arn = optional(string)
      exists          = optional(bool)
      base_path       = optional(string)
      endpoint_type   = optional(string)
      security_policy = optional(string)
      mutual_tls = optional(object({
        truststore_uri                         = string
        truststore_version                     = optional(string)
        ownership_verification_certificate_arn = optional(string)
      }))
      hosted_zone_id = optional(string)
    }))
    disable_execute_api_endpoint = optional(bool)
    waf = optional(object({
      web_acl_arn = optional(string)
      managed_rules = optional(map(object({
        priority     = number
        vendor       = optional(string)
        version      = optional(string)
        rule_actions = optional(map(string))
        count_only   = optional(bool)
      })))
      rule_groups = optional(map(object({
        arn        = string
        priority   = number
        count_only = optional(bool)
      })))
      rate_limit = optional(object({
        requests       = number
        window_seconds = optional(number)
      }))
      denied_cidrs       = optional(set(string))
      allowed_cidrs      = optional(set(string))
      forwarded_header   = optional(string)
      body_inspection_kb = optional(number)
      log = optional(object({
        destination_arn  = optional(string)
        redacted_headers = optional(set(string))
        all_requests     = optional(bool)
      }))
      sampled_requests = optional(bool)
    }))
    canary = optional(object({
      percent_traffic          = number
      stable_document_digest   = string
      stage_variable_overrides = optional(map(string))
    }))
    stage_variables          = optional(map(string))
    openapi_fragment         = optional(string)
    account_logging_role_arn = optional(string)
  })
  default = {}
}

variable "lambda_authorizer_arn" {
  description = "ARN of the function of `api.lambda_authorizer`, from the resource, so that the permission waits for it; null when it is there already. It stands apart from `api`, which the document is made of (see `function` of module `api_gateway`)."
  type        = string
  default     = null
}

variable "cors_allow_origins" {
  description = "With `api = null`: the origins that the shared API allows (its `cors_allow_origins`), so that the function puts them on its own answers. Otherwise `api.cors_allow_origins` says so."
  type        = list(string)
  nullable    = false
  default     = []

  validation {
    condition     = var.api == null || length(var.cors_allow_origins) == 0
    error_message = "With an API of its own the model takes its origins from api.cors_allow_origins: write them there."
  }
}
