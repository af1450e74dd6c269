# What the examples refer to, in the ring in which the modules refer to each other.
module "model" {
  source = "../model"

  name               = "bike-rental-dev"
  execution_role_arn = module.iam.sagemaker_role_arn
  artifact           = { file = "build/bike-rental/model.tar.gz" }
  bucket             = { lifecycle_rules = false }
  image              = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/echo:1" }
}

module "endpoint" {
  source = "../endpoint"

  name       = "bike-rental-dev"
  model_name = module.model.model_name
  instances  = { type = "ml.m6i.large" }
}

module "lambda" {
  source = "../lambda"

  name     = "bike-rental-dev"
  role_arn = module.iam.lambda_role_arn
  package = {
    zip      = "build/bike-rental/function-python3.13-arm64.zip"
    manifest = "build/bike-rental/function-python3.13-arm64.json"
  }
  settings = { endpoint_name = module.endpoint.endpoint_name }
}
