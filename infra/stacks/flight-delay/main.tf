locals {
  model = "flight-delay"
  image = { prebuilt = { repository_name = "sagemaker-xgboost", tag = "3.0-5" } } # reads what train.py writes

  root     = "${path.module}/../../.."
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
  model         = local.settings.model
  endpoint      = var.endpoint
  function      = local.settings.function
  api           = local.settings.api
  observability = var.observability
  logs          = var.logs
  tracing       = var.tracing
  apply_steps   = var.apply_steps
  tags          = var.tags

  lambda_authorizer_arn    = var.lambda_authorizer_arn
  cors_allow_origins       = var.cors_allow_origins
  permissions_boundary_arn = var.permissions_boundary_arn
}

module "account_logging" {
  source   = "../../modules/api_gateway/account_logging"
  for_each = var.account_logging == null ? {} : { here = var.account_logging }

  role_name = each.value.role_name
}
