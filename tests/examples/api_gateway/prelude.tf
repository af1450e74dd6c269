# What the examples refer to: the function behind the API, and the account's role for the gateway's logs.
module "account_logging" {
  source = "../api_gateway/account_logging"
}

module "iam" {
  source = "../iam"

  name = "bike-rental-dev"
  lambda = {
    endpoint_arn  = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/bike-rental-dev"
    log_group_arn = module.lambda.log_group_arn
  }
}

module "lambda" {
  source = "../lambda"

  name     = "bike-rental-dev"
  role_arn = module.iam.lambda_role_arn
  package = {
    zip      = "build/bike-rental/function-python3.13-arm64.zip"
    manifest = "build/bike-rental/function-python3.13-arm64.json"
  }
  settings = { endpoint_name = "bike-rental-dev" }
}
