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
    artifact_read_arns   = ["arn:aws:s3:::artifacts/models/bike-rental-test/*"]
    image_repository_arn = "arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost"
    log_group_arn        = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/sagemaker/Endpoints/bike-rental-test"
  }
  lambda = {
    endpoint_arn  = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/bike-rental-test"
    log_group_arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/bike-rental-test"
  }
}

run "lets_the_function_invoke_one_endpoint" {
  command = plan

  module {
    source = "../../../infra/modules/iam"
  }

  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.lambda["lambda"].policy).Statement : [s.Action, s.Resource] if s.Sid == "InvokeEndpoint"] == [["sagemaker:InvokeEndpoint", "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/bike-rental-test"]]
    error_message = "InvokeEndpoint on exactly one endpoint."
  }

  assert {
    condition     = one([for s in jsondecode(aws_iam_role_policy.lambda["lambda"].policy).Statement : s.Resource if s.Sid == "WriteLogs"]) == "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/bike-rental-test:*"
    error_message = "Logs go to its own group."
  }

  assert {
    condition     = alltrue([for s in jsondecode(aws_iam_role_policy.lambda["lambda"].policy).Statement : s.Sid == "SendTraces" if s.Resource == "*"])
    error_message = "Only X-Ray's actions stand on *."
  }

  assert {
    condition     = !contains(flatten(jsondecode(aws_iam_role_policy.lambda["lambda"].policy).Statement[*].Action), "logs:CreateLogGroup")
    error_message = "The group is Terraform's to make."
  }
}

run "lets_the_endpoint_read_its_artifact_and_image" {
  command = plan

  module {
    source = "../../../infra/modules/iam"
  }

  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.sagemaker["sagemaker"].policy).Statement : [s.Action, s.Resource] if s.Sid == "ReadArtifact"] == [["s3:GetObject", "arn:aws:s3:::artifacts/models/bike-rental-test/*"]]
    error_message = "It reads its own artifacts and nothing else in S3."
  }

  assert {
    condition     = one([for s in jsondecode(aws_iam_role_policy.sagemaker["sagemaker"].policy).Statement : s.Resource if s.Sid == "PullImage"]) == "arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost"
    error_message = "It pulls from one repository."
  }

  assert {
    condition     = toset([for s in jsondecode(aws_iam_role_policy.sagemaker["sagemaker"].policy).Statement : s.Sid if s.Resource == "*"]) == toset(["LogInToRegistry", "WriteInstanceMetrics"])
    error_message = "Only the two actions for which AWS knows no resource stand on *."
  }

  assert {
    condition     = !contains(flatten(jsondecode(aws_iam_role_policy.sagemaker["sagemaker"].policy).Statement[*].Action), "logs:CreateLogGroup")
    error_message = "The group is Terraform's to make."
  }

  assert {
    condition     = toset(jsondecode(aws_iam_role_policy.sagemaker["sagemaker"].policy).Statement[*].Sid) == toset(["ReadArtifact", "PullImage", "LogInToRegistry", "WriteLogs", "WriteInstanceMetrics"])
    error_message = "Nothing is allowed beyond these five."
  }
}

run "trusts_the_services_for_this_account_only" {
  command = plan

  module {
    source = "../../../infra/modules/iam"
  }

  assert {
    condition     = jsondecode(aws_iam_role.sagemaker["sagemaker"].assume_role_policy).Statement[0].Principal.Service == "sagemaker.amazonaws.com"
    error_message = "SageMaker assumes its role."
  }

  assert {
    condition     = jsondecode(aws_iam_role.sagemaker["sagemaker"].assume_role_policy).Statement[0].Condition == { StringEquals = { "aws:SourceAccount" = "123456789012" }, ArnLike = { "aws:SourceArn" = "arn:aws:sagemaker:eu-west-1:123456789012:*" } }
    error_message = "Only for this account's SageMaker in this region."
  }

  assert {
    condition     = jsondecode(aws_iam_role.lambda["lambda"].assume_role_policy).Statement[0].Principal.Service == "lambda.amazonaws.com"
    error_message = "Lambda assumes its role."
  }

  assert {
    condition     = jsondecode(aws_iam_role.lambda["lambda"].assume_role_policy).Statement[0].Condition == { StringEquals = { "aws:SourceAccount" = "123456789012" } }
    error_message = "Only for this account."
  }
}

run "sends_no_traces_unless_told_to" {
  command = plan

  module {
    source = "../../../infra/modules/iam"
  }

  variables {
    lambda = {
      endpoint_arn  = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/bike-rental-test"
      log_group_arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/bike-rental-test"
      tracing       = false
    }
  }

  assert {
    condition     = toset(jsondecode(aws_iam_role_policy.lambda["lambda"].policy).Statement[*].Sid) == toset(["InvokeEndpoint", "WriteLogs"])
    error_message = "Without tracing the function may do two things."
  }
}

run "writes_captured_data_and_uses_keys_when_told_to" {
  command = plan

  module {
    source = "../../../infra/modules/iam"
  }

  variables {
    sagemaker = {
      artifact_read_arns      = ["arn:aws:s3:::artifacts/models/bike-rental-test/*"]
      image_repository_arn    = "arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost"
      log_group_arn           = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/sagemaker/Endpoints/bike-rental-test"
      data_capture_write_arns = ["arn:aws:s3:::captured/bike-rental-test/*"]
      kms_key_arns            = ["arn:aws:kms:eu-west-1:123456789012:key/1234"]
    }
  }

  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.sagemaker["sagemaker"].policy).Statement : [s.Action, s.Resource] if s.Sid == "CaptureData"] == [["s3:PutObject", "arn:aws:s3:::captured/bike-rental-test/*"]]
    error_message = "It writes captured data to the given prefix."
  }

  assert {
    condition     = one([for s in jsondecode(aws_iam_role_policy.sagemaker["sagemaker"].policy).Statement : s.Condition.StringEquals["kms:ViaService"] if s.Sid == "UseBucketKeys"]) == "s3.eu-west-1.amazonaws.com"
    error_message = "Keys are used through S3 only."
  }
}

run "makes_only_the_roles_asked_for" {
  command = plan

  module {
    source = "../../../infra/modules/iam"
  }

  variables {
    sagemaker = null
  }

  assert {
    condition     = length(aws_iam_role.sagemaker) == 0 && output.sagemaker_role_arn == null
    error_message = "No execution role for an endpoint of someone else's."
  }

  assert {
    condition     = aws_iam_role.lambda["lambda"].name == "bike-rental-test-lambda"
    error_message = "The function's role is made all the same."
  }
}

run "bounds_both_roles" {
  command = plan

  module {
    source = "../../../infra/modules/iam"
  }

  variables {
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary"
  }

  assert {
    condition     = aws_iam_role.sagemaker["sagemaker"].permissions_boundary == "arn:aws:iam::123456789012:policy/boundary" && aws_iam_role.lambda["lambda"].permissions_boundary == "arn:aws:iam::123456789012:policy/boundary"
    error_message = "Both roles carry the boundary."
  }
}
