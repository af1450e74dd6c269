# An API in front of a function that says yes to everything, so that what refuses is the gateway.
variable "lambda_target" {
  type = string
}

variable "request_validation" {
  type = string
}

variable "canary" {
  type    = object({ percent_traffic = number, stable_document_digest = string })
  default = null
}

variable "shop" {
  type = object({ keys = set(string), disabled_keys = optional(set(string), []) })
}

module "api" {
  source = "../../../infra/modules/api_gateway"

  name               = "releases"
  openapi_document   = file("openapi.json")
  function           = { name = "releases" }
  function_alias_arn = aws_lambda_alias.live.arn
  request_validation = var.request_validation
  canary             = var.canary
  clients            = { shop = var.shop }
}

resource "aws_lambda_function" "yes" {
  function_name    = "releases"
  role             = aws_iam_role.yes.arn
  runtime          = split("-", var.lambda_target)[0]
  architectures    = [split("-", var.lambda_target)[1]]
  handler          = "yes.answer"
  filename         = "yes.zip"
  source_code_hash = filebase64sha256("yes.zip")
  publish          = true
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.yes.function_name
  function_version = aws_lambda_function.yes.version
}

resource "aws_iam_role" "yes" {
  name = "releases"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

output "api" {
  value = module.api
}
