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

override_data {
  target = module.variant["Challenger"].module.iam.data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

override_data {
  target = module.variant["shadow"].module.iam.data.aws_caller_identity.current
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


run "shares_requests_between_models" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    endpoint = {
      instances        = { type = "ml.m6i.large", initial_count = 2, autoscaling = { min = 2, max = 4, invocations_per_instance_per_minute = 600 } }
      variant_weight   = 9
      further_variants = { Challenger = { model = { image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/serving:7" }, artifact = { s3_uri = "s3://artifacts/next/model.tar.gz" } }, instances = { type = "ml.m6i.2xlarge", initial_count = 2 } } }
      rollout          = { canary = { percent = 10 } }
    }
  }

  assert {
    condition     = output.endpoint_name == "pump-failure-test" && length(module.variant) == 1
    error_message = "The challenger has a model, and a role, of its own."
  }

  assert {
    condition     = module.endpoint.instances == { AllTraffic = { type = "ml.m6i.large", invocations_per_minute_target = 600 }, Challenger = { type = "ml.m6i.2xlarge", invocations_per_minute_target = null } }
    error_message = "Each is watched by its own instances."
  }

  assert {
    condition     = alltrue([for kind in ["endpoint-cpu-AllTraffic", "endpoint-cpu-Challenger", "endpoint-load-AllTraffic"] : contains(keys(output.alarm_names), kind)]) && !contains(keys(output.alarm_names), "endpoint-load-Challenger")
    error_message = "The challenger doesn't scale, so there is no load to keep."
  }
}

run "copies_requests_to_another_model" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    endpoint = { instances = { type = "ml.m6i.large" }, shadow_variant = { model = { image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/serving:7" }, artifact = { s3_uri = "s3://artifacts/next/model.tar.gz" } }, instances = { type = "ml.m6i.large" } } }
  }

  assert {
    condition     = keys(module.variant) == ["shadow"]
    error_message = "The shadow has a model of its own."
  }
}

run "asks_one_of_many_models" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    model = {
      image       = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/serving:7" }
      multi_model = { artifact_prefix = "s3://artifacts/shops/" }
    }
    endpoint = { instances = { type = "ml.m6i.large" }, target_model = "north/model.tar.gz" }
  }

  assert {
    condition     = output.model_data_url == "s3://artifacts/shops/"
    error_message = "The endpoint serves what lies under the prefix."
  }
}

run "asks_one_of_several_containers" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    model = {
      containers     = [{ hostname = "big", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/serving:7" } }, { hostname = "small", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/serving:7" } }]
      execution_mode = "Direct"
    }
    endpoint = { instances = { type = "ml.m6i.large" }, target_container = "small" }
  }

  assert {
    condition     = output.model_data_url == null
    error_message = "The containers have no artifact in common."
  }
}

run "serves_a_package_in_a_vpc" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    model = {
      package = { arn = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/churn/7", artifact_read_arns = ["arn:aws:s3:::registry/churn/*"] }
      vpc     = { subnet_ids = ["subnet-0a1b"], security_group_ids = ["sg-0c2d"] }
    }
    endpoint = { instances = { type = "ml.m6i.large" } }
  }

  assert {
    condition     = output.model_data_url == null
    error_message = "The artifact is the package's."
  }
}

run "asks_one_of_many_models_of_another_team" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    model    = null
    endpoint = { existing_name = "shared", target_model = "north/model.tar.gz" }
  }

  assert {
    condition     = output.endpoint_name == "shared" && output.model_name == null
    error_message = "That endpoint isn't ours, but what to ask it is."
  }
}
