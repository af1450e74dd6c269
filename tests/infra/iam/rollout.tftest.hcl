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
  name = "bike-rental-test"
  sagemaker = {
    artifact_read_arns    = ["arn:aws:s3:::artifacts/models/bike-rental-test/*"]
    image_repository_arns = ["arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost"]
    log_group_arn         = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/sagemaker/Endpoints/bike-rental-test"
  }
  lambda = {
    endpoint_arn  = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/bike-rental-test"
    log_group_arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/bike-rental-test"
  }
}

run "lets_sagemaker_watch_the_alarms_of_an_update" {
  command = plan

  module {
    source = "../../../infra/modules/iam"
  }

  variables {
    sagemaker = {
      artifact_read_arns    = ["arn:aws:s3:::artifacts/models/bike-rental-test/*"]
      image_repository_arns = ["arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost"]
      log_group_arn         = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/sagemaker/Endpoints/bike-rental-test"
      rollback_alarm_arns   = ["arn:aws:cloudwatch:eu-west-1:123456789012:alarm:bike-rental-test-rollback-*"]
    }
  }

  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.sagemaker["sagemaker"].policy).Statement : statement.Resource if statement.Sid == "WatchAlarms"]) == "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:bike-rental-test-rollback-*"
    error_message = "Those alarms and no others."
  }
}

run "refuses_every_alarm" {
  command = plan

  module {
    source = "../../../infra/modules/iam"
  }

  variables {
    sagemaker = {
      artifact_read_arns    = ["arn:aws:s3:::artifacts/models/bike-rental-test/*"]
      image_repository_arns = ["arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost"]
      log_group_arn         = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/sagemaker/Endpoints/bike-rental-test"
      rollback_alarm_arns   = ["arn:aws:cloudwatch:eu-west-1:123456789012:alarm:*"]
    }
  }

  expect_failures = [var.sagemaker]
}
