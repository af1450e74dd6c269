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

run "keeps_a_key_at_its_place_and_names_further_ones" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    clients = {
      tester  = { keys = ["default", "2026-11"] }
      website = { keys = ["2026-11", "2027-11"], disabled_keys = ["2026-11"] }
      phone   = {}
      old     = { enabled = false }
    }
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

run "bounds_a_client_on_single_routes" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    clients = {
      tester = { routes = { "POST /predict" = { rate_limit = 2.5, burst_limit = 5 }, "POST /" = { rate_limit = 1, burst_limit = 1 } }, quota = { limit = 1000, period = "WEEK", offset = 2 } }
    }
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

run "leaves_single_routes_alone_unless_told" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  assert {
    condition     = length(one(aws_api_gateway_usage_plan.client["tester"].api_stages).throttle) == 0 && keys(aws_api_gateway_api_key.client) == ["tester"]
    error_message = "A plain client has one key and one rate."
  }
}
