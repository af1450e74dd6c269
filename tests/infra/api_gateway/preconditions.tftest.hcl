# Rules over several variables, which stand at the resource that would come out wrong.
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

run "refuses_open_routes_unless_confirmed" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    openapi_document = file("files/open_openapi.json")
  }

  expect_failures = [aws_api_gateway_rest_api.this]
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

run "refuses_a_fragment_that_takes_a_contract_s_route" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    openapi_fragment = jsonencode({ paths = { "/predict" = { post = { security = [], "x-amazon-apigateway-integration" = { type = "mock" } } } } })
  }

  expect_failures = [aws_api_gateway_rest_api.this]
}

run "refuses_a_fragment_s_cognito_without_a_user_pool" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    openapi_fragment = jsonencode({ paths = { "/health" = { get = { security = [{ cognito = [] }], "x-amazon-apigateway-integration" = { type = "mock" } } } } })
  }

  expect_failures = [aws_api_gateway_rest_api.this]
}

run "refuses_a_second_path_variable_at_one_place" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    openapi_document  = file("files/open_openapi.json")
    allow_open_routes = true
    openapi_fragment  = jsonencode({ paths = { "/pumps/{name}/state" = { get = { security = [], "x-amazon-apigateway-integration" = { type = "mock" } } } } })
  }

  expect_failures = [aws_api_gateway_rest_api.this]
}

run "warns_of_keys_that_nobody_has" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    clients = {}
  }

  expect_failures = [check.clients]
}
