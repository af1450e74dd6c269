locals {
  model = "bike-rental"
  root  = "${path.module}/../../.."

  build    = coalesce(var.build_directory, "${local.root}/build/${local.model}")
  function = "${local.build}/function-${var.lambda_target}"
}

module "model_api" {
  source = "../../modules/model_api"

  name          = "${local.model}-${var.environment}"
  contract_file = "${local.root}/models/${local.model}/contract.json"
  openapi_file  = "${local.build}/openapi.json"
  package = {
    zip      = "${local.function}.zip"
    manifest = "${local.function}.json"
  }
  model = {
    artifact = { file = "${local.build}/model.tar.gz" }
    image    = var.image
    bucket   = var.artifact_bucket
  }
  endpoint = var.endpoint
  function = var.function
  api = {
    stage_name               = var.stage_name
    clients                  = var.clients
    throttle                 = var.throttle
    request_validation       = var.request_validation
    cors_allow_origins       = var.cors_allow_origins
    minimum_compression_size = var.minimum_compression_size
    allow_open_routes        = var.allow_open_routes
    unpublished_routes       = var.unpublished_routes
    account_logging_role_arn = one(values(module.account_logging)[*].role_arn)
  }
  observability = var.observability
  logs          = { retention_days = var.log_retention_days }
}

module "account_logging" {
  source   = "../../modules/api_gateway/account_logging"
  for_each = var.account_logging == null ? {} : { here = var.account_logging }

  role_name = each.value.role_name
}
