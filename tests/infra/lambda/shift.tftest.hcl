provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "unused"
  secret_key                  = "unused"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

variables {
  name     = "bike-rental-test"
  role_arn = "arn:aws:iam::123456789012:role/bike-rental-test-lambda"
  package  = { zip = "files/function.txt", manifest = "files/manifest.json" }
  settings = { endpoint_name = "bike-rental-test" }
}

override_data {
  target = data.aws_caller_identity.shift
  values = { account_id = "123456789012" }
}

run "moves_the_alias_at_once_unless_asked" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    shift = null
  }

  assert {
    condition     = length(terraform_data.shift) == 0
    error_message = "Nothing stands between version and alias."
  }
}

run "shifts_by_canary" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    shift = { canary = { percent = 10 } }
  }

  assert {
    condition     = length(terraform_data.shift) == 1 && join(" ", local.shift_shares) == "10" && local.shift_wait == 300
    error_message = "A tenth for five minutes, then all."
  }
}

run "shifts_in_linear_steps" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    shift = { linear = { percent = 30, wait_seconds = 10 } }
  }

  assert {
    condition     = join(" ", local.shift_shares) == "30 60 90" && local.shift_wait == 10
    error_message = "Every step below all of it."
  }
}

run "refuses_a_shift_of_neither_kind" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    shift = { alarm_names = ["errors"] }
  }

  expect_failures = [var.shift]
}

run "refuses_a_canary_of_everything" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    shift = { canary = { percent = 100 } }
  }

  expect_failures = [var.shift]
}

run "refuses_a_linear_step_of_more_than_half" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    shift = { linear = { percent = 60 } }
  }

  expect_failures = [var.shift]
}

run "refuses_to_wait_less_than_no_time" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    shift = { canary = { percent = 10, wait_seconds = -1 } }
  }

  expect_failures = [var.shift]
}

run "refuses_more_alarms_than_are_described_at_once" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    shift = { canary = { percent = 10 }, alarm_names = [for number in range(101) : "alarm-${number}"] }
  }

  expect_failures = [var.shift]
}
