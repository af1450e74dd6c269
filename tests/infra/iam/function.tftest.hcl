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

run "lets_the_function_decrypt_its_environment" {
  command = plan

  module {
    source = "../../../infra/modules/iam"
  }

  variables {
    lambda = {
      endpoint_arn  = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/bike-rental-test"
      log_group_arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/bike-rental-test"
      kms_key_arn   = "arn:aws:kms:eu-west-1:123456789012:key/1234"
    }
  }

  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.lambda["lambda"].policy).Statement : [s.Action, s.Resource] if s.Sid == "DecryptEnvironment"] == [["kms:Decrypt", "arn:aws:kms:eu-west-1:123456789012:key/1234"]]
    error_message = "It decrypts with the one key."
  }
}

run "lets_lambda_make_network_interfaces" {
  command = plan

  module {
    source = "../../../infra/modules/iam"
  }

  variables {
    lambda = {
      endpoint_arn  = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/bike-rental-test"
      log_group_arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/bike-rental-test"
      vpc           = { subnet_ids = ["subnet-0a"], security_group_ids = ["sg-01"] }
    }
  }

  assert {
    condition     = one([for s in jsondecode(aws_iam_role_policy.lambda["lambda"].policy).Statement : toset(s.Resource) if s.Sid == "MakeNetworkInterfaces"]) == toset(["arn:aws:ec2:eu-west-1:123456789012:network-interface/*", "arn:aws:ec2:eu-west-1:123456789012:subnet/subnet-0a", "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-01"])
    error_message = "Interfaces in this subnet with this group."
  }

  assert {
    condition     = toset([for s in jsondecode(aws_iam_role_policy.lambda["lambda"].policy).Statement : s.Sid if s.Resource == "*" && s.Effect == "Allow"]) == toset(["SendTraces", "FindNetworkInterfaces"])
    error_message = "Only what AWS knows no resource for stands on *."
  }

  assert {
    condition     = one([for s in jsondecode(aws_iam_role_policy.lambda["lambda"].policy).Statement : s.Condition.ArnLike["lambda:SourceFunctionArn"] if s.Effect == "Deny"]) == "arn:aws:lambda:eu-west-1:123456789012:function:*"
    error_message = "The function's own code may not."
  }

  assert {
    condition     = alltrue([for action in flatten([for s in jsondecode(aws_iam_role_policy.lambda["lambda"].policy).Statement : s.Action if s.Effect == "Allow"]) : contains(flatten([for s in jsondecode(aws_iam_role_policy.lambda["lambda"].policy).Statement : s.Action if s.Effect == "Deny"]), action) if startswith(action, "ec2:")])
    error_message = "All that Lambda may do in EC2 is denied to the code."
  }
}

run "refuses_an_alias_of_a_key" {
  command = plan

  module {
    source = "../../../infra/modules/iam"
  }

  variables {
    lambda = {
      endpoint_arn  = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/bike-rental-test"
      log_group_arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/bike-rental-test"
      kms_key_arn   = "arn:aws:kms:eu-west-1:123456789012:alias/function"
    }
  }

  expect_failures = [var.lambda]
}

run "refuses_a_subnet_by_name" {
  command = plan

  module {
    source = "../../../infra/modules/iam"
  }

  variables {
    lambda = {
      endpoint_arn  = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/bike-rental-test"
      log_group_arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/bike-rental-test"
      vpc           = { subnet_ids = ["private-a"], security_group_ids = ["sg-01"] }
    }
  }

  expect_failures = [var.lambda]
}
