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

run "refuses_a_name_with_spaces" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    name = "pump failure"
  }

  expect_failures = [var.name]
}

run "refuses_a_document_without_routes" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    openapi_document = "{}"
  }

  expect_failures = [var.openapi_document]
}

run "refuses_schema_names_that_api_gateway_refuses" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    openapi_document = jsonencode({ "x-model-endpoint-api" = { routes = [], request_schemas = [] }, openapi = "3.0.3", info = {}, paths = {}, components = { schemas = { Predict_Request = {} } } })
  }

  expect_failures = [var.openapi_document]
}

run "refuses_an_arn_as_name_of_the_function" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    function = { name = "arn:aws:lambda:eu-west-1:123456789012:function:pump-failure-test" }
  }

  expect_failures = [var.function]
}

run "refuses_a_function_without_alias" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    function_alias_arn = "arn:aws:lambda:eu-west-1:123456789012:function:pump-failure-test"
  }

  expect_failures = [var.function_alias_arn]
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

run "refuses_a_stage_name_with_a_slash" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    stage_name = "beta/2"
  }

  expect_failures = [var.stage_name]
}

run "refuses_a_client_with_a_space" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    clients = { "my client" = {} }
  }

  expect_failures = [var.clients]
}

run "refuses_a_client_that_may_ask_nothing" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    clients = { web = { rate_limit = 0 } }
  }

  expect_failures = [var.clients]
}

run "refuses_a_quota_by_the_hour" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    clients = { web = { quota = { limit = 10, period = "HOUR" } } }
  }

  expect_failures = [var.clients]
}

run "refuses_a_throttle_of_nothing" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    throttle = { rate_limit = 0 }
  }

  expect_failures = [var.throttle]
}

run "refuses_an_unknown_validation" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    request_validation = "strict"
  }

  expect_failures = [var.request_validation]
}

run "refuses_an_origin_with_a_path" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    cors_allow_origins = ["https://app.example.com/"]
  }

  expect_failures = [var.cors_allow_origins]
}

run "refuses_any_origin_beside_others" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    cors_allow_origins = ["*", "https://app.example.com"]
  }

  expect_failures = [var.cors_allow_origins]
}

run "refuses_to_wait_longer_than_api_gateway" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    integration_timeout_ms = 30000
  }

  expect_failures = [var.integration_timeout_ms]
}

run "refuses_to_compress_beyond_the_limit" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    minimum_compression_size = 10485761
  }

  expect_failures = [var.minimum_compression_size]
}

run "refuses_an_unknown_log_level" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    logs = { execution_level = "DEBUG" }
  }

  expect_failures = [var.logs]
}

run "refuses_a_retention_that_cloudwatch_lacks" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    logs = { retention_days = 10 }
  }

  expect_failures = [var.logs]
}

run "refuses_a_role_name_with_a_slash" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway/account_logging"
  }

  variables {
    role_name = "api/gateway"
  }

  expect_failures = [var.role_name]
}

run "refuses_to_leave_out_a_route_that_is_none" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    unpublished_routes = ["POST /predicted"]
  }

  expect_failures = [var.unpublished_routes]
}
