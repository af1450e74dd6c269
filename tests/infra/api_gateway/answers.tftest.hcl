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

run "refuses_in_problem_documents_and_has_no_option_unless_asked" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  assert {
    condition     = length(jsondecode(aws_api_gateway_rest_api.this.body)["x-amazon-apigateway-gateway-responses"]) == 21 && alltrue([for response in values(jsondecode(aws_api_gateway_rest_api.this.body)["x-amazon-apigateway-gateway-responses"]) : response.responseParameters["gatewayresponse.header.Content-Type"] == "'application/problem+json'"])
    error_message = "All of API Gateway's own answers are problem documents."
  }

  assert {
    condition     = alltrue([for response in values(jsondecode(aws_api_gateway_rest_api.this.body)["x-amazon-apigateway-gateway-responses"]) : length(setsubtract(["type", "title", "detail", "code", "errors", "request_id", "retryable"], keys(jsondecode(response.responseTemplates["application/json"])))) == 0])
    error_message = "Each has every member that the function's have."
  }

  assert {
    condition     = { for type, response in jsondecode(aws_api_gateway_rest_api.this.body)["x-amazon-apigateway-gateway-responses"] : type => response.statusCode if contains(["MISSING_AUTHENTICATION_TOKEN", "INVALID_API_KEY", "THROTTLED", "QUOTA_EXCEEDED", "BAD_REQUEST_BODY", "REQUEST_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE", "INTEGRATION_TIMEOUT", "INTEGRATION_FAILURE", "API_CONFIGURATION_ERROR"], type) } == { MISSING_AUTHENTICATION_TOKEN = "404", INVALID_API_KEY = "403", THROTTLED = "429", QUOTA_EXCEEDED = "429", BAD_REQUEST_BODY = "400", REQUEST_TOO_LARGE = "413", UNSUPPORTED_MEDIA_TYPE = "415", INTEGRATION_TIMEOUT = "504", INTEGRATION_FAILURE = "502", API_CONFIGURATION_ERROR = "500" }
    error_message = "An unknown path is a 404, not a riddle; the rest says what it is."
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body)["x-amazon-apigateway-gateway-responses"].THROTTLED.responseParameters["gatewayresponse.header.Retry-After"] == "'1'" && !contains(keys(jsondecode(aws_api_gateway_rest_api.this.body)["x-amazon-apigateway-gateway-responses"].QUOTA_EXCEEDED.responseParameters), "gatewayresponse.header.Retry-After")
    error_message = "Only what waiting helps says how long."
  }

  assert {
    condition     = !contains(keys(jsondecode(aws_api_gateway_rest_api.this.body)["x-amazon-apigateway-gateway-responses"].DEFAULT_5XX), "statusCode") && !contains(keys(jsondecode(jsondecode(aws_api_gateway_rest_api.this.body)["x-amazon-apigateway-gateway-responses"].DEFAULT_5XX.responseTemplates["application/json"])), "status")
    error_message = "The defaults keep the gateway's status, and don't guess it."
  }

  assert {
    condition     = jsondecode(jsondecode(aws_api_gateway_rest_api.this.body)["x-amazon-apigateway-gateway-responses"].BAD_REQUEST_BODY.responseTemplates["application/json"]).detail == "$context.error.validationErrorString"
    error_message = "A refused body says why."
  }

  assert {
    condition     = length(one(aws_api_gateway_usage_plan.client["tester"].api_stages).throttle) == 0 && keys(aws_api_gateway_api_key.client) == ["tester"]
    error_message = "A plain client has one key and one rate."
  }

  assert {
    condition     = length(aws_api_gateway_domain_name.this) == 0 && length(aws_wafv2_web_acl.this) == 0 && length(aws_wafv2_web_acl_association.this) == 0 && length(aws_wafv2_ip_set.this) == 0
    error_message = "Nothing of it is made."
  }

  assert {
    condition     = !aws_api_gateway_rest_api.this.disable_execute_api_endpoint && tolist(keys(aws_api_gateway_deployment.this.triggers)) == tolist(["document"]) && output.domain_url == null && output.domain_target == null && output.web_acl_arn == null
    error_message = "The API answers at its execute-api address, and no deployment comes of the options."
  }
}

run "answers_the_preflight_for_one_origin_and_keeps_keys_at_their_places" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    cors_allow_origins = ["https://app.example.com"]
    clients = {
      tester  = { keys = ["default", "2026-11"] }
      website = { keys = ["2026-11", "2027-11"], disabled_keys = ["2026-11"] }
      phone   = {}
      old     = { enabled = false }
    }
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).paths["/predict"].options["x-amazon-apigateway-integration"].type == "mock" && jsondecode(aws_api_gateway_rest_api.this.body).paths["/predict"].options.security == []
    error_message = "The gateway answers by itself, without a key."
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).paths["/predict"].options["x-amazon-apigateway-integration"].responses.default.responseParameters["method.response.header.Access-Control-Allow-Origin"] == "'https://app.example.com'" && jsondecode(aws_api_gateway_rest_api.this.body).paths["/predict"].options["x-amazon-apigateway-integration"].responses.default.responseParameters["method.response.header.Access-Control-Allow-Methods"] == "'OPTIONS,POST'"
    error_message = "Origin and methods are said."
  }

  assert {
    condition     = alltrue([for response in values(jsondecode(aws_api_gateway_rest_api.this.body)["x-amazon-apigateway-gateway-responses"]) : response.responseParameters["gatewayresponse.header.Access-Control-Allow-Origin"] == "'https://app.example.com'" && response.responseParameters["gatewayresponse.header.Vary"] == "'Origin'"])
    error_message = "A page may read refusals too."
  }

  assert {
    condition     = { for key, settings in aws_api_gateway_api_key.client : key => settings.name } == { tester = "pump-failure-test-tester", "tester/2026-11" = "pump-failure-test-tester-2026-11", "website/2026-11" = "pump-failure-test-website-2026-11", "website/2027-11" = "pump-failure-test-website-2027-11", phone = "pump-failure-test-phone", old = "pump-failure-test-old" }
    error_message = "The default key stands under its client's name, where a single key has always stood."
  }

  assert {
    condition     = [for key, settings in aws_api_gateway_api_key.client : key if !settings.enabled] == ["old", "website/2026-11"] && keys(aws_api_gateway_usage_plan.client) == ["old", "phone", "tester", "website"] && keys(aws_api_gateway_usage_plan_key.client) == keys(aws_api_gateway_api_key.client)
    error_message = "All keys of a client are in its one plan, and single ones can be off."
  }

  assert {
    condition     = local.newest_keys == { tester = "2026-11", website = "2027-11", phone = "default", old = "default" }
    error_message = "The newest that works is the one to use."
  }
}

run "answers_the_preflight_for_any_origin" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    cors_allow_origins = ["*"]
  }

  assert {
    condition     = alltrue([for response in values(jsondecode(aws_api_gateway_rest_api.this.body)["x-amazon-apigateway-gateway-responses"]) : response.responseParameters["gatewayresponse.header.Access-Control-Allow-Origin"] == "'*'" && !contains(keys(response.responseParameters), "gatewayresponse.header.Vary")])
    error_message = "The answer is the same for all."
  }
}

run "looks_the_origin_up_among_several_and_bounds_a_client_on_single_routes" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    cors_allow_origins = ["https://a.example", "https://b.example"]
    clients = {
      tester = { routes = { "POST /predict" = { rate_limit = 2.5, burst_limit = 5 }, "POST /" = { rate_limit = 1, burst_limit = 1 } }, quota = { limit = 1000, period = "WEEK", offset = 2 } }
    }
  }

  assert {
    condition     = strcontains(jsondecode(aws_api_gateway_rest_api.this.body).paths["/predict"].options["x-amazon-apigateway-integration"].responses.default.responseTemplates["application/json"], "#if($origin == \"https://a.example\" || $origin == \"https://b.example\")#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)#end")
    error_message = "A template chooses among the origins."
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body)["x-amazon-apigateway-gateway-responses"].THROTTLED.responseParameters["gatewayresponse.header.Access-Control-Allow-Origin"] == "'*'"
    error_message = "Gateway responses can't choose."
  }

  assert {
    condition     = { for throttle in one(aws_api_gateway_usage_plan.client["tester"].api_stages).throttle : throttle.path => "${throttle.rate_limit}/${throttle.burst_limit}" } == { "/predict/POST" = "2.5/5", "//POST" = "1/1" }
    error_message = "API Gateway writes a method as path/METHOD."
  }

  assert {
    condition     = aws_api_gateway_usage_plan.client["tester"].quota_settings[0].offset == 2
    error_message = "The offset is passed on."
  }
}

run "shows_the_headers_on_direct_answers_too" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    openapi_document   = file("files/open_openapi.json")
    allow_open_routes  = true
    cors_allow_origins = ["*"]
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).paths["/"].post["x-amazon-apigateway-integration"].responses.default.responseParameters["method.response.header.Access-Control-Allow-Origin"] == "'*'" && contains(keys(jsondecode(aws_api_gateway_rest_api.this.body).paths["/"].post.responses["200"].headers), "Access-Control-Allow-Origin")
    error_message = "A non-proxy answer has only what is declared and mapped."
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).paths["/test"].options["x-amazon-apigateway-integration"].responses.default.responseParameters["method.response.header.Access-Control-Allow-Methods"] == "'DELETE,GET,OPTIONS,PATCH,POST,PUT'"
    error_message = "ANY is spelled out for browsers."
  }
}
