# What the examples refer to: the function behind the API, and the account's role for the gateway's logs. Nobody calls
# the functions here, and a zip of a few lines spares Terraform and the stage three times the 10 MB of a real one.
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
    zip      = "function.zip"
    manifest = "function.json"
  }
  settings = { endpoint_name = "bike-rental-dev" }
}

# The second API's own: a function, a certificate, and whose certificates are trusted.
module "partner_function" {
  source = "../lambda"

  name     = "bike-rental-partners"
  role_arn = module.iam.lambda_role_arn
  package = {
    zip      = "function.zip"
    manifest = "function.json"
  }
  settings = { endpoint_name = "bike-rental-dev" }
}

resource "aws_acm_certificate" "models" {
  domain_name       = "models.example.com"
  validation_method = "DNS"
}

resource "aws_s3_bucket" "trust" {
  bucket = "bike-rental-trust"
}

resource "aws_s3_object" "clients_ca" {
  bucket  = aws_s3_bucket.trust.bucket
  key     = "clients.pem"
  content = "certificates of those who issue clients' certificates"
}

resource "aws_cognito_user_pool" "people" {
  name = "people"
}

# Judges nothing here: all that counts is that there is a function.
resource "aws_lambda_function" "partner_tokens" {
  function_name = "partner-tokens"
  role          = module.iam.lambda_role_arn
  runtime       = "python3.13"
  architectures = ["arm64"]
  handler       = "function.handle"
  filename      = "function.zip"
}
