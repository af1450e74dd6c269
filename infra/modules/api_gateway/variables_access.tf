variable "route_auth" {
  description = "Who may call a route here, where it isn't what the contract says: `{ \"POST /predict\" = \"iam\" }`. Kinds: `api_key`, `iam`, `cognito`, `lambda_authorizer`, `none`. A route that isn't named keeps the contract's."
  type        = map(string)
  nullable    = false
  default     = {}

  validation {
    condition     = alltrue([for kind in values(var.route_auth) : contains(["api_key", "iam", "cognito", "lambda_authorizer", "none"], kind)])
    error_message = "A value of route_auth must be api_key, iam, cognito, lambda_authorizer or none."
  }
  validation {
    condition     = alltrue([for key in keys(var.route_auth) : contains(local.contract_routes, key)])
    error_message = "route_auth names a route that the contract doesn't have. There are: ${join(", ", local.contract_routes)}."
  }
}

variable "allow_open_routes" {
  description = "Confirms that routes whose auth is `none` may be called by anyone who knows the URL, at your cost. Left false, such a route fails the plan."
  type        = bool
  nullable    = false
  default     = false
}

variable "unpublished_routes" {
  description = "Routes of the contract that this API leaves out, each as `METHOD /path`: an open route in an environment that has none, say."
  type        = set(string)
  nullable    = false
  default     = []

  validation {
    condition     = alltrue([for key in var.unpublished_routes : contains(local.contract_routes, key)])
    error_message = "unpublished_routes names a route that the contract doesn't have. There are: ${join(", ", local.contract_routes)}."
  }
}

variable "require_api_key" {
  description = "Whether routes of the kinds `iam`, `cognito` and `lambda_authorizer` ask for a client's API key as well: then its usage plan counts and bounds their requests."
  type        = bool
  nullable    = false
  default     = false
}

variable "cognito" {
  description = <<-EOT
    The Cognito user pools whose tokens `cognito` routes take in the header Authorization: `user_pool_arns`, and `scopes` of
    which an access token needs one. Without scopes an ID token is asked for. Null: no route may have this kind.
  EOT
  type = object({
    user_pool_arns = set(string)
    scopes         = optional(set(string), [])
  })
  default = null

  validation {
    condition     = var.cognito == null ? true : length(var.cognito.user_pool_arns) > 0 && alltrue([for arn in var.cognito.user_pool_arns : can(regex("^arn:[^:]+:cognito-idp:[^:]+:[0-9]{12}:userpool/.+$", arn))])
    error_message = "cognito.user_pool_arns needs at least one ARN of a user pool: arn:aws:cognito-idp:REGION:ACCOUNT:userpool/ID."
  }
}

variable "lambda_authorizer" {
  description = <<-EOT
    The function that judges requests to `lambda_authorizer` routes: `function_name` and `alias_name` (null: the unpublished
    version) by plain names (see `function`). `type` is `token` (it gets one header) or `request` (the whole request
    without its body). `identity_headers` and `identity_query_parameters` say what must be there for it to be asked at all, and
    what an answer is remembered for, `ttl_seconds` long (0: never). `token_pattern` is a regular expression that a
    token has to match. `credentials_role_arn` is a role that the gateway takes on instead of being let in by the function.
    Null: no route may have this kind.
  EOT
  type = object({
    function_name             = string
    alias_name                = optional(string)
    type                      = optional(string, "token")
    identity_headers          = optional(set(string), ["Authorization"])
    identity_query_parameters = optional(set(string), [])
    ttl_seconds               = optional(number, 300)
    token_pattern             = optional(string)
    credentials_role_arn      = optional(string)
  })
  default = null

  validation {
    condition     = var.lambda_authorizer == null ? true : can(regex("^[A-Za-z0-9_-]{1,64}$", var.lambda_authorizer.function_name)) && can(regex("^[A-Za-z0-9_-]{1,128}$", coalesce(var.lambda_authorizer.alias_name, "none")))
    error_message = "lambda_authorizer.function_name and alias_name are names of letters, digits, hyphens and underscores, no ARNs; the ARN goes into lambda_authorizer_arn."
  }
  validation {
    condition     = var.lambda_authorizer == null ? true : contains(["token", "request"], var.lambda_authorizer.type)
    error_message = "lambda_authorizer.type must be \"token\" or \"request\"."
  }
  validation {
    condition     = try(var.lambda_authorizer.type != "token" || (length(var.lambda_authorizer.identity_headers) == 1 && length(var.lambda_authorizer.identity_query_parameters) == 0), true)
    error_message = "A token authorizer reads exactly one of identity_headers, and no query parameter; for more use type = \"request\"."
  }
  validation {
    condition     = try(var.lambda_authorizer.type != "request" || var.lambda_authorizer.token_pattern == null, true)
    error_message = "token_pattern is a token authorizer's: a request authorizer judges for itself."
  }
  validation {
    condition     = try(var.lambda_authorizer.ttl_seconds >= 0 && var.lambda_authorizer.ttl_seconds <= 3600, true)
    error_message = "lambda_authorizer.ttl_seconds must be 0 to 3600."
  }
  validation {
    condition     = try(var.lambda_authorizer.ttl_seconds == 0 || length(var.lambda_authorizer.identity_headers) + length(var.lambda_authorizer.identity_query_parameters) > 0, true)
    error_message = "An authorizer's answer is remembered by its identity sources: name one, or set ttl_seconds = 0."
  }
}

variable "lambda_authorizer_arn" {
  description = "ARN of the authorizer's function, from the resource, so that the permission waits for it. Null when the function is there already."
  type        = string
  default     = null

  validation {
    condition     = var.lambda_authorizer_arn == null || can(regex("^arn:[^:]+:lambda:[^:]+:[0-9]{12}:function:[^:]+", var.lambda_authorizer_arn))
    error_message = "lambda_authorizer_arn must be the ARN of a function: arn:aws:lambda:REGION:ACCOUNT:function:NAME."
  }
}

variable "endpoint" {
  description = <<-EOT
    Where the API can be reached: `type` is `regional`, `edge` (through CloudFront) or `private` (from VPCs alone, through
    interface endpoints for execute-api). `vpc_endpoint_ids` gives a private API a host name for each of them.
  EOT
  type = object({
    type             = optional(string, "regional")
    vpc_endpoint_ids = optional(set(string), [])
  })
  nullable = false
  default  = {}

  validation {
    condition     = contains(["regional", "edge", "private"], var.endpoint.type)
    error_message = "endpoint.type must be \"regional\", \"edge\" or \"private\"."
  }
  validation {
    condition     = var.endpoint.type == "private" || length(var.endpoint.vpc_endpoint_ids) == 0
    error_message = "endpoint.vpc_endpoint_ids are a private API's: set type = \"private\", or leave them out."
  }
  validation {
    condition     = var.endpoint.type != "private" || var.resource_policy != null
    error_message = "A private API lets nobody in without a resource policy: give resource_policy = { vpc_endpoint_ids = [...] }, or {} for every VPC endpoint."
  }
  validation {
    condition     = var.endpoint.type == "private" || length(try(var.resource_policy.vpc_endpoint_ids, [])) == 0
    error_message = "Only a private API is called through VPC endpoints: with resource_policy.vpc_endpoint_ids nobody could call this one. Set endpoint = { type = \"private\" }, or leave them out."
  }
  validation {
    condition     = var.endpoint.type != "private" || var.domain == null
    error_message = "domain is a public host name, and a private API has none: leave domain out, or use another endpoint.type."
  }
}

variable "resource_policy" {
  description = <<-EOT
    From where and by whom the API may be called, whatever the kind of auth; all that is given must hold.
    `allow_cidrs`: only from these addresses. `deny_cidrs`: never from these. `vpc_endpoint_ids`: only through these
    (private APIs). `account_ids`: only callers of these accounts, who sign (all routes must be `iam`). Null: no policy.
    To lift one that was there, give `{}`, which lets everyone in, rather than null (see "Worth knowing").
  EOT
  type = object({
    allow_cidrs      = optional(set(string), [])
    deny_cidrs       = optional(set(string), [])
    vpc_endpoint_ids = optional(set(string), [])
    account_ids      = optional(set(string), [])
  })
  default = null

  validation {
    condition     = alltrue([for cidr in try(setunion(var.resource_policy.allow_cidrs, var.resource_policy.deny_cidrs), []) : can(cidrhost(cidr, 0))])
    error_message = "resource_policy.allow_cidrs and deny_cidrs are blocks in CIDR notation: 203.0.113.0/24, 198.51.100.7/32, 2001:db8::/32."
  }
  validation {
    condition     = alltrue([for id in try(var.resource_policy.vpc_endpoint_ids, []) : can(regex("^vpce-[0-9a-f]+$", id))])
    error_message = "resource_policy.vpc_endpoint_ids are ids such as vpce-0123456789abcdef0."
  }
  validation {
    condition     = alltrue([for id in try(var.resource_policy.account_ids, []) : can(regex("^[0-9]{12}$", id))])
    error_message = "resource_policy.account_ids are account numbers of twelve digits."
  }
}
