resource "aws_api_gateway_rest_api" "this" {
  name = var.name
  body = local.body
  tags = var.tags

  disable_execute_api_endpoint = local.execute_api_disabled

  endpoint_configuration {
    types = ["REGIONAL"]
  }

  lifecycle {
    create_before_destroy = true

    precondition {
      condition     = var.allow_open_routes || alltrue([for route in values(local.routes) : route.auth != "none"])
      error_message = "The contract has routes with \"auth\": \"none\", which anyone may call: ${join(", ", [for key, route in local.routes : key if route.auth == "none"])}. Set allow_open_routes = true to confirm, or leave them out here with unpublished_routes."
    }
    precondition {
      condition     = length(local.routes) == length(local.published)
      error_message = "The contract names a method and path twice."
    }
  }
}

# The hash of the document, a string, and never a resource: those differ from plan to plan.
resource "aws_api_gateway_deployment" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  # Closing the execute-api address works from the next deployment on.
  triggers = merge({ document = sha256(local.body) }, local.execute_api_disabled ? { execute_api = "disabled" } : {})

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "this" {
  # checkov:skip=CKV_AWS_120: every answer is to a request's own rows, which seldom come twice, and a cache would keep them
  # checkov:skip=CKV_AWS_225: the same, said of the method settings
  # checkov:skip=CKV2_AWS_51: a client certificate is shown to HTTP backends; this one is a Lambda function
  # checkov:skip=CKV2_AWS_29: a web ACL is the team's choice and cost, associated by the stage's ARN
  rest_api_id          = aws_api_gateway_rest_api.this.id
  deployment_id        = aws_api_gateway_deployment.this.id
  stage_name           = var.stage_name
  xray_tracing_enabled = var.xray_tracing
  tags                 = var.tags

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    format          = local.access_log_format
  }

  # A path is not live before the function lets the gateway in, and logging needs the account's role.
  depends_on = [
    aws_cloudwatch_log_group.execution,
    aws_lambda_permission.route,
    terraform_data.account_logging,
  ]

  lifecycle {
    precondition {
      condition     = var.function_alias_arn == local.alias_arn
      error_message = "The document calls ${local.alias_arn}, the gateway is let into ${var.function_alias_arn}. Give function and function_alias_arn of the same alias in this account and region."
    }
  }
}

resource "aws_api_gateway_method_settings" "all" {
  # checkov:skip=CKV_AWS_225: every answer is to a request's own rows, which seldom come twice, and a cache would keep them
  # checkov:skip=CKV_AWS_308: there is no cache whose data could be encrypted
  rest_api_id = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.this.stage_name
  method_path = "*/*"

  settings {
    metrics_enabled        = true
    logging_level          = var.logs.execution_level
    data_trace_enabled     = false # it would write bodies, and with them feature values, to the log
    throttling_rate_limit  = var.throttle.rate_limit
    throttling_burst_limit = var.throttle.burst_limit
  }
}

resource "aws_lambda_permission" "route" {
  for_each = local.permissions

  statement_id   = each.value.statement_id
  action         = "lambda:InvokeFunction"
  function_name  = local.permitted.function
  qualifier      = local.permitted.alias
  principal      = "apigateway.amazonaws.com"
  source_arn     = "${aws_api_gateway_rest_api.this.execution_arn}/${var.stage_name}/${each.value.method_and_path}"
  source_account = data.aws_caller_identity.this.account_id
}

locals {
  permitted = regex(":function:(?P<function>[^:/]+):(?P<alias>[^:/]+)$", var.function_alias_arn)

  # One statement a route: this API, this stage, this method, this path. A path parameter is a `*` in an ARN.
  permissions = {
    for key, route in local.routes : key => {
      statement_id    = "apigateway-${substr(sha256(key), 0, 12)}"
      method_and_path = "${route.method == "ANY" ? "*" : route.method}${replace(route.path, "/\\{[^/]+\\}/", "*")}"
    }
  }
}
