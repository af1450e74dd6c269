# Two models behind one API, whose routes ask for every kind of auth: applied by test_auth_kinds.py.
variable "lambda_target" {
  description = "Runtime and architecture of the functions."
  type        = string
}

locals {
  images = {
    bike-rental   = { prebuilt = { repository_name = "sagemaker-xgboost", tag = "3.0-5" } }
    breast-cancer = { prebuilt = { repository_name = "linear-learner", tag = "1" } }
  }
  pages  = ["https://app.example.com"]
  builds = { for model in keys(local.images) : model => "../../../build/${model}" }
}

module "bikes" {
  source = "../../../infra/modules/model_api"

  name          = "auth-bikes"
  contract_file = "../../../models/bike-rental/contract.json"
  openapi_file  = "${local.builds.bike-rental}/openapi.json"
  package = {
    zip      = "${local.builds.bike-rental}/function-${var.lambda_target}.zip"
    manifest = "${local.builds.bike-rental}/function-${var.lambda_target}.json"
  }
  model = {
    artifact = { file = "${local.builds.bike-rental}/model.tar.gz" }
    image    = local.images.bike-rental
    bucket   = { force_destroy = true, lifecycle_rules = false }
  }
  api                = null
  cors_allow_origins = local.pages
}

module "cells" {
  source = "../../../infra/modules/model_api"

  name          = "auth-cells"
  contract_file = "../../../models/breast-cancer/contract.json"
  openapi_file  = "${local.builds.breast-cancer}/openapi.json"
  package = {
    zip      = "${local.builds.breast-cancer}/function-${var.lambda_target}.zip"
    manifest = "${local.builds.breast-cancer}/function-${var.lambda_target}.json"
  }
  model = {
    artifact = { file = "${local.builds.breast-cancer}/model.tar.gz" }
    image    = local.images.breast-cancer
    bucket   = { force_destroy = true, lifecycle_rules = false }
  }
  api                = null
  cors_allow_origins = local.pages
}

module "api" {
  source = "../../../infra/modules/api_gateway"

  name = "auth-kinds"
  models = {
    bikes = module.bikes.backend
    cells = module.cells.backend
  }
  function_alias_arns = {
    bikes = module.bikes.function_alias_arn
    cells = module.cells.function_alias_arn
  }
  clients            = { tester = {} }
  allow_open_routes  = true # POST /bikes
  cors_allow_origins = local.pages

  route_auth = {
    "POST /bikes/predict" = "iam"
    "ANY /bikes/test"     = "cognito"
    "POST /cells/predict" = "lambda_authorizer"
  }
  cognito               = { user_pool_arns = [aws_cognito_user_pool.people.arn] }
  lambda_authorizer     = { function_name = "auth-tokens", identity_headers = ["X-Partner"] }
  lambda_authorizer_arn = aws_lambda_function.tokens.arn
  resource_policy       = { deny_cidrs = ["127.0.0.66/32"] }
}

resource "aws_cognito_user_pool" "people" {
  name = "auth-people"
}

resource "aws_cognito_user_pool_client" "shop" {
  name                = "shop"
  user_pool_id        = aws_cognito_user_pool.people.id
  explicit_auth_flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
}

resource "aws_lambda_function" "tokens" {
  function_name    = "auth-tokens"
  role             = aws_iam_role.tokens.arn
  runtime          = split("-", var.lambda_target)[0]
  architectures    = [split("-", var.lambda_target)[1]]
  handler          = "authorizer.judge"
  filename         = "authorizer.zip"
  source_code_hash = filebase64sha256("authorizer.zip")
}

resource "aws_iam_role" "tokens" {
  name = "auth-tokens"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

output "api_url" {
  description = "URL of the stage."
  value       = module.api.api_url
}

output "rest_api_id" {
  description = "Id of the API."
  value       = module.api.rest_api_id
}

output "stage_name" {
  description = "Name of the stage."
  value       = module.api.stage_name
}

output "cors_allow_origins" {
  description = "Origins of pages."
  value       = module.api.cors_allow_origins
}

output "deployment_id" {
  description = "Id of the deployment."
  value       = module.api.deployment_id
}

output "routes" {
  description = "Method, path, auth."
  value       = module.api.routes
}

output "api_key_ids" {
  description = "Client → id of its key."
  value       = module.api.api_key_ids
}

output "authorizer_headers" {
  description = "Where the authorizer's token stands."
  value       = module.api.authorizer_headers
}

output "models" {
  description = "Path → outputs of the model behind it."
  value       = { bikes = module.bikes, cells = module.cells }
}

output "user_pool" {
  description = "Ids of the pool and its client."
  value       = { pool = aws_cognito_user_pool.people.id, client = aws_cognito_user_pool_client.shop.id }
}
