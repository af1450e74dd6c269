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

run "asks_for_signatures_tokens_and_keys_by_route" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    openapi_document = file("files/open_openapi.json")
    route_auth       = { "POST /" = "iam", "POST /predict" = "cognito", "GET /pumps/{id}" = "lambda_authorizer" }
    require_api_key  = true
    cognito = {
      user_pool_arns = ["arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_b", "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_a"]
      scopes         = ["pumps/predict"]
    }
    lambda_authorizer  = { function_name = "judge", alias_name = "live", token_pattern = "^Bearer [^ ]+$", ttl_seconds = 60 }
    cors_allow_origins = ["https://app.example.com"]
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).paths["/"].post.security == [{ iam = [] }, { api_key = [] }] && jsondecode(aws_api_gateway_rest_api.this.body).paths["/predict"].post.security == [{ cognito = ["pumps/predict"] }, { api_key = [] }] && jsondecode(aws_api_gateway_rest_api.this.body).paths["/pumps/{id}"].get.security == [{ lambda_authorizer = [] }, { api_key = [] }] && jsondecode(aws_api_gateway_rest_api.this.body).paths["/test"]["x-amazon-apigateway-any-method"].security == [{ api_key = [] }]
    error_message = "Each route asks for its kind, and for the key."
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).components.securitySchemes.iam["x-amazon-apigateway-authtype"] == "awsSigv4"
    error_message = "API Gateway's word for signatures."
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).components.securitySchemes.cognito["x-amazon-apigateway-authorizer"] == { type = "cognito_user_pools", providerARNs = ["arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_a", "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_b"] }
    error_message = "Tokens of these pools, in an order that doesn't change."
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).components.securitySchemes.lambda_authorizer.name == "Authorization" && jsondecode(aws_api_gateway_rest_api.this.body).components.securitySchemes.lambda_authorizer["x-amazon-apigateway-authorizer"] == { type = "token", authorizerUri = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:judge:live/invocations", authorizerResultTtlInSeconds = 60, identityValidationExpression = "^Bearer [^ ]+$" }
    error_message = "The authorizer's alias is asked about this header."
  }

  assert {
    condition     = aws_lambda_permission.authorizer["authorizer"].function_name == "judge" && aws_lambda_permission.authorizer["authorizer"].qualifier == "live" && aws_lambda_permission.authorizer["authorizer"].source_account == "123456789012"
    error_message = "The gateway is let into the authorizer, for this account."
  }

  assert {
    condition     = alltrue([for path, item in jsondecode(aws_api_gateway_rest_api.this.body).paths : item.options.security == []]) && strcontains(jsondecode(aws_api_gateway_rest_api.this.body).paths["/predict"].options["x-amazon-apigateway-integration"].responses.default.responseParameters["method.response.header.Access-Control-Allow-Headers"], "X-Amz-Date")
    error_message = "Preflights stay open, and a page may send a signature's headers."
  }

  assert {
    condition     = alltrue([for type in ["UNAUTHORIZED", "ACCESS_DENIED", "EXPIRED_TOKEN", "INVALID_SIGNATURE", "MISSING_AUTHENTICATION_TOKEN", "AUTHORIZER_FAILURE"] : jsondecode(aws_api_gateway_rest_api.this.body)["x-amazon-apigateway-gateway-responses"][type].responseParameters["gatewayresponse.header.Access-Control-Allow-Origin"] == "'https://app.example.com'"]) && jsondecode(aws_api_gateway_rest_api.this.body)["x-amazon-apigateway-gateway-responses"].MISSING_AUTHENTICATION_TOKEN.statusCode == "403"
    error_message = "A page may read why it was refused; an unsigned request isn't told that there is nothing."
  }
}

run "asks_an_authorizer_about_the_whole_request_at_the_edge" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    route_auth        = { "POST /" = "lambda_authorizer" }
    lambda_authorizer = { function_name = "judge", type = "request", identity_headers = ["X-Team", "X-Signature"], identity_query_parameters = ["id"], credentials_role_arn = "arn:aws:iam::123456789012:role/gateway" }
    endpoint          = { type = "edge" }
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).components.securitySchemes.lambda_authorizer["x-amazon-apigateway-authorizer"].identitySource == "method.request.header.X-Signature, method.request.header.X-Team, method.request.querystring.id" && jsondecode(aws_api_gateway_rest_api.this.body).components.securitySchemes.lambda_authorizer.name == "Unused"
    error_message = "All of them must be there."
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body).components.securitySchemes.lambda_authorizer["x-amazon-apigateway-authorizer"].authorizerCredentials == "arn:aws:iam::123456789012:role/gateway" && length(aws_lambda_permission.authorizer) == 0
    error_message = "A role goes instead of a permission."
  }

  assert {
    condition     = one(aws_api_gateway_rest_api.this.endpoint_configuration).types == tolist(["EDGE"]) && !strcontains(aws_api_gateway_rest_api.this.body, "x-amazon-apigateway-policy")
    error_message = "Through CloudFront, with no policy unless told to."
  }
}

run "lets_in_by_address_and_account" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    route_auth         = { "POST /" = "iam", "POST /predict" = "iam" }
    cors_allow_origins = ["*"]
    resource_policy    = { allow_cidrs = ["203.0.113.0/24", "2001:db8::/32"], deny_cidrs = ["203.0.113.7/32"], account_ids = ["210987654321"] }
  }

  assert {
    condition     = [for statement in jsondecode(aws_api_gateway_rest_api.this.policy).Statement : "${statement.Sid} ${statement.Effect}"] == ["AllowCallers Allow", "AllowPreflight Allow", "DenyOtherAddresses Deny", "DenyAddresses Deny"] && jsondecode(aws_api_gateway_rest_api.this.policy).Statement[0].Principal == { AWS = ["arn:aws:iam::210987654321:root"] }
    error_message = "The accounts are let in, and no other address."
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.policy).Statement[2].Condition == { NotIpAddress = { "aws:SourceIp" = ["2001:db8::/32", "203.0.113.0/24"] } } && jsondecode(aws_api_gateway_rest_api.this.policy).Statement[0].Resource == "arn:aws:execute-api:eu-west-1:123456789012:*/*" && jsondecode(aws_api_gateway_rest_api.this.policy).Statement[1].Resource == "arn:aws:execute-api:eu-west-1:123456789012:*/*/OPTIONS/*"
    error_message = "By the address of the internet, in words that API Gateway doesn't rewrite."
  }

  assert {
    condition     = jsondecode(aws_api_gateway_rest_api.this.body)["x-amazon-apigateway-policy"] == jsondecode(aws_api_gateway_rest_api.this.policy)
    error_message = "It stands in the document too, so a change deploys."
  }
}

run "answers_vpc_endpoints_alone_when_private" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    endpoint        = { type = "private", vpc_endpoint_ids = ["vpce-0123456789abcdef0"] }
    resource_policy = { vpc_endpoint_ids = ["vpce-0123456789abcdef0"], allow_cidrs = ["10.0.0.0/8"] }
  }

  assert {
    condition     = one(aws_api_gateway_rest_api.this.endpoint_configuration).types == tolist(["PRIVATE"]) && one(aws_api_gateway_rest_api.this.endpoint_configuration).vpc_endpoint_ids == toset(["vpce-0123456789abcdef0"])
    error_message = "The API is private."
  }

  assert {
    condition     = [for statement in jsondecode(aws_api_gateway_rest_api.this.policy).Statement : try(statement.Condition, null)] == [null, { NotIpAddress = { "aws:VpcSourceIp" = ["10.0.0.0/8"] } }, { StringNotEquals = { "aws:SourceVpce" = ["vpce-0123456789abcdef0"] } }]
    error_message = "Within a VPC an address is known by another key."
  }
}
