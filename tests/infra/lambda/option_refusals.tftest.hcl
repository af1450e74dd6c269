mock_provider "aws" {
  source = "../mocks"
}

variables {
  name     = "bike-rental-test"
  role_arn = "arn:aws:iam::123456789012:role/bike-rental-test-lambda"
  package  = { zip = "files/function.txt", manifest = "files/manifest.json" }
  settings = { endpoint_name = "bike-rental-test" }
}

run "refuses_both_a_zip_and_a_bucket" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    package = { zip = "files/function.txt", manifest = "files/manifest.json", s3 = { bucket = "releases", key = "function.zip" } }
  }

  expect_failures = [var.package]
}

run "refuses_an_architecture_that_lambda_lacks" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    package = { zip = "files/function.txt", manifest = "files/riscv.json" }
  }

  expect_failures = [var.package]
}

run "refuses_python_3_10" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    package = { zip = "files/function.txt", manifest = "files/python310.json" }
  }

  expect_failures = [aws_lambda_function.this]
}

run "refuses_a_runtime_after_its_last_day" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    runtime = { deprecations = { "python3.13" = "2020-01-01" } }
  }

  expect_failures = [aws_lambda_function.this]
}

run "refuses_negative_warning_days" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    runtime = { warn_days = -1 }
  }

  expect_failures = [var.runtime]
}

run "refuses_a_deprecation_that_is_no_day" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    runtime = { deprecations = { "python3.13" = "June 2029" } }
  }

  expect_failures = [var.runtime]
}

run "refuses_a_day_for_python_3_10" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    runtime = { deprecations = { "python3.10" = "2999-01-01" } }
  }

  expect_failures = [var.runtime]
}

run "refuses_to_trust_nobody" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    package      = { manifest = "files/manifest.json", s3 = { bucket = "releases", key = "signed/function.zip", object_version = "v7", sha256_base64 = "c2lnbmVk" } }
    code_signing = { signing_profile_version_arns = [] }
  }

  expect_failures = [var.code_signing]
}

run "refuses_a_signing_profile_without_version" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    package      = { manifest = "files/manifest.json", s3 = { bucket = "releases", key = "signed/function.zip", object_version = "v7", sha256_base64 = "c2lnbmVk" } }
    code_signing = { signing_profile_version_arns = ["arn:aws:signer:eu-west-1:123456789012:/signing-profiles/release"] }
  }

  expect_failures = [var.code_signing]
}

run "refuses_an_unknown_answer_to_untrusted_code" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    package      = { manifest = "files/manifest.json", s3 = { bucket = "releases", key = "signed/function.zip", object_version = "v7", sha256_base64 = "c2lnbmVk" } }
    code_signing = { signing_profile_version_arns = ["arn:aws:signer:eu-west-1:123456789012:/signing-profiles/release/abc"], untrusted = "Ignore" }
  }

  expect_failures = [var.code_signing]
}

run "refuses_to_enforce_signatures_on_a_zip_that_has_none" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    code_signing = { signing_profile_version_arns = ["arn:aws:signer:eu-west-1:123456789012:/signing-profiles/release/abc"] }
  }

  expect_failures = [var.code_signing]
}

run "refuses_to_provide_nothing" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    provisioned_concurrency = { count = 0 }
  }

  expect_failures = [var.provisioned_concurrency]
}

run "refuses_a_maximum_below_count" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    provisioned_concurrency = { count = 5, autoscaling = { max = 4 } }
  }

  expect_failures = [var.provisioned_concurrency]
}

run "refuses_a_utilization_in_percent" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    provisioned_concurrency = { count = 1, autoscaling = { max = 4, utilization = 70 } }
  }

  expect_failures = [var.provisioned_concurrency]
}

run "refuses_a_schedule_of_unix" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    provisioned_concurrency = { count = 1, autoscaling = { max = 4, schedules = { morning = { schedule = "30 6 * * *", min = 1, max = 2 } } } }
  }

  expect_failures = [var.provisioned_concurrency]
}

run "refuses_a_schedule_upside_down" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    provisioned_concurrency = { count = 1, autoscaling = { max = 4, schedules = { morning = { schedule = "rate(1 day)", min = 3, max = 2 } } } }
  }

  expect_failures = [var.provisioned_concurrency]
}

run "refuses_to_provide_more_than_is_reserved" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    reserved_concurrency    = 10
    provisioned_concurrency = { count = 1, autoscaling = { max = 4, schedules = { morning = { schedule = "rate(1 day)", min = 3, max = 11 } } } }
  }

  expect_failures = [var.provisioned_concurrency]
}

run "refuses_snapshots_of_provisioned_sandboxes" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    snap_start              = true
    provisioned_concurrency = { count = 1 }
  }

  expect_failures = [var.snap_start]
}

run "refuses_snapshots_of_python_3_11" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    snap_start = true
    package    = { zip = "files/function.txt", manifest = "files/python311.json" }
  }

  expect_failures = [var.snap_start]
}

run "refuses_a_vpc_without_subnets" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    vpc = { subnet_ids = [], security_group_ids = ["sg-01"] }
  }

  expect_failures = [var.vpc]
}

run "refuses_a_vpc_without_security_groups" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    vpc = { subnet_ids = ["subnet-0a"], security_group_ids = [] }
  }

  expect_failures = [var.vpc]
}

run "refuses_an_alias_of_a_key" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:alias/function"
  }

  expect_failures = [var.kms_key_arn]
}

run "refuses_a_level_that_drops_metrics" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    log = { json = { application_level = "WARN" } }
  }

  expect_failures = [var.log]
}

run "refuses_an_unknown_system_level" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    log = { json = { system_level = "ERROR" } }
  }

  expect_failures = [var.log]
}

run "refuses_to_split_the_traffic_of_provisioned_sandboxes" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  override_data {
    target = data.aws_caller_identity.shift
    values = { account_id = "123456789012" }
  }

  variables {
    provisioned_concurrency = { count = 1 }
    shift                   = { canary = { percent = 10 } }
  }

  expect_failures = [var.provisioned_concurrency]
}
