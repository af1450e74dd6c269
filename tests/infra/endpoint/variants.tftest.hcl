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


run "scales_out_and_never_in" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = {
      type = "ml.m6i.large"
      autoscaling = {
        max                                 = 4
        invocations_per_instance_per_minute = 600
        disable_scale_in                    = true
        scale_out_cooldown_seconds          = 30
      }
    }
  }

  assert {
    condition     = aws_appautoscaling_policy.invocations["AllTraffic"].target_tracking_scaling_policy_configuration[0].disable_scale_in && aws_appautoscaling_policy.invocations["AllTraffic"].target_tracking_scaling_policy_configuration[0].scale_out_cooldown == 30
    error_message = "Scale-in protection and cooldowns reach the policy."
  }
}

run "scales_by_the_clock" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = {
      type = "ml.m6i.large"
      autoscaling = {
        max       = 4
        schedules = { morning = { schedule = "cron(0 7 ? * MON-FRI *)", timezone = "Europe/Berlin", min = 2 }, night = { schedule = "cron(0 20 * * ? *)", min = 1, max = 2 } }
      }
    }
  }

  assert {
    condition     = aws_appautoscaling_scheduled_action.this["AllTraffic/morning"].schedule == "cron(0 7 ? * MON-FRI *)" && aws_appautoscaling_scheduled_action.this["AllTraffic/morning"].timezone == "Europe/Berlin"
    error_message = "The schedule is in its zone."
  }

  assert {
    condition     = aws_appautoscaling_scheduled_action.this["AllTraffic/morning"].scalable_target_action[0].min_capacity == "2" && aws_appautoscaling_scheduled_action.this["AllTraffic/morning"].scalable_target_action[0].max_capacity == null
    error_message = "What isn't given stays."
  }

  assert {
    condition     = aws_appautoscaling_scheduled_action.this["AllTraffic/night"].timezone == "UTC" && length(aws_appautoscaling_policy.invocations) == 0
    error_message = "UTC is the default, and nothing else scales."
  }
}

run "scales_in_steps" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = {
      type = "ml.m6i.large"
      autoscaling = {
        max   = 4
        steps = { busy = { metric = "CPUUtilization", threshold = 70, steps = [{ from = 0, to = 15, change = 1 }, { from = 15, change = 2 }] } }
      }
    }
  }

  assert {
    condition     = length(aws_appautoscaling_policy.steps["AllTraffic/busy"].step_scaling_policy_configuration[0].step_adjustment) == 2 && aws_appautoscaling_policy.steps["AllTraffic/busy"].step_scaling_policy_configuration[0].cooldown == 300
    error_message = "Both steps are there, and the cooldown."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.steps["AllTraffic/busy"].namespace == "/aws/sagemaker/Endpoints" && aws_cloudwatch_metric_alarm.steps["AllTraffic/busy"].metric_name == "CPUUtilization" && aws_cloudwatch_metric_alarm.steps["AllTraffic/busy"].threshold == 70
    error_message = "The alarm looks where SageMaker writes the metric."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.steps["AllTraffic/busy"].dimensions == tomap({ EndpointName = "bike-rental-test", VariantName = "AllTraffic" })
    error_message = "At this variant."
  }
}

run "scales_provisioned_concurrency" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    serverless = { max_concurrency = 20, provisioned_concurrency = 2, autoscaling = { max = 10, schedules = { night = { schedule = "cron(0 20 * * ? *)", max = 2 } } } }
  }

  assert {
    condition     = aws_appautoscaling_target.scheduled["AllTraffic"].scalable_dimension == "sagemaker:variant:DesiredProvisionedConcurrency" && aws_appautoscaling_target.scheduled["AllTraffic"].max_capacity == 10
    error_message = "It scales what is kept warm."
  }

  assert {
    condition     = aws_appautoscaling_policy.provisioned_concurrency["AllTraffic"].target_tracking_scaling_policy_configuration[0].target_value == 0.7
    error_message = "So that 70 % of it are in use."
  }

  assert {
    condition     = length(aws_appautoscaling_scheduled_action.this) == 1 && length(aws_appautoscaling_policy.invocations) == 0
    error_message = "And by the clock."
  }
}

run "shares_requests_between_variants" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances      = { type = "ml.m6i.large" }
    variant_weight = 9
    further_variants = {
      Challenger = { model_name = "challenger", instances = { type = "ml.c7i.large", autoscaling = { max = 2, invocations_per_instance_per_minute = 300 } } }
    }
  }

  assert {
    condition     = aws_sagemaker_endpoint_configuration.this["endpoint"].production_variants[*].variant_name == tolist(["AllTraffic", "Challenger"]) && aws_sagemaker_endpoint_configuration.this["endpoint"].production_variants[*].initial_variant_weight == tolist([9, 1])
    error_message = "Nine of ten requests go to the first."
  }

  assert {
    condition     = aws_sagemaker_endpoint_configuration.this["endpoint"].production_variants[1].model_name == "challenger" && aws_sagemaker_endpoint_configuration.this["endpoint"].production_variants[1].instance_type == "ml.c7i.large"
    error_message = "The other has a model and instances of its own."
  }

  assert {
    condition     = keys(aws_appautoscaling_target.variant) == ["Challenger"] && aws_appautoscaling_target.variant["Challenger"].resource_id == "endpoint/bike-rental-test/variant/Challenger"
    error_message = "Only the other scales."
  }

  assert {
    condition     = output.variant_names == tolist(["AllTraffic", "Challenger"])
    error_message = "Both are answered."
  }
}

run "copies_requests_to_a_shadow" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances      = { type = "ml.m6i.large" }
    variant_weight = 2
    shadow_variant = { model_name = "next", sampling_percentage = 25, instances = { type = "ml.m6i.large" } }
  }

  assert {
    condition     = aws_sagemaker_endpoint_configuration.this["endpoint"].shadow_production_variants[0].variant_name == "Shadow" && aws_sagemaker_endpoint_configuration.this["endpoint"].shadow_production_variants[0].initial_variant_weight == 0.5
    error_message = "A quarter of the production variant's weight copies a quarter of the requests."
  }

  assert {
    condition     = length(aws_sagemaker_endpoint_configuration.this["endpoint"].production_variants) == 1 && output.variant_names == tolist(["AllTraffic"]) && output.shadow_variant_names == tolist(["Shadow"])
    error_message = "It is no production variant."
  }
}

run "queues_requests" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", autoscaling = { min = 0, max = 3, backlog_per_instance = 5, steps = { wake = { metric = "HasBacklogWithoutCapacity", threshold = 1, steps = [{ from = 0, change = 1 }] } } } }
    async = {
      output_s3_uri     = "s3://queue/out/"
      failure_s3_uri    = "s3://queue/failed"
      kms_key_arn       = "arn:aws:kms:eu-west-1:123456789012:key/1234"
      success_topic_arn = "arn:aws:sns:eu-west-1:123456789012:done"
      include_answer_in = ["SUCCESS_NOTIFICATION_TOPIC"]

      max_concurrent_invocations_per_instance = 4
    }
  }

  assert {
    condition     = aws_sagemaker_endpoint_configuration.this["endpoint"].async_inference_config[0].output_config[0].s3_output_path == "s3://queue/out/" && aws_sagemaker_endpoint_configuration.this["endpoint"].async_inference_config[0].output_config[0].kms_key_id == "arn:aws:kms:eu-west-1:123456789012:key/1234"
    error_message = "Answers go to S3, encrypted."
  }

  assert {
    condition     = aws_sagemaker_endpoint_configuration.this["endpoint"].async_inference_config[0].output_config[0].notification_config[0].success_topic == "arn:aws:sns:eu-west-1:123456789012:done" && aws_sagemaker_endpoint_configuration.this["endpoint"].async_inference_config[0].client_config[0].max_concurrent_invocations_per_instance == 4
    error_message = "The topic is told, and a container gets four at once."
  }

  assert {
    condition     = output.async_write_arns == tolist(["arn:aws:s3:::queue/out/*", "arn:aws:s3:::queue/failed/*"]) && output.async_topic_arns == tolist(["arn:aws:sns:eu-west-1:123456789012:done"])
    error_message = "What the role needs is answered."
  }

  assert {
    condition     = aws_appautoscaling_target.variant["AllTraffic"].min_capacity == 0 && one(aws_appautoscaling_policy.backlog["AllTraffic"].target_tracking_scaling_policy_configuration[0].customized_metric_specification[0].dimensions).value == "bike-rental-test"
    error_message = "The queue decides how many instances there are, from none."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.steps["AllTraffic/wake"].dimensions == tomap({ EndpointName = "bike-rental-test" })
    error_message = "The queue is the endpoint's, not the variant's."
  }
}

run "tags_everything" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", autoscaling = { max = 4, steps = { busy = { metric = "CPUUtilization", threshold = 70, steps = [{ from = 0, change = 1 }] } } } }
    tags      = { team = "bikes" }
  }

  assert {
    condition     = aws_sagemaker_endpoint_configuration.this["endpoint"].tags["team"] == "bikes" && aws_sagemaker_endpoint.this["endpoint"].tags["team"] == "bikes" && aws_cloudwatch_log_group.containers["endpoint"].tags["team"] == "bikes" && aws_appautoscaling_target.variant["AllTraffic"].tags["team"] == "bikes" && aws_cloudwatch_metric_alarm.steps["AllTraffic/busy"].tags["team"] == "bikes"
    error_message = "All that takes tags has them."
  }
}
