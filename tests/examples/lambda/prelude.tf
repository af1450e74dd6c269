# What the examples refer to: the function's role, and an endpoint that someone else keeps.
module "iam" {
  source = "../iam"

  name = "bike-rental-dev"
  lambda = {
    endpoint_arn  = module.endpoint.endpoint_arn
    log_group_arn = module.lambda.log_group_arn
  }
}

module "endpoint" {
  source = "../endpoint"

  name                   = "bike-rental-dev"
  existing_endpoint_name = "bike-rental-dev"
}
