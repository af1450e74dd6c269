resource "aws_api_gateway_rest_api" "this" {
  name   = var.name
  body   = local.body
  policy = local.resource_policy == null ? null : jsonencode(local.resource_policy) # the body's: see the README
  tags   = var.tags

  disable_execute_api_endpoint = local.execute_api_disabled

  endpoint_configuration {
    types            = [upper(var.endpoint.type)]
    vpc_endpoint_ids = length(var.endpoint.vpc_endpoint_ids) == 0 ? null : var.endpoint.vpc_endpoint_ids
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
    precondition {
      condition     = var.cognito != null || !contains(local.used_schemes, "cognito")
      error_message = "These routes ask for a Cognito user's token: ${join(", ", local.askers.cognito)}. Give cognito = { user_pool_arns = [...] }, or another kind in route_auth."
    }
    precondition {
      condition     = var.lambda_authorizer != null || !contains(local.used_schemes, "lambda_authorizer")
      error_message = "These routes ask a Lambda authorizer: ${join(", ", local.askers.lambda_authorizer)}. Give lambda_authorizer = { function_name = ... }, or another kind in route_auth."
    }
    precondition {
      condition     = length(local.fragment_collisions) == 0
      error_message = "openapi_fragment has what the API's document has already: ${join(", ", local.fragment_collisions)}. Give yours other names or paths, or leave the contract's route out with unpublished_routes."
    }
    precondition {
      condition     = length(local.path_clashes) == 0
      error_message = "API Gateway takes one variable at each place of its paths, and here are two: ${join("; ", local.path_clashes)}. Give them one name in openapi_fragment."
    }
    precondition {
      condition     = length(try(var.resource_policy.account_ids, [])) == 0 || length(local.unsigned_operations) == 0
      error_message = "resource_policy.account_ids lets in only callers that sign, and these routes ask for no signature: ${join(", ", local.unsigned_operations)}. Set route_auth = { \"METHOD /path\" = \"iam\" } for them, or leave account_ids out."
    }
  }
}

# The hash of the document, a string, and never a resource: those differ from plan to plan.
resource "aws_api_gateway_deployment" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  # Closing the execute-api address works from the next deployment on.
  triggers = merge({ document = local.stable_digest }, local.other_triggers)

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "this" {
  # checkov:skip=CKV2_AWS_4: logs.execution_level is ERROR by default, which checkov does not find in an object's default
  # checkov:skip=CKV2_AWS_77: a web ACL made here has AWS's known bad inputs by default (waf.managed_rules), log4j among them
  # checkov:skip=CKV_AWS_120: every answer is to a request's own rows, which seldom come twice, and a cache would keep them
  # checkov:skip=CKV_AWS_225: the same, said of the method settings
  # checkov:skip=CKV2_AWS_51: a client certificate is shown to HTTP backends; this one is a Lambda function
  # checkov:skip=CKV2_AWS_29: a web ACL is the team's choice and cost, associated by the stage's ARN
  rest_api_id          = aws_api_gateway_rest_api.this.id
  deployment_id        = aws_api_gateway_deployment.this.id
  stage_name           = var.stage_name
  variables            = length(var.stage_variables) == 0 ? null : var.stage_variables
  xray_tracing_enabled = var.xray_tracing
  tags                 = var.tags

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    format          = local.access_log_format
  }

  dynamic "canary_settings" {
    for_each = aws_api_gateway_deployment.canary
    content {
      deployment_id            = canary_settings.value.id
      percent_traffic          = var.canary.percent_traffic
      stage_variable_overrides = var.canary.stage_variable_overrides
      use_stage_cache          = false
    }
  }

  # A path is not live before the function lets the gateway in, and logging needs the account's role.
  depends_on = [
    aws_cloudwatch_log_group.canary,
    aws_cloudwatch_log_group.execution,
    aws_lambda_permission.authorizer,
    aws_lambda_permission.route,
    terraform_data.account_logging,
  ]

  lifecycle {
    precondition {
      condition     = local.function_alias_arns == tomap(local.alias_arns)
      error_message = "The document calls ${join(", ", values(local.alias_arns))}, the gateway is let into ${join(", ", values(local.function_alias_arns))}. Give function and function_alias_arn (of several: models and function_alias_arns) of the same alias in this account and region."
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
  function_name  = local.permitted[each.value.model].function
  qualifier      = local.permitted[each.value.model].alias
  principal      = "apigateway.amazonaws.com"
  source_arn     = "${aws_api_gateway_rest_api.this.execution_arn}/${var.stage_name}/${each.value.method_and_path}"
  source_account = data.aws_caller_identity.this.account_id
}

locals {
  permitted = {
    for model, arn in local.function_alias_arns : model => regex(":function:(?P<function>[^:/]+):(?P<alias>[^:/]+)$", arn)
  }

  # One statement a route: this API, this stage, this method, this path. A path parameter is a `*` in an ARN.
  permissions = {
    for key, route in local.routes : key => {
      model           = route.model
      statement_id    = "apigateway-${substr(sha256(key), 0, 12)}"
      method_and_path = "${route.method == "ANY" ? "*" : route.method}${replace(route.path, "/\\{[^/]+\\}/", "*")}"
    }
  }
}
