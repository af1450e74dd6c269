# One key or none, so that the addresses below say what they are: with `api = null` another module has the API.
moved {
  from = module.api_gateway
  to   = module.api_gateway["api"]
}

module "api_gateway" {
  source   = "../api_gateway"
  for_each = local.apis

  name                         = var.name
  openapi_document             = local.document
  function                     = local.plain_function
  function_alias_arn           = module.lambda.alias_arn
  openapi_fragment             = each.value.openapi_fragment
  stage_name                   = each.value.stage_name
  stage_variables              = each.value.stage_variables
  canary                       = each.value.canary
  clients                      = each.value.clients
  route_auth                   = each.value.route_auth
  require_api_key              = each.value.require_api_key
  cognito                      = each.value.cognito
  lambda_authorizer            = each.value.lambda_authorizer
  lambda_authorizer_arn        = var.lambda_authorizer_arn
  allow_open_routes            = each.value.allow_open_routes
  unpublished_routes           = each.value.unpublished_routes
  endpoint                     = each.value.endpoint
  resource_policy              = each.value.resource_policy
  domain                       = each.value.domain
  disable_execute_api_endpoint = each.value.disable_execute_api_endpoint
  waf                          = each.value.waf
  throttle                     = each.value.throttle
  request_validation           = each.value.request_validation
  cors_allow_origins           = each.value.cors_allow_origins
  binary_media_types           = each.value.binary_media_types
  minimum_compression_size     = each.value.minimum_compression_size
  logs                         = merge(var.logs, { execution_level = each.value.execution_log_level })
  account_logging_role_arn     = each.value.account_logging_role_arn
  xray_tracing                 = var.tracing
  tags                         = var.tags
}

locals {
  apis           = var.api == null ? {} : { api = var.api }
  plain_function = { name = var.name, alias_name = "live" } # no output: see the variable's description in api_gateway

  # The function puts CORS headers on its own answers, whoever's API it stands behind.
  cors_allow_origins = var.api == null ? var.cors_allow_origins : var.api.cors_allow_origins
}
