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
  target = module.api_gateway["api"].data.aws_caller_identity.this
  values = { account_id = "123456789012" }
}

override_data {
  target = module.endpoint.data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

override_data {
  target = module.iam.data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

override_data {
  target = module.observability.data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

variables {
  name          = "pump-failure-test"
  contract_file = "files/contract.json"
  openapi_file  = "files/openapi.json"
  package       = { zip = "files/function.txt", manifest = "files/manifest.json" }
  model = {
    artifact = { file = "files/artifact.txt" }
    image    = { prebuilt = { repository_name = "sagemaker-xgboost", tag = "3.0-5" } }
  }
  api = { clients = { tester = {} } }
}

run "passes_the_functions_options_on" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    package = {
      manifest = "files/manifest.json"
      s3       = { bucket = "releases", key = "signed/function.zip", sha256_base64 = "c2lnbmVk" }
    }
    function = {
      vpc                     = { subnet_ids = ["subnet-0a"], security_group_ids = ["sg-01"] }
      kms_key_arn             = "arn:aws:kms:eu-west-1:123456789012:key/1234"
      json_log                = {}
      code_signing            = { signing_profile_version_arns = ["arn:aws:signer:eu-west-1:123456789012:/signing-profiles/release/abc"] }
      provisioned_concurrency = { count = 2, autoscaling = { max = 4, schedules = { night = { schedule = "cron(0 20 * * ? *)", min = 0, max = 1 } } } }
    }
  }

  assert {
    condition     = output.function_code_sha256 == "c2lnbmVk" && output.alias_name == "live"
    error_message = "The signed object is the code, and every option has its place in module lambda."
  }
}
