mock_provider "aws" {
  source = "../mocks"
}

variables {
  name     = "bike-rental-test"
  role_arn = "arn:aws:iam::123456789012:role/bike-rental-test-lambda"
  package  = { zip = "files/function.txt", manifest = "files/manifest.json" }
  settings = { endpoint_name = "bike-rental-test" }
}

run "refuses_a_name_starting_with_a_digit" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    name = "1-bike"
  }

  expect_failures = [var.name]
}

run "refuses_a_missing_zip" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    package = { zip = "files/missing.zip", manifest = "files/manifest.json" }
  }

  expect_failures = [var.package]
}

run "refuses_a_file_that_is_no_manifest" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    package = { zip = "files/function.txt", manifest = "files/other.json" }
  }

  expect_failures = [var.package]
}

run "refuses_a_manifest_of_other_bytes" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    package = { zip = "files/function.txt", manifest = "files/stale_manifest.json" }
  }

  expect_failures = [var.package]
}

run "refuses_a_model_timeout_that_does_not_fit_twice" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    settings = { endpoint_name = "bike-rental-test", model_timeout_seconds = 14 }
  }

  expect_failures = [var.settings]
}

run "refuses_an_origin_with_a_path" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    settings = { endpoint_name = "bike-rental-test", cors_allow_origins = ["https://app.example.com/page"] }
  }

  expect_failures = [var.settings]
}

run "refuses_an_unknown_log_level" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    settings = { endpoint_name = "bike-rental-test", log_level = "VERBOSE" }
  }

  expect_failures = [var.settings]
}

run "refuses_a_feature_log_sample_rate_in_percent" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    settings = { endpoint_name = "bike-rental-test", feature_log_sample_rate = 5 }
  }

  expect_failures = [var.settings]
}

run "refuses_settings_through_the_environment" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    environment = { ENDPOINT_NAME = "another" }
  }

  expect_failures = [var.environment]
}

run "refuses_a_timeout_of_the_gateways_29_seconds" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    timeout_seconds = 29
  }

  expect_failures = [var.timeout_seconds]
}

run "refuses_a_timeout_too_short_for_one_call" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    timeout_seconds = 2
    settings        = { endpoint_name = "bike-rental-test", model_timeout_seconds = 0.5 }
  }

  expect_failures = [var.timeout_seconds]
}

run "refuses_memory_too_small_for_numpy" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    memory_mb = 128
  }

  expect_failures = [var.memory_mb]
}

run "refuses_memory_over_the_limit" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    memory_mb = 10241
  }

  expect_failures = [var.memory_mb]
}

run "refuses_to_reserve_nothing" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    reserved_concurrency = 0
  }

  expect_failures = [var.reserved_concurrency]
}

run "refuses_a_retention_that_cloudwatch_lacks" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    log = { retention_days = 10 }
  }

  expect_failures = [var.log]
}

run "refuses_a_variable_that_lambda_sets_itself" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    environment = { AWS_REGION = "eu-west-1" }
  }

  expect_failures = [var.environment]
}

run "refuses_more_environment_than_lambda_takes" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    environment = { LABELS = join("", [for number in range(500) : "a label;"]) }
  }

  expect_failures = [var.environment]
}
