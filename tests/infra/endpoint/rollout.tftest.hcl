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

run "rolls_out_all_at_once_with_an_alarm" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", initial_count = 4 }
    rollout   = { termination_wait_seconds = 120 }

    runbook_url = "https://git.example.com/docs/runbook.md"
  }

  assert {
    condition     = endswith(aws_cloudwatch_metric_alarm.rollback["server-errors-AllTraffic"].alarm_description, " are 5xx. https://git.example.com/docs/runbook.md#rollback-server-errors")
    error_message = "The alarm leads to its section."
  }

  assert {
    condition     = one(one(one(aws_sagemaker_endpoint.this["endpoint"].deployment_config).blue_green_update_policy).traffic_routing_configuration).type == "ALL_AT_ONCE" && one(one(aws_sagemaker_endpoint.this["endpoint"].deployment_config).blue_green_update_policy).termination_wait_in_seconds == 120
    error_message = "All traffic moves at once, and the old fleet stays for a while."
  }

  assert {
    condition     = [for alarm in one(one(aws_sagemaker_endpoint.this["endpoint"].deployment_config).auto_rollback_configuration).alarms : alarm.alarm_name] == ["bike-rental-test-rollback-server-errors-AllTraffic"]
    error_message = "The alarm made here rolls back."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.rollback["server-errors-AllTraffic"].dimensions == tomap({ EndpointName = "bike-rental-test", VariantName = "AllTraffic" })
    error_message = "It watches this endpoint."
  }
}

run "rolls_out_by_canary" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", initial_count = 4 }
    rollout   = { canary = { percent = 25, wait_seconds = 60 }, alarms = { latency_p99_ms = 200 }, alarm_names = ["churn"], maximum_seconds = 1800 }
  }

  assert {
    condition     = one(one(one(aws_sagemaker_endpoint.this["endpoint"].deployment_config).blue_green_update_policy).traffic_routing_configuration).type == "CANARY" && one(one(one(aws_sagemaker_endpoint.this["endpoint"].deployment_config).blue_green_update_policy).traffic_routing_configuration).wait_interval_in_seconds == 60 && one(one(one(one(aws_sagemaker_endpoint.this["endpoint"].deployment_config).blue_green_update_policy).traffic_routing_configuration).canary_size).type == "CAPACITY_PERCENT" && one(one(one(one(aws_sagemaker_endpoint.this["endpoint"].deployment_config).blue_green_update_policy).traffic_routing_configuration).canary_size).value == 25
    error_message = "A quarter of the capacity first, the rest a minute later."
  }

  assert {
    condition     = length(one(one(aws_sagemaker_endpoint.this["endpoint"].deployment_config).auto_rollback_configuration).alarms) == 3
    error_message = "Two alarms made here and the given one."
  }

  assert {
    condition     = one(one(aws_sagemaker_endpoint.this["endpoint"].deployment_config).blue_green_update_policy).maximum_execution_timeout_in_seconds == 1800
    error_message = "It may not take longer than given."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.rollback["latency-AllTraffic"].threshold == 200000
    error_message = "The metric is in microseconds."
  }
}

run "rolls_out_in_linear_steps" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", initial_count = 4 }
    rollout   = { linear = { instances = 1 } }
  }

  assert {
    condition     = one(one(one(aws_sagemaker_endpoint.this["endpoint"].deployment_config).blue_green_update_policy).traffic_routing_configuration).type == "LINEAR" && one(one(one(one(aws_sagemaker_endpoint.this["endpoint"].deployment_config).blue_green_update_policy).traffic_routing_configuration).linear_step_size).type == "INSTANCE_COUNT" && one(one(one(one(aws_sagemaker_endpoint.this["endpoint"].deployment_config).blue_green_update_policy).traffic_routing_configuration).linear_step_size).value == 1
    error_message = "One instance at a time."
  }
}

run "rolls_out_in_batches" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", initial_count = 4 }
    rollout   = { rolling = { percent = 20 } }
  }

  assert {
    condition     = length(one(aws_sagemaker_endpoint.this["endpoint"].deployment_config).blue_green_update_policy) == 0 && one(one(one(aws_sagemaker_endpoint.this["endpoint"].deployment_config).rolling_update_policy).maximum_batch_size).value == 20 && one(one(one(aws_sagemaker_endpoint.this["endpoint"].deployment_config).rolling_update_policy).rollback_maximum_batch_size).value == 100
    error_message = "A fifth at a time, and all at once on the way back."
  }
}

run "rolls_out_as_sagemaker_does_unless_asked" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", initial_count = 4 }
  }

  assert {
    condition     = length(aws_sagemaker_endpoint.this["endpoint"].deployment_config) == 0 && length(aws_cloudwatch_metric_alarm.rollback) == 0
    error_message = "Neither guardrails nor alarms come unasked."
  }

  assert {
    condition     = length(terraform_data.verify) == 1 && length(terraform_data.ready) == 1
    error_message = "What runs in the end is verified all the same."
  }

  assert {
    condition     = length(terraform_data.running_instances) == 0
    error_message = "Without autoscaling there are no counts to keep."
  }
}

run "keeps_the_counts_that_autoscaling_made" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", initial_count = 2, autoscaling = { max = 4, invocations_per_instance_per_minute = 600 } }
  }

  assert {
    condition     = aws_ssm_parameter.running_instances["AllTraffic"].insecure_value == "2" && aws_ssm_parameter.running_instances["AllTraffic"].name == "/model-endpoint-api/bike-rental-test/running-instances/AllTraffic"
    error_message = "The first configuration starts with the initial count."
  }

  assert {
    condition     = length(terraform_data.running_instances) == 1
    error_message = "The count is noted before each configuration."
  }
}
