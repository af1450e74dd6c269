# One role for each feature that gives a role more rights, named after it. Only planned: test_policies.py judges
# the policies in the plan.
locals {
  account = "123456789012"
  region  = "eu-west-1"
  key     = "arn:aws:kms:${local.region}:${local.account}:key/11111111-2222-3333-4444-555555555555"
  vpc     = { subnet_ids = ["subnet-0a1"], security_group_ids = ["sg-0b2"] }

  endpoint = {
    artifact_read_arns    = ["arn:aws:s3:::bikes-artifacts/models/bikes/*"]
    image_repository_arns = ["arn:aws:ecr:${local.region}:141502667606:repository/sagemaker-xgboost"]
    log_group_arn         = "arn:aws:logs:${local.region}:${local.account}:log-group:/aws/sagemaker/Endpoints/bikes"
  }
  endpoints = {
    rollback    = { rollback_alarm_arns = ["arn:aws:cloudwatch:${local.region}:${local.account}:alarm:bikes-rollback-*"] }
    plain       = {}
    capture     = { data_capture_write_arns = ["arn:aws:s3:::bikes-captured/capture/*"] }
    encrypted   = { kms_key_arns = [local.key] }
    vpc         = { vpc = local.vpc }
    multi-model = { artifact_list_arns = ["arn:aws:s3:::bikes-artifacts/models/bikes/*"] }
    async = {
      async = {
        input_read_arns   = ["arn:aws:s3:::bikes-async/requests/*"]
        output_write_arns = ["arn:aws:s3:::bikes-async/answers/*"]
        topic_arns        = ["arn:aws:sns:${local.region}:${local.account}:bikes-answered"]
      }
    }
    encrypted-async = {
      kms_key_arns = [local.key]
      async = {
        input_read_arns   = ["arn:aws:s3:::bikes-async/requests/*"]
        output_write_arns = ["arn:aws:s3:::bikes-async/answers/*"]
        topic_arns        = ["arn:aws:sns:${local.region}:${local.account}:bikes-answered"]
      }
    }
    containers = {
      artifact_read_arns    = concat(local.endpoint.artifact_read_arns, ["arn:aws:s3:::bikes-scaler/1/*"])
      image_repository_arns = concat(local.endpoint.image_repository_arns, ["arn:aws:ecr:${local.region}:${local.account}:repository/bikes/scaler"])
    }
    marketplace = { artifact_read_arns = [], image_repository_arns = [] }
  }

  function = {
    endpoint_arn  = "arn:aws:sagemaker:${local.region}:${local.account}:endpoint/bikes"
    log_group_arn = "arn:aws:logs:${local.region}:${local.account}:log-group:/aws/lambda/bikes"
  }
  functions = {
    plain     = {}
    untraced  = { tracing = false }
    encrypted = { kms_key_arn = local.key }
    vpc       = { vpc = local.vpc }
  }
}

module "endpoint" {
  source   = "../../../infra/modules/iam"
  for_each = local.endpoints

  name      = each.key
  sagemaker = merge(local.endpoint, each.value)
}

module "function" {
  source   = "../../../infra/modules/iam"
  for_each = local.functions

  name   = each.key
  lambda = merge(local.function, each.value)
}

# A further variant of module model_api: its model and its role.
module "variant" {
  source = "../../../infra/modules/model_api/variant"

  name = "bikes-challenger"
  model = {
    artifact = { s3_uri = "s3://bikes-artifacts/models/bikes/1/model.tar.gz" }
    image    = { prebuilt = { repository_name = "sagemaker-xgboost", tag = "3.0-5" } }
  }
  vpc                     = local.vpc
  network_isolation       = true
  log_group_arn           = local.endpoint.log_group_arn
  rollback_alarm_arns     = local.endpoints.rollback.rollback_alarm_arns
  data_capture_write_arns = local.endpoints.capture.data_capture_write_arns
  tags                    = {}
}

module "account_logging" {
  source = "../../../infra/modules/api_gateway/account_logging"
}
