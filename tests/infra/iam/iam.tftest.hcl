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
      image_repository_arns   = ["arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost"]
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

run "lists_what_a_multi_model_container_chooses_from" {
  command = plan

  module {
    source = "../../../infra/modules/iam"
  }

  variables {
    sagemaker = {
      artifact_read_arns    = ["arn:aws:s3:::artifacts/models/*"]
      image_repository_arns = ["arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost"]
      log_group_arn         = "arn:aws:logs:eu-west-1:123456789012:log-group:x"
      artifact_list_arns    = ["arn:aws:s3:::artifacts/models/many/*"]
    }
  }

  assert {
    condition     = one([for s in jsondecode(aws_iam_role_policy.sagemaker["sagemaker"].policy).Statement : s if s.Sid == "ListArtifacts0"]).Action == "s3:ListBucket" && one([for s in jsondecode(aws_iam_role_policy.sagemaker["sagemaker"].policy).Statement : s if s.Sid == "ListArtifacts0"]).Resource == "arn:aws:s3:::artifacts"
    error_message = "It lists the bucket of the prefix."
  }

  assert {
    condition     = one([for s in jsondecode(aws_iam_role_policy.sagemaker["sagemaker"].policy).Statement : s if s.Sid == "ListArtifacts0"]).Condition == { StringLike = { "s3:prefix" = "models/many/*" } }
    error_message = "And of the bucket nothing but the prefix."
  }
}

run "lets_an_asynchronous_endpoint_read_write_and_announce" {
  command = plan

  module {
    source = "../../../infra/modules/iam"
  }

  variables {
    sagemaker = {
      artifact_read_arns    = ["arn:aws:s3:::artifacts/models/*"]
      image_repository_arns = ["arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost"]
      log_group_arn         = "arn:aws:logs:eu-west-1:123456789012:log-group:x"
      kms_key_arns          = ["arn:aws:kms:eu-west-1:123456789012:key/1234"]
      async = {
        input_read_arns   = ["arn:aws:s3:::queue/in/*"]
        output_write_arns = ["arn:aws:s3:::queue/out/*"]
        topic_arns        = ["arn:aws:sns:eu-west-1:123456789012:done"]
      }
    }
  }

  assert {
    condition     = one([for s in jsondecode(aws_iam_role_policy.sagemaker["sagemaker"].policy).Statement : s if s.Sid == "ReadAsyncRequests"]).Resource == "arn:aws:s3:::queue/in/*" && one([for s in jsondecode(aws_iam_role_policy.sagemaker["sagemaker"].policy).Statement : s if s.Sid == "ReadAsyncRequests"]).Action == "s3:GetObject"
    error_message = "Requests are read where they lie."
  }

  assert {
    condition     = one([for s in jsondecode(aws_iam_role_policy.sagemaker["sagemaker"].policy).Statement : s if s.Sid == "WriteAsyncAnswers"]).Resource == "arn:aws:s3:::queue/out/*" && toset(one([for s in jsondecode(aws_iam_role_policy.sagemaker["sagemaker"].policy).Statement : s if s.Sid == "WriteAsyncAnswers"]).Action) == toset(["s3:AbortMultipartUpload", "s3:PutObject"])
    error_message = "Answers are written, and neither read nor deleted."
  }

  assert {
    condition     = one([for s in jsondecode(aws_iam_role_policy.sagemaker["sagemaker"].policy).Statement : s if s.Sid == "AnnounceAsyncAnswers"]).Resource == "arn:aws:sns:eu-west-1:123456789012:done" && one([for s in jsondecode(aws_iam_role_policy.sagemaker["sagemaker"].policy).Statement : s if s.Sid == "AnnounceAsyncAnswers"]).Action == "sns:Publish"
    error_message = "It publishes to the given topic."
  }

  assert {
    condition     = toset(one([for s in jsondecode(aws_iam_role_policy.sagemaker["sagemaker"].policy).Statement : s if s.Sid == "UseBucketKeys"]).Condition.StringEquals["kms:ViaService"]) == toset(["s3.eu-west-1.amazonaws.com", "sns.eu-west-1.amazonaws.com"])
    error_message = "Keys are used through S3 and SNS only."
  }
}

run "makes_network_interfaces_in_the_given_subnets_only" {
  command = plan

  module {
    source = "../../../infra/modules/iam"
  }

  variables {
    sagemaker = {
      artifact_read_arns    = ["arn:aws:s3:::artifacts/models/*"]
      image_repository_arns = ["arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost"]
      log_group_arn         = "arn:aws:logs:eu-west-1:123456789012:log-group:x"
      vpc                   = { subnet_ids = ["subnet-0a1b"], security_group_ids = ["sg-0c2d"] }
    }
  }

  assert {
    condition     = toset(one([for s in jsondecode(aws_iam_role_policy.sagemaker["sagemaker"].policy).Statement : s if s.Sid == "MakeNetworkInterfaces"]).Resource) == toset(["arn:aws:ec2:eu-west-1:123456789012:network-interface/*", "arn:aws:ec2:eu-west-1:123456789012:subnet/subnet-0a1b", "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-0c2d"])
    error_message = "An interface is made in these subnets with these groups only."
  }

  assert {
    condition     = one([for s in jsondecode(aws_iam_role_policy.sagemaker["sagemaker"].policy).Statement : s if s.Sid == "ChangeNetworkInterfaces"]).Condition == { ArnEquals = { "ec2:Subnet" = "arn:aws:ec2:eu-west-1:123456789012:subnet/subnet-0a1b" } }
    error_message = "Interfaces elsewhere stay as they are."
  }

  assert {
    condition     = alltrue([for action in one([for s in jsondecode(aws_iam_role_policy.sagemaker["sagemaker"].policy).Statement : s if s.Sid == "FindNetworkInterfaces"]).Action : startswith(action, "ec2:Describe")])
    error_message = "What stands on * only describes."
  }
}

run "reads_and_pulls_nothing_for_a_marketplace_package" {
  command = plan

  module {
    source = "../../../infra/modules/iam"
  }

  variables {
    sagemaker = {
      artifact_read_arns    = []
      image_repository_arns = []
      log_group_arn         = "arn:aws:logs:eu-west-1:123456789012:log-group:x"
    }
  }

  assert {
    condition     = toset(jsondecode(aws_iam_role_policy.sagemaker["sagemaker"].policy).Statement[*].Sid) == toset(["LogInToRegistry", "WriteLogs", "WriteInstanceMetrics"])
    error_message = "AWS Marketplace brings artifact and image itself."
  }
}
