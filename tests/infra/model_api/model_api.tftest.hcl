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

run "composes_a_model_from_artifact_to_url_and_watches_it" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  assert {
    condition     = output.contract_version == "2.1.0" && output.contract_digest == filesha256("files/contract.json")
    error_message = "Version and digest are the contract's."
  }

  assert {
    condition     = output.function_name == "pump-failure-test" && output.alias_name == "live" && output.stage_name == "live"
    error_message = "Names follow the model's."
  }

  assert {
    condition     = output.routes == [{ auth = "api_key", method = "POST", path = "/" }, { auth = "api_key", method = "POST", path = "/predict" }]
    error_message = "Routes are the contract's."
  }

  assert {
    condition     = output.endpoint_name == "pump-failure-test"
    error_message = "The endpoint has the model's name."
  }

  assert {
    condition     = keys(output.log_group_names) == ["api", "api_execution", "endpoint", "function"] && output.log_group_names.function == "/aws/lambda/pump-failure-test"
    error_message = "Every log group is named."
  }

  assert {
    condition     = toset(keys(output.alarm_names)) == toset(["api-5xx", "api-latency", "function-errors", "function-throttles", "function-duration", "endpoint-5xx-AllTraffic", "endpoint-model-errors-AllTraffic", "endpoint-latency-AllTraffic", "endpoint-concurrency-AllTraffic", "endpoint-memory-AllTraffic"])
    error_message = "A serverless endpoint has no instances to watch, a function without reservation no limit of its own."
  }

  assert {
    condition     = output.composite_alarm_names == { down = "pump-failure-test-down" }
    error_message = "Without objectives there is one composite alarm."
  }
}

run "serves_from_an_endpoint_that_exists" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    model    = null
    endpoint = { existing_name = "rentals" }
  }

  assert {
    condition     = output.endpoint_name == "rentals" && output.model_name == null && output.endpoint_configuration_name == null
    error_message = "Nothing of SageMaker's is made."
  }
}

run "stands_behind_an_api_of_someone_else_s" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    api                = null
    cors_allow_origins = ["https://app.example.com"]
  }

  assert {
    condition     = output.api_url == null && output.routes == null && output.log_group_names.api == null && !contains(keys(output.alarm_names), "api-5xx")
    error_message = "No API is made, nor watched."
  }

  assert {
    condition     = output.backend.function == { name = "pump-failure-test", alias_name = "live" } && jsondecode(output.backend.openapi_document).info.title == "pump-failure"
    error_message = "What the shared API needs is known at plan time, so it comes from no resource."
  }
}

run "passes_kinds_of_auth_origins_and_the_functions_options_on" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    api = {
      route_auth         = { "POST /" = "cognito", "POST /predict" = "lambda_authorizer" }
      cognito            = { user_pool_arns = ["arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_a"] }
      lambda_authorizer  = { function_name = "judge" }
      require_api_key    = true
      clients            = { tester = {} }
      cors_allow_origins = ["https://app.example.com"]
      stage_name         = "beta"
      resource_policy    = { allow_cidrs = ["203.0.113.0/24"] }
    }
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
    condition     = output.routes[*].auth == ["cognito", "lambda_authorizer"]
    error_message = "An environment chooses who may call."
  }

  assert {
    condition     = output.cors_allow_origins == tolist(["https://app.example.com"]) && output.stage_name == "beta"
    error_message = "One list for both."
  }

  assert {
    condition     = output.function_code_sha256 == "c2lnbmVk" && output.alias_name == "live"
    error_message = "The signed object is the code, and every option has its place in module lambda."
  }
}
