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

run "runs_in_a_vpc" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    vpc = { subnet_ids = ["subnet-0a", "subnet-0b"], security_group_ids = ["sg-01"], ipv6 = true }
  }

  assert {
    condition     = aws_lambda_function.this.vpc_config[0].subnet_ids == toset(["subnet-0a", "subnet-0b"]) && aws_lambda_function.this.vpc_config[0].security_group_ids == toset(["sg-01"]) && aws_lambda_function.this.vpc_config[0].ipv6_allowed_for_dual_stack
    error_message = "The function has interfaces in these subnets, IPv6 included."
  }
}

run "encrypts_its_environment" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1234"
  }

  assert {
    condition     = aws_lambda_function.this.kms_key_arn == "arn:aws:kms:eu-west-1:123456789012:key/1234"
    error_message = "The customer key encrypts the environment."
  }
}

run "provides_a_fixed_number" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    provisioned_concurrency = { count = 3 }
  }

  assert {
    condition     = aws_lambda_provisioned_concurrency_config.fixed["live"].provisioned_concurrent_executions == 3 && aws_lambda_provisioned_concurrency_config.fixed["live"].qualifier == "live"
    error_message = "Three sandboxes of the alias."
  }

  assert {
    condition     = length(aws_appautoscaling_target.tracked) + length(aws_appautoscaling_target.scheduled) == 0
    error_message = "Nothing scales them."
  }
}

run "follows_utilization" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    provisioned_concurrency = { count = 2, autoscaling = { max = 10 } }
  }

  assert {
    condition     = aws_appautoscaling_target.tracked["tracked"].resource_id == "function:bike-rental-test:live" && aws_appautoscaling_target.tracked["tracked"].min_capacity == 2 && aws_appautoscaling_target.tracked["tracked"].max_capacity == 10
    error_message = "The alias scales between count and max."
  }

  assert {
    condition     = aws_appautoscaling_policy.utilization["tracked"].target_tracking_scaling_policy_configuration[0].target_value == 0.7 && aws_appautoscaling_policy.utilization["tracked"].target_tracking_scaling_policy_configuration[0].predefined_metric_specification[0].predefined_metric_type == "LambdaProvisionedConcurrencyUtilization"
    error_message = "70 % of them are to be busy."
  }

  assert {
    condition     = aws_lambda_provisioned_concurrency_config.scaled["tracked"].provisioned_concurrent_executions == 2 && length(aws_lambda_provisioned_concurrency_config.fixed) == 0
    error_message = "It starts from count."
  }
}

run "follows_a_schedule" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    provisioned_concurrency = {
      count = 2
      autoscaling = {
        max       = 10
        schedules = { morning = { schedule = "cron(30 6 ? * MON-FRI *)", timezone = "Europe/Berlin", min = 5, max = 20 } }
      }
    }
  }

  assert {
    condition     = aws_appautoscaling_scheduled_action.bounds["morning"].name == "bike-rental-test-morning" && aws_appautoscaling_scheduled_action.bounds["morning"].timezone == "Europe/Berlin" && aws_appautoscaling_scheduled_action.bounds["morning"].scalable_target_action[0].min_capacity == "5" && aws_appautoscaling_scheduled_action.bounds["morning"].scalable_target_action[0].max_capacity == "20"
    error_message = "The morning moves the bounds."
  }

  assert {
    condition     = length(aws_appautoscaling_target.tracked) == 0 && aws_appautoscaling_target.scheduled["scheduled"].max_capacity == 10
    error_message = "Bounds that a schedule moves are left alone."
  }
}

run "starts_from_a_snapshot" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    snap_start = true
  }

  assert {
    condition     = aws_lambda_function.this.snap_start[0].apply_on == "PublishedVersions"
    error_message = "Published versions have snapshots."
  }
}

run "takes_signed_code_from_a_bucket" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    package      = { manifest = "files/manifest.json", s3 = { bucket = "releases", key = "signed/function.zip", object_version = "v7", sha256_base64 = "c2lnbmVk" } }
    code_signing = { signing_profile_version_arns = ["arn:aws:signer:eu-west-1:123456789012:/signing-profiles/release/abc"] }
  }

  assert {
    condition     = aws_lambda_function.this.s3_bucket == "releases" && aws_lambda_function.this.s3_key == "signed/function.zip" && aws_lambda_function.this.s3_object_version == "v7" && aws_lambda_function.this.filename == null
    error_message = "The signed object is the code."
  }

  assert {
    condition     = aws_lambda_function.this.source_code_hash == "c2lnbmVk" && output.function_code_sha256 == "c2lnbmVk"
    error_message = "The hash is that of the signed bytes."
  }

  assert {
    condition     = aws_lambda_code_signing_config.this["this"].policies[0].untrusted_artifact_on_deployment == "Enforce"
    error_message = "Other code is refused."
  }
}

run "warns_of_unsigned_code" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    code_signing = { signing_profile_version_arns = ["arn:aws:signer:eu-west-1:123456789012:/signing-profiles/release/abc"], untrusted = "Warn" }
  }

  assert {
    condition     = aws_lambda_code_signing_config.this["this"].policies[0].untrusted_artifact_on_deployment == "Warn"
    error_message = "Other code passes."
  }
}

run "writes_lambdas_lines_as_json" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    log = { json = { system_level = "WARN" } }
  }

  assert {
    condition     = aws_lambda_function.this.logging_config[0].log_format == "JSON" && aws_lambda_function.this.logging_config[0].application_log_level == "INFO" && aws_lambda_function.this.logging_config[0].system_log_level == "WARN" && aws_lambda_function.this.logging_config[0].log_group == "/aws/lambda/bike-rental-test"
    error_message = "JSON in the group that has the retention."
  }
}

run "warns_before_a_runtimes_last_day" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    runtime = { warn_days = 36500 }
  }

  expect_failures = [check.runtime]
}

run "takes_a_day_that_aws_has_moved" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    runtime = { warn_days = 36500, deprecations = { "python3.13" = "2999-01-01" } }
  }

  assert {
    condition     = aws_lambda_function.this.runtime == "python3.13"
    error_message = "The day that is given counts, and it is far off: no warning."
  }
}
