module "api_gateway" {
  source = "../api_gateway"

  name                     = var.name
  openapi_document         = local.document
  function                 = { name = var.name } # plain, no output: see the variable's description
  function_alias_arn       = module.lambda.alias_arn
  stage_name               = var.api.stage_name
  clients                  = var.api.clients
  allow_open_routes        = var.api.allow_open_routes
  unpublished_routes       = var.api.unpublished_routes
  throttle                 = var.api.throttle
  request_validation       = var.api.request_validation
  cors_allow_origins       = var.api.cors_allow_origins
  binary_media_types       = var.api.binary_media_types
  minimum_compression_size = var.api.minimum_compression_size
  logs                     = merge(var.logs, { execution_level = var.api.execution_log_level })
  account_logging_role_arn = var.api.account_logging_role_arn
  xray_tracing             = var.tracing
  tags                     = var.tags
}
