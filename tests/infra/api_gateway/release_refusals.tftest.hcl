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

run "refuses_a_document_and_models" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    models              = { pumps = { openapi_document = file("files/openapi.json"), function = { name = "pumps" } } }
    function_alias_arns = { pumps = "arn:aws:lambda:eu-west-1:123456789012:function:pumps:live" }
  }

  expect_failures = [var.openapi_document]
}

run "refuses_a_document_without_function" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    function = null
  }

  expect_failures = [var.function]
}

run "refuses_a_model_s_key_with_a_slash" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    openapi_document    = null
    function            = null
    function_alias_arn  = null
    models              = { "a/b" = { openapi_document = file("files/openapi.json"), function = { name = "pumps" } } }
    function_alias_arns = { "a/b" = "arn:aws:lambda:eu-west-1:123456789012:function:pumps:live" }
  }

  expect_failures = [var.models]
}

run "refuses_a_model_s_document_without_routes" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    openapi_document    = null
    function            = null
    function_alias_arn  = null
    models              = { pumps = { openapi_document = "{}", function = { name = "pumps" } } }
    function_alias_arns = { pumps = "arn:aws:lambda:eu-west-1:123456789012:function:pumps:live" }
  }

  expect_failures = [var.models]
}

run "refuses_models_whose_schemas_would_collide" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    openapi_document    = null
    function            = null
    function_alias_arn  = null
    models              = { a-b = { openapi_document = file("files/openapi.json"), function = { name = "pumps" } }, ab = { openapi_document = file("files/openapi.json"), function = { name = "pumps" } } }
    function_alias_arns = { a-b = "arn:aws:lambda:eu-west-1:123456789012:function:pumps:live", ab = "arn:aws:lambda:eu-west-1:123456789012:function:pumps:live" }
  }

  expect_failures = [var.models]
}

run "refuses_a_model_without_alias_arn" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    openapi_document   = null
    function           = null
    function_alias_arn = null
    models             = { pumps = { openapi_document = file("files/openapi.json"), function = { name = "pumps" } } }
  }

  expect_failures = [var.function_alias_arns]
}

run "refuses_an_alias_arn_that_is_a_function_s" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    openapi_document    = null
    function            = null
    function_alias_arn  = null
    models              = { pumps = { openapi_document = file("files/openapi.json"), function = { name = "pumps" } } }
    function_alias_arns = { pumps = "arn:aws:lambda:eu-west-1:123456789012:function:pumps" }
  }

  expect_failures = [var.function_alias_arns]
}

run "refuses_a_fragment_that_is_no_object" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    openapi_fragment = "[]"
  }

  expect_failures = [var.openapi_fragment]
}

run "refuses_a_fragment_that_sets_a_variable_s_setting" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    openapi_fragment = jsonencode({ "x-amazon-apigateway-policy" = {} })
  }

  expect_failures = [var.openapi_fragment]
}

run "refuses_a_fragment_s_operation_without_integration" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    openapi_fragment = jsonencode({ paths = { "/health" = { get = { security = [] } } } })
  }

  expect_failures = [var.openapi_fragment]
}

run "refuses_a_fragment_s_operation_silent_on_security" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    openapi_fragment = jsonencode({ paths = { "/health" = { get = { "x-amazon-apigateway-integration" = { type = "mock" } } } } })
  }

  expect_failures = [var.openapi_fragment]
}

run "refuses_a_fragment_s_schema_name_with_a_dash" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    openapi_fragment = jsonencode({ components = { schemas = { Health-Report = {} } } })
  }

  expect_failures = [var.openapi_fragment]
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

run "refuses_a_canary_of_more_than_all" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    canary = { percent_traffic = 101, stable_document_digest = sha256("a") }
  }

  expect_failures = [var.canary]
}

run "refuses_a_canary_beside_no_digest" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    canary = { percent_traffic = 5, stable_document_digest = "latest" }
  }

  expect_failures = [var.canary]
}

run "refuses_a_stage_variable_with_a_dash_in_the_canary" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    canary = { percent_traffic = 5, stable_document_digest = sha256("a"), stage_variable_overrides = { a-b = "c" } }
  }

  expect_failures = [var.canary]
}

run "refuses_a_stage_variable_with_a_dash" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    stage_variables = { a-b = "c" }
  }

  expect_failures = [var.stage_variables]
}

run "refuses_a_fragment_s_security_that_nobody_knows" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    openapi_fragment = jsonencode({ paths = { "/health" = { get = { security = [{ api_keys = [] }], "x-amazon-apigateway-integration" = { type = "mock" } } } } })
  }

  expect_failures = [var.openapi_fragment]
}

run "refuses_a_fragment_s_path_with_a_final_slash" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    openapi_fragment = jsonencode({ paths = { "/health/" = { get = { security = [], "x-amazon-apigateway-integration" = { type = "mock" } } } } })
  }

  expect_failures = [var.openapi_fragment]
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
