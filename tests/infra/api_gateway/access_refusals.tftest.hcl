mock_provider "aws" {
  source = "../mocks"
}

variables {
  name               = "pump-failure-test"
  openapi_document   = file("files/openapi.json")
  function           = { name = "pump-failure-test" }
  function_alias_arn = "arn:aws:lambda:eu-west-1:123456789012:function:pump-failure-test:live"
  clients            = { tester = {} }
}

run "refuses_an_unknown_kind_of_auth" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    route_auth = { "POST /predict" = "oauth" }
  }

  expect_failures = [var.route_auth]
}

run "refuses_auth_of_a_route_that_is_none" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    route_auth = { "GET /predict" = "iam" }
  }

  expect_failures = [var.route_auth]
}

run "refuses_an_open_route_by_override_unless_confirmed" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    route_auth = { "POST /predict" = "none" }
  }

  expect_failures = [aws_api_gateway_rest_api.this]
}

run "refuses_cognito_without_a_user_pool" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    route_auth = { "POST /predict" = "cognito" }
  }

  expect_failures = [aws_api_gateway_rest_api.this]
}

run "refuses_a_user_pool_that_is_none" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    cognito = { user_pool_arns = ["eu-west-1_a"] }
  }

  expect_failures = [var.cognito]
}

run "refuses_an_authorizer_s_route_without_authorizer" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    route_auth = { "POST /predict" = "lambda_authorizer" }
  }

  expect_failures = [aws_api_gateway_rest_api.this]
}

run "refuses_an_arn_as_the_authorizer_s_name" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    lambda_authorizer = { function_name = "arn:aws:lambda:eu-west-1:123456789012:function:judge" }
  }

  expect_failures = [var.lambda_authorizer]
}

run "refuses_an_unknown_type_of_authorizer" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    lambda_authorizer = { function_name = "judge", type = "jwt" }
  }

  expect_failures = [var.lambda_authorizer]
}

run "refuses_a_token_in_two_headers" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    lambda_authorizer = { function_name = "judge", identity_headers = ["A", "B"] }
  }

  expect_failures = [var.lambda_authorizer]
}

run "refuses_a_token_s_pattern_for_a_request" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    lambda_authorizer = { function_name = "judge", type = "request", token_pattern = "^x" }
  }

  expect_failures = [var.lambda_authorizer]
}

run "refuses_to_remember_for_two_hours" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    lambda_authorizer = { function_name = "judge", ttl_seconds = 7200 }
  }

  expect_failures = [var.lambda_authorizer]
}

run "refuses_to_remember_an_answer_to_nobody" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    lambda_authorizer = { function_name = "judge", type = "request", identity_headers = [] }
  }

  expect_failures = [var.lambda_authorizer]
}

run "refuses_an_authorizer_s_arn_that_is_none" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    lambda_authorizer_arn = "judge"
  }

  expect_failures = [var.lambda_authorizer_arn]
}

run "refuses_an_unknown_type_of_endpoint" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    endpoint = { type = "global" }
  }

  expect_failures = [var.endpoint]
}

run "refuses_vpc_endpoints_of_a_public_api" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    endpoint = { vpc_endpoint_ids = ["vpce-0123"] }
  }

  expect_failures = [var.endpoint]
}

run "refuses_a_private_api_that_lets_nobody_in" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    endpoint = { type = "private" }
  }

  expect_failures = [var.endpoint]
}

run "refuses_a_policy_on_vpc_endpoints_for_a_public_api" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    resource_policy = { vpc_endpoint_ids = ["vpce-0123"] }
  }

  expect_failures = [var.endpoint]
}

run "refuses_a_public_name_for_a_private_api" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    endpoint        = { type = "private" }
    resource_policy = {}
    domain          = { name = "models.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e" }
  }

  expect_failures = [var.endpoint]
}

run "refuses_an_address_that_is_no_block" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    resource_policy = { allow_cidrs = ["203.0.113.7"] }
  }

  expect_failures = [var.resource_policy]
}

run "refuses_a_vpc_endpoint_that_is_none" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    endpoint        = { type = "private" }
    resource_policy = { vpc_endpoint_ids = ["vpc-0123"] }
  }

  expect_failures = [var.resource_policy]
}

run "refuses_an_account_that_is_none" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    resource_policy = { account_ids = ["12345"] }
    route_auth      = { "POST /" = "iam", "POST /predict" = "iam" }
  }

  expect_failures = [var.resource_policy]
}

run "refuses_accounts_where_nobody_signs" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    resource_policy = { account_ids = ["210987654321"] }
  }

  expect_failures = [aws_api_gateway_rest_api.this]
}

run "refuses_accounts_where_a_fragment_s_callers_don_t_sign" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    route_auth       = { "POST /" = "iam", "POST /predict" = "iam" }
    resource_policy  = { account_ids = ["210987654321"] }
    openapi_fragment = jsonencode({ paths = { "/health" = { get = { security = [], "x-amazon-apigateway-integration" = { type = "mock" } } } } })
  }

  expect_failures = [aws_api_gateway_rest_api.this]
}
