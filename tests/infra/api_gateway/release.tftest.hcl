provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "unused"
  secret_key                  = "unused"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

override_data {
  target = data.aws_caller_identity.this
  values = { account_id = "123456789012" }
}

variables {
  name               = "pump-failure-test"
  openapi_document   = file("files/openapi.json")
  function           = { name = "pump-failure-test" }
  function_alias_arn = "arn:aws:lambda:eu-west-1:123456789012:function:pump-failure-test:live"
  clients            = { tester = {} }
}

run "gives_a_canary_its_share" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    stage_variables = { colour = "blue" }
    canary = {
      percent_traffic          = 10
      stable_document_digest   = "0e6b1d0b0dd6ad5b2a9ad7d4f1a4b1de8ef2a3e9d3d0a2b9a8e5c2e6a9f0c1d2"
      stage_variable_overrides = { colour = "green" }
    }
  }

  # What is in the state when the digest is right.
  override_resource {
    target          = aws_api_gateway_deployment.this
    override_during = plan
    values          = { id = "a1b2c3" }
  }

  assert {
    condition     = aws_api_gateway_deployment.this.triggers == tomap({ document = "0e6b1d0b0dd6ad5b2a9ad7d4f1a4b1de8ef2a3e9d3d0a2b9a8e5c2e6a9f0c1d2" }) && aws_api_gateway_deployment.canary["canary"].triggers == tomap({ document = output.document_digest })
    error_message = "The stable deployment keeps its trigger, the canary follows the document."
  }

  assert {
    condition     = one(aws_api_gateway_stage.this.canary_settings).percent_traffic == 10 && one(aws_api_gateway_stage.this.canary_settings).stage_variable_overrides == tomap({ colour = "green" }) && one(aws_api_gateway_stage.this.canary_settings).use_stage_cache == false && aws_api_gateway_stage.this.variables == tomap({ colour = "blue" })
    error_message = "On the same stage."
  }

  assert {
    condition     = aws_cloudwatch_log_group.canary["access"].name == "/aws/apigateway/pump-failure-test/live/access/Canary" && keys(aws_cloudwatch_log_group.canary) == ["access", "execution"] && alltrue([for group in aws_cloudwatch_log_group.canary : group.retention_in_days == 30])
    error_message = "What API Gateway logs of the canary besides doesn't stay for ever."
  }

  assert {
    condition     = output.stable_document_digest == "0e6b1d0b0dd6ad5b2a9ad7d4f1a4b1de8ef2a3e9d3d0a2b9a8e5c2e6a9f0c1d2"
    error_message = "Until it is promoted."
  }
}

run "puts_several_models_behind_one_api" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    openapi_document   = null
    function           = null
    function_alias_arn = null
    request_validation = "full"
    cors_allow_origins = ["https://app.example.com"]
    models = {
      pumps      = { openapi_document = file("files/openapi.json"), function = { name = "pumps" } }
      wind-farms = { openapi_document = file("files/open_openapi.json"), function = { name = "farms", alias_name = "blue" } }
    }
    function_alias_arns = {
      pumps      = "arn:aws:lambda:eu-west-1:123456789012:function:pumps:live"
      wind-farms = "arn:aws:lambda:eu-west-1:123456789012:function:farms:blue"
    }
    allow_open_routes = true
    route_auth        = { "POST /wind-farms/predict" = "iam" }
    clients           = { tester = { routes = { "POST /pumps/predict" = { rate_limit = 2, burst_limit = 4 } } } }
  }

  assert {
    condition     = keys(jsondecode(aws_api_gateway_rest_api.this.body).paths) == ["/pumps", "/pumps/predict", "/wind-farms", "/wind-farms/predict", "/wind-farms/pumps/{id}", "/wind-farms/test"] && output.routes[*].path == ["/pumps", "/pumps/predict", "/wind-farms", "/wind-farms/predict", "/wind-farms/pumps/{id}", "/wind-farms/test"]
    error_message = "Each stands below its segment."
  }

  assert {
    condition     = strcontains(jsondecode(aws_api_gateway_rest_api.this.body).paths["/pumps/predict"].post["x-amazon-apigateway-integration"].uri, ":function:pumps:live/") && strcontains(jsondecode(aws_api_gateway_rest_api.this.body).paths["/wind-farms/predict"].post["x-amazon-apigateway-integration"].uri, ":function:farms:blue/")
    error_message = "Each has its function."
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).paths["/pumps/predict"].post.requestBody.content["application/json"].schema["$ref"] == "#/components/schemas/PumpsPredictRequest" && alltrue([for reference in regexall("#/components/schemas/([A-Za-z0-9]+)", aws_api_gateway_rest_api.this.body) : contains(keys(jsondecode(aws_api_gateway_rest_api.this.body).components.schemas), reference[0])])
    error_message = "Schemas don't collide, and every reference finds its own."
  }

  assert {
    condition     = length(distinct(flatten([for item in values(jsondecode(aws_api_gateway_rest_api.this.body).paths) : [for operation in values(item) : operation.operationId if can(operation.operationId)]]))) == 6 && jsondecode(aws_api_gateway_rest_api.this.body).paths["/wind-farms/predict"].post.operationId == "wind-farms_postPredict"
    error_message = "Nor do operations' names."
  }

  assert {
    condition     = aws_lambda_permission.route["POST /pumps/predict"].function_name == "pumps" && aws_lambda_permission.route["POST /wind-farms/predict"].function_name == "farms" && aws_lambda_permission.route["POST /wind-farms/predict"].qualifier == "blue"
    error_message = "The gateway is let into each for its own routes."
  }

  assert {
    condition     = one(one(aws_api_gateway_usage_plan.client["tester"].api_stages).throttle).path == "/pumps/predict/POST"
    error_message = "A client is bounded on one model's route."
  }
}

run "takes_a_team_s_own_part_of_the_document" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    openapi_fragment = jsonencode({
      info       = { contact = { name = "Pump team" } }
      tags       = [{ name = "health" }]
      components = { schemas = { Health = { type = "object" } } }
      paths = {
        "/health"  = { get = { security = [], responses = {}, "x-amazon-apigateway-integration" = { type = "mock" } } }
        "/audit"   = { get = { security = [{ iam = [] }], responses = {}, "x-amazon-apigateway-integration" = { type = "mock" } } }
        "/predict" = { get = { security = [{ api_key = [] }], responses = {}, "x-amazon-apigateway-integration" = { type = "mock" } } }
      }
      "x-amazon-apigateway-gateway-responses" = { WAF_FILTERED = { statusCode = "404" } }
    })
  }

  assert {
    condition     = keys(jsondecode(aws_api_gateway_rest_api.this.body).paths) == ["/", "/audit", "/health", "/predict"] && keys(jsondecode(aws_api_gateway_rest_api.this.body).paths["/predict"]) == ["get", "post"] && jsondecode(aws_api_gateway_rest_api.this.body).paths["/health"].get["x-amazon-apigateway-integration"].type == "mock"
    error_message = "Its paths, and its methods on the contract's."
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).info.contact.name == "Pump team" && jsondecode(aws_api_gateway_rest_api.this.body).info.version == "2.1.0" && contains(keys(jsondecode(aws_api_gateway_rest_api.this.body).components.schemas), "Health") && contains(keys(jsondecode(aws_api_gateway_rest_api.this.body).components.schemas), "Problem") && jsondecode(aws_api_gateway_rest_api.this.body).tags[0].name == "health"
    error_message = "Merged where both have something."
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body)["x-amazon-apigateway-gateway-responses"].WAF_FILTERED == { statusCode = "404" } && jsondecode(aws_api_gateway_rest_api.this.body)["x-amazon-apigateway-gateway-responses"].THROTTLED.statusCode == "429"
    error_message = "A refusal of its own, by type."
  }

  assert {
    condition     = keys(jsondecode(aws_api_gateway_rest_api.this.body).components.securitySchemes) == ["api_key", "iam"] && jsondecode(aws_api_gateway_rest_api.this.body).components.securitySchemes.iam["x-amazon-apigateway-authtype"] == "awsSigv4" && jsondecode(aws_api_gateway_rest_api.this.body)["x-amazon-apigateway-gateway-responses"].MISSING_AUTHENTICATION_TOKEN.statusCode == "403"
    error_message = "A kind of auth that only its operations ask for, and what unsigned requests are told."
  }
}

run "sets_the_role_of_the_account" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway/account_logging"
  }

  assert {
    condition     = aws_iam_role.this.name == "api-gateway-cloudwatch-logs" && aws_iam_role_policy_attachment.this.policy_arn == "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
    error_message = "API Gateway gets AWS's own policy for its logs."
  }
}
