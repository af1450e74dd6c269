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
  target = data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

variables {
  name     = "bike-rental-test"
  api      = { name = "bike-rental-test", stage_name = "beta" }
  function = { name = "bike-rental-test" }
  endpoint = { name = "bike-rental-test", variant_names = ["AllTraffic"] }
}

run "refuses_a_name_of_one_letter" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    name = "b"
  }

  expect_failures = [var.name]
}

run "refuses_an_endpoint_without_variants" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    endpoint = { name = "bike-rental-test", variant_names = [] }
  }

  expect_failures = [var.endpoint]
}

run "refuses_a_share_of_100_percent" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    thresholds = { api_5xx_percent = 100 }
  }

  expect_failures = [var.thresholds]
}

run "refuses_a_negative_threshold" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    thresholds = { function_errors = -1 }
  }

  expect_failures = [var.thresholds]
}

run "refuses_a_latency_that_the_gateway_cuts_off" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    thresholds = { api_latency_p99_ms = 29000 }
  }

  expect_failures = [var.thresholds]
}

run "refuses_to_disable_an_unknown_alarm" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    disabled_alarms = ["api-4xx"]
  }

  expect_failures = [var.disabled_alarms]
}

run "refuses_to_tell_nobody" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    notify = {}
  }

  expect_failures = [var.notify]
}

run "refuses_two_ways_to_tell" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    notify = { topic_arn = "arn:aws:sns:eu-west-1:123456789012:oncall", emails = ["oncall@example.com"] }
  }

  expect_failures = [var.notify]
}

run "refuses_what_is_no_address" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    notify = { emails = ["oncall"] }
  }

  expect_failures = [var.notify]
}
