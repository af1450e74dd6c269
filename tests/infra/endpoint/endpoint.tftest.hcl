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
  name       = "bike-rental-test"
  model_name = "bike-rental-test-0123456789ab"
}

run "serves_from_instances" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", initial_count = 2 }
  }

  assert {
    condition     = aws_sagemaker_endpoint_configuration.this["endpoint"].production_variants[0].instance_type == "ml.m6i.large" && aws_sagemaker_endpoint_configuration.this["endpoint"].production_variants[0].initial_instance_count == 2
    error_message = "The variant has the given instances."
  }

  assert {
    condition     = aws_sagemaker_endpoint_configuration.this["endpoint"].production_variants[0].model_name == "bike-rental-test-0123456789ab" && length(aws_sagemaker_endpoint_configuration.this["endpoint"].production_variants[0].serverless_config) == 0
    error_message = "It serves the given model, and not on demand."
  }

  assert {
    condition     = aws_sagemaker_endpoint_configuration.this["endpoint"].name_prefix == "bike-rental-test-"
    error_message = "The configuration's name is new each time."
  }

  assert {
    condition     = aws_sagemaker_endpoint.this["endpoint"].name == "bike-rental-test"
    error_message = "The endpoint's name stays."
  }

  assert {
    condition     = length(aws_appautoscaling_target.variant) == 0 && length(aws_sagemaker_endpoint_configuration.this["endpoint"].data_capture_config) == 0
    error_message = "Neither autoscaling nor data capture comes unasked."
  }
}

run "scales_on_invocations_per_instance" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", autoscaling = { max = 4, invocations_per_instance_per_minute = 600 } }
  }

  assert {
    condition     = aws_appautoscaling_target.variant["AllTraffic"].resource_id == "endpoint/bike-rental-test/variant/AllTraffic"
    error_message = "The target is the variant of this endpoint."
  }

  assert {
    condition     = aws_appautoscaling_target.variant["AllTraffic"].min_capacity == 1 && aws_appautoscaling_target.variant["AllTraffic"].max_capacity == 4
    error_message = "It scales from 1 to the given maximum."
  }

  assert {
    condition     = aws_appautoscaling_policy.invocations["AllTraffic"].target_tracking_scaling_policy_configuration[0].target_value == 600
    error_message = "It tracks the given load."
  }

  assert {
    condition     = aws_appautoscaling_policy.invocations["AllTraffic"].target_tracking_scaling_policy_configuration[0].scale_in_cooldown == 300
    error_message = "It waits five minutes before it scales in again."
  }
}

run "serves_on_demand" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    serverless = { memory_mb = 4096, max_concurrency = 20, provisioned_concurrency = 2 }
  }

  assert {
    condition     = aws_sagemaker_endpoint_configuration.this["endpoint"].production_variants[0].serverless_config[0].memory_size_in_mb == 4096 && aws_sagemaker_endpoint_configuration.this["endpoint"].production_variants[0].serverless_config[0].max_concurrency == 20 && aws_sagemaker_endpoint_configuration.this["endpoint"].production_variants[0].serverless_config[0].provisioned_concurrency == 2
    error_message = "The variant is serverless with the given limits."
  }

  assert {
    condition     = aws_sagemaker_endpoint_configuration.this["endpoint"].production_variants[0].instance_type == null && aws_sagemaker_endpoint_configuration.this["endpoint"].production_variants[0].initial_instance_count == null
    error_message = "A serverless variant has no instances."
  }
}

run "names_an_existing_endpoint_and_makes_nothing" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    model_name             = null
    existing_endpoint_name = "Churn-Prod"
  }

  assert {
    condition     = output.endpoint_name == "Churn-Prod"
    error_message = "The name is answered as given."
  }

  assert {
    condition     = output.endpoint_arn == "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/churn-prod"
    error_message = "SageMaker writes the name into the ARN in lower case."
  }

  assert {
    condition     = length(aws_sagemaker_endpoint.this) + length(aws_sagemaker_endpoint_configuration.this) + length(aws_cloudwatch_log_group.containers) == 0
    error_message = "Nothing is made."
  }

  assert {
    condition     = output.endpoint_configuration_name == null && output.log_group_arn == null
    error_message = "What Terraform does not keep is null."
  }

  assert {
    condition     = output.log_group_name == "/aws/sagemaker/Endpoints/Churn-Prod"
    error_message = "The log group keeps the name's case."
  }
}

run "captures_data" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large" }
    data_capture = {
      destination_s3_uri  = "s3://captured/bike-rental"
      sampling_percentage = 20
      modes               = ["Input"]
    }
  }

  assert {
    condition     = one(aws_sagemaker_endpoint_configuration.this["endpoint"].data_capture_config).initial_sampling_percentage == 20
    error_message = "The given share is captured."
  }

  assert {
    condition     = one(one(aws_sagemaker_endpoint_configuration.this["endpoint"].data_capture_config).capture_options).capture_mode == "Input"
    error_message = "Only the given side is captured."
  }
}

run "encrypts_volumes_with_a_customer_key" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1234" }
  }

  assert {
    condition     = aws_sagemaker_endpoint_configuration.this["endpoint"].kms_key_arn == "arn:aws:kms:eu-west-1:123456789012:key/1234"
    error_message = "The key reaches the configuration."
  }
}

run "keeps_container_logs_for_30_days" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    serverless = {}
  }

  assert {
    condition     = aws_cloudwatch_log_group.containers["endpoint"].name == "/aws/sagemaker/Endpoints/bike-rental-test"
    error_message = "SageMaker writes to the group of the endpoint's name."
  }

  assert {
    condition     = aws_cloudwatch_log_group.containers["endpoint"].retention_in_days == 30
    error_message = "30 days is the default."
  }
}
