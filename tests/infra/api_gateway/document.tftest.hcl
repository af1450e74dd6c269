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

run "calls_the_alias_by_proxy_asks_for_an_object_and_redeploys_with_the_document" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).paths["/predict"].post["x-amazon-apigateway-integration"] == { type = "aws_proxy", httpMethod = "POST", timeoutInMillis = 29000, uri = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:pump-failure-test:live/invocations" }
    error_message = "The integration is a proxy to the alias."
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).paths["/"].post.security == [{ api_key = [] }] && jsondecode(aws_api_gateway_rest_api.this.body).components.securitySchemes.api_key.name == "x-api-key"
    error_message = "The key is asked for, in x-api-key."
  }

  assert {
    condition     = keys(jsondecode(aws_api_gateway_rest_api.this.body).paths) == ["/", "/predict"] && keys(jsondecode(aws_api_gateway_rest_api.this.body).paths["/"]) == ["post"]
    error_message = "Without origins there is no OPTIONS, and there is nothing else."
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).paths["/predict"].post.requestBody.content == { "application/json" = { schema = { "$ref" = "#/components/schemas/RequestEnvelope" } } }
    error_message = "The envelope is the model."
  }

  assert {
    condition     = keys(jsondecode(aws_api_gateway_rest_api.this.body).components.schemas) == ["PredictResponse", "Prediction", "Problem", "RequestEnvelope"]
    error_message = "Models that the gateway doesn't enforce aren't imported."
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body)["x-amazon-apigateway-request-validators"][jsondecode(aws_api_gateway_rest_api.this.body).paths["/predict"].post["x-amazon-apigateway-request-validator"]] == { validateRequestBody = true, validateRequestParameters = true }
    error_message = "The body is validated."
  }

  assert {
    condition     = !strcontains(aws_api_gateway_rest_api.this.body, "\"examples\"") && !strcontains(aws_api_gateway_rest_api.this.body, "x-model-endpoint-api")
    error_message = "What API Gateway doesn't know stays out."
  }

  assert {
    condition     = aws_api_gateway_deployment.this.triggers == tomap({ document = sha256(aws_api_gateway_rest_api.this.body) })
    error_message = "The trigger is the hash of the document, known at plan time."
  }
}

run "integrates_direct_any_and_open_routes_and_lets_the_gateway_in" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    openapi_document  = file("files/open_openapi.json")
    allow_open_routes = true
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).paths["/"].post["x-amazon-apigateway-integration"].type == "aws" && jsondecode(aws_api_gateway_rest_api.this.body).paths["/"].post.security == []
    error_message = "A direct, open route is a non-proxy integration without a key."
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).paths["/"].post["x-amazon-apigateway-integration"].responses.default.statusCode == "200" && jsondecode(aws_api_gateway_rest_api.this.body).paths["/"].post["x-amazon-apigateway-integration"].responses["(\\n|.)+"].statusCode == "502"
    error_message = "The answer passes through; a crashed function is a 502."
  }

  assert {
    condition     = keys(jsondecode(aws_api_gateway_rest_api.this.body).paths["/test"]) == ["x-amazon-apigateway-any-method"]
    error_message = "ANY is API Gateway's own, and stands for itself."
  }

  assert {
    condition     = !contains(keys(jsondecode(aws_api_gateway_rest_api.this.body).paths["/test"]["x-amazon-apigateway-any-method"]), "requestBody") && !contains(keys(jsondecode(aws_api_gateway_rest_api.this.body).paths["/pumps/{id}"].get), "requestBody")
    error_message = "Where a body may be missing none is validated."
  }

  assert {
    condition     = keys(aws_lambda_permission.route) == ["ANY /test", "GET /pumps/{id}", "POST /", "POST /predict"]
    error_message = "One statement a route."
  }

  assert {
    condition     = alltrue([for permission in values(aws_lambda_permission.route) : permission.function_name == "pump-failure-test" && permission.qualifier == "live" && permission.source_account == "123456789012" && permission.principal == "apigateway.amazonaws.com"])
    error_message = "On the alias, for this account's gateway."
  }

  assert {
    condition     = length(distinct(values(aws_lambda_permission.route)[*].statement_id)) == 4
    error_message = "Statements have names of their own."
  }
}

run "throttles_compresses_asks_for_the_whole_schema_and_never_logs_bodies" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    throttle = { rate_limit = 7, burst_limit = 9 }
    clients = {
      web   = { rate_limit = 5, burst_limit = 10, quota = { limit = 1000 } }
      batch = { enabled = false }
    }
    binary_media_types       = ["application/octet-stream"]
    minimum_compression_size = 1024
    request_validation       = "full"
  }

  assert {
    condition     = aws_api_gateway_method_settings.all.method_path == "*/*" && aws_api_gateway_method_settings.all.settings[0].throttling_rate_limit == 7 && aws_api_gateway_method_settings.all.settings[0].throttling_burst_limit == 9
    error_message = "The whole stage is throttled."
  }

  assert {
    condition     = aws_api_gateway_method_settings.all.settings[0].data_trace_enabled == false && aws_api_gateway_method_settings.all.settings[0].metrics_enabled == true && aws_api_gateway_method_settings.all.settings[0].logging_level == "ERROR"
    error_message = "Metrics and errors, no data trace."
  }

  assert {
    condition     = aws_api_gateway_stage.this.xray_tracing_enabled == true && aws_cloudwatch_log_group.access.name == "/aws/apigateway/pump-failure-test/live/access" && aws_cloudwatch_log_group.access.retention_in_days == 30
    error_message = "The stage is traced and its log ends."
  }

  assert {
    condition     = length(regexall("identity.apiKey\\b|requestOverride|validationErrorString|context.path\\b|querystring|body", one(aws_api_gateway_stage.this.access_log_settings).format)) == 0
    error_message = "Nothing in the access log can carry data or a key."
  }

  assert {
    condition     = aws_api_gateway_usage_plan.client["web"].quota_settings[0].limit == 1000 && aws_api_gateway_usage_plan.client["web"].quota_settings[0].period == "DAY" && aws_api_gateway_usage_plan.client["web"].throttle_settings[0].rate_limit == 5
    error_message = "Rate and quota are the client's."
  }

  assert {
    condition     = length(aws_api_gateway_usage_plan.client["batch"].quota_settings) == 0 && aws_api_gateway_api_key.client["batch"].enabled == false
    error_message = "No quota unless asked for; a key can be off."
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body)["x-amazon-apigateway-binary-media-types"] == ["application/octet-stream"] && jsondecode(aws_api_gateway_rest_api.this.body)["x-amazon-apigateway-minimum-compression-size"] == 1024
    error_message = "Both stand in the document, so a change deploys."
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).paths["/predict"].post.requestBody.content["application/json"].schema["$ref"] == "#/components/schemas/PredictRequest"
    error_message = "The contract's schema is the model."
  }

  assert {
    condition     = contains(keys(jsondecode(aws_api_gateway_rest_api.this.body).components.schemas), "NamedInstance")
    error_message = "With all that it refers to."
  }
}

run "leaves_out_a_route_that_this_environment_has_not" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    openapi_document   = file("files/open_openapi.json")
    unpublished_routes = ["POST /"]
  }

  assert {
    condition     = keys(jsondecode(aws_api_gateway_rest_api.this.body).paths) == ["/predict", "/pumps/{id}", "/test"]
    error_message = "The open route is not in the document, so nobody has to confirm it."
  }

  assert {
    condition     = !contains(keys(aws_lambda_permission.route), "POST /") && !contains(output.routes[*].path, "/")
    error_message = "Nor may the gateway call for it, nor does an output name it."
  }
}

run "refuses_a_permission_on_another_alias" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    function_alias_arn = "arn:aws:lambda:eu-west-1:123456789012:function:pump-failure-test:old"
  }

  expect_failures = [aws_api_gateway_stage.this]
}
