data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  made = var.existing_endpoint_name == null ? { endpoint = var.name } : {}

  endpoint_name      = coalesce(var.existing_endpoint_name, one(values(aws_sagemaker_endpoint.this)[*].name), var.name)
  configuration_name = one(values(aws_sagemaker_endpoint.this)[*].endpoint_config_name)
  log_group_name     = "/aws/sagemaker/Endpoints/${coalesce(var.existing_endpoint_name, var.name)}"

  # SageMaker writes names into ARNs in lower case.
  existing_endpoint_arn = join(":", [
    "arn", data.aws_partition.current.partition, "sagemaker", data.aws_region.current.id,
    data.aws_caller_identity.current.account_id, "endpoint/${lower(coalesce(var.existing_endpoint_name, "-"))}",
  ])
  endpoint_arn = var.existing_endpoint_name == null ? one(values(aws_sagemaker_endpoint.this)[*].arn) : local.existing_endpoint_arn

  # What an asynchronous endpoint's role may write and tell.
  async_topic_arns = compact(try([var.async.success_topic_arn, var.async.error_topic_arn], []))
  async_write_arns = [for uri in compact(try([var.async.output_s3_uri, var.async.failure_s3_uri], [])) : "arn:${data.aws_partition.current.partition}:s3:::${trimsuffix(trimprefix(uri, "s3://"), "/")}/*"]

  captures = var.data_capture == null ? {} : { capture = var.data_capture }
}

# Made here, so that it has a retention and the role needs no logs:CreateLogGroup.
resource "aws_cloudwatch_log_group" "containers" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts logs with its own key; a customer key is set by log.kms_key_arn
  #checkov:skip=CKV_AWS_338:log.retention_days decides; logs hold no values of clients, and a year of them costs more than it tells

  for_each = local.made

  name              = local.log_group_name
  retention_in_days = var.log.retention_days
  kms_key_id        = var.log.kms_key_arn
  tags              = var.tags
}

resource "aws_sagemaker_endpoint_configuration" "this" {
  for_each = local.made

  # Never the same name twice: the old configuration is deleted by name after the endpoint has left it.
  name_prefix = "${each.value}-"
  kms_key_arn = try(var.instances.kms_key_arn, null)
  tags        = var.tags

  dynamic "production_variants" {
    for_each = local.production_variants

    content {
      variant_name           = production_variants.value.name
      model_name             = production_variants.value.model_name
      initial_variant_weight = production_variants.value.weight
      instance_type          = try(production_variants.value.instances.type, null)
      initial_instance_count = local.starting_counts[production_variants.value.name]

      container_startup_health_check_timeout_in_seconds = try(production_variants.value.instances.startup_timeout_seconds, null)

      dynamic "serverless_config" {
        for_each = production_variants.value.serverless == null ? {} : { serverless = production_variants.value.serverless }

        content {
          memory_size_in_mb       = serverless_config.value.memory_mb
          max_concurrency         = serverless_config.value.max_concurrency
          provisioned_concurrency = serverless_config.value.provisioned_concurrency
        }
      }
    }
  }

  dynamic "shadow_production_variants" {
    for_each = local.shadow_variants

    content {
      variant_name           = shadow_production_variants.value.name
      model_name             = shadow_production_variants.value.model_name
      initial_variant_weight = shadow_production_variants.value.weight
      instance_type          = shadow_production_variants.value.instances.type
      initial_instance_count = shadow_production_variants.value.instances.initial_count

      container_startup_health_check_timeout_in_seconds = shadow_production_variants.value.instances.startup_timeout_seconds
    }
  }

  dynamic "async_inference_config" {
    for_each = var.async == null ? {} : { async = var.async }

    content {
      dynamic "client_config" {
        for_each = async_inference_config.value.max_concurrent_invocations_per_instance == null ? {} : { most = async_inference_config.value.max_concurrent_invocations_per_instance }

        content {
          max_concurrent_invocations_per_instance = client_config.value
        }
      }

      output_config {
        s3_output_path  = async_inference_config.value.output_s3_uri
        s3_failure_path = async_inference_config.value.failure_s3_uri
        kms_key_id      = async_inference_config.value.kms_key_arn

        dynamic "notification_config" {
          for_each = length(local.async_topic_arns) == 0 ? {} : { topics = async_inference_config.value }

          content {
            success_topic                 = notification_config.value.success_topic_arn
            error_topic                   = notification_config.value.error_topic_arn
            include_inference_response_in = notification_config.value.include_answer_in
          }
        }
      }
    }
  }

  dynamic "data_capture_config" {
    for_each = local.captures

    content {
      enable_capture              = true
      destination_s3_uri          = data_capture_config.value.destination_s3_uri
      initial_sampling_percentage = data_capture_config.value.sampling_percentage
      kms_key_id                  = data_capture_config.value.kms_key_arn

      dynamic "capture_options" {
        for_each = data_capture_config.value.modes

        content {
          capture_mode = capture_options.value
        }
      }

      capture_content_type_header {
        csv_content_types  = data_capture_config.value.csv_content_types
        json_content_types = data_capture_config.value.json_content_types
      }
    }
  }

  depends_on = [terraform_data.ready]

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_sagemaker_endpoint" "this" {
  for_each = local.made

  name                 = each.value
  endpoint_config_name = aws_sagemaker_endpoint_configuration.this[each.key].name
  tags                 = var.tags

  dynamic "deployment_config" {
    for_each = local.rollout

    content {
      dynamic "blue_green_update_policy" {
        for_each = local.blue_green

        content {
          termination_wait_in_seconds          = deployment_config.value.termination_wait_seconds
          maximum_execution_timeout_in_seconds = deployment_config.value.maximum_seconds

          traffic_routing_configuration {
            type                     = blue_green_update_policy.key
            wait_interval_in_seconds = blue_green_update_policy.value.wait_seconds

            dynamic "canary_size" {
              for_each = blue_green_update_policy.key == "CANARY" ? { size = blue_green_update_policy.value } : {}

              content {
                type  = canary_size.value.size_type
                value = canary_size.value.size
              }
            }

            dynamic "linear_step_size" {
              for_each = blue_green_update_policy.key == "LINEAR" ? { size = blue_green_update_policy.value } : {}

              content {
                type  = linear_step_size.value.size_type
                value = linear_step_size.value.size
              }
            }
          }
        }
      }

      dynamic "rolling_update_policy" {
        for_each = local.rolling

        content {
          maximum_execution_timeout_in_seconds = deployment_config.value.maximum_seconds
          wait_interval_in_seconds             = rolling_update_policy.value.wait_seconds

          maximum_batch_size {
            type  = rolling_update_policy.value.size_type
            value = rolling_update_policy.value.size
          }

          rollback_maximum_batch_size {
            type  = "CAPACITY_PERCENT"
            value = coalesce(rolling_update_policy.value.rollback_percent, 100)
          }
        }
      }

      auto_rollback_configuration {
        dynamic "alarms" {
          for_each = local.rollback_alarm_names

          content {
            alarm_name = alarms.value
          }
        }
      }
    }
  }

  # Not by reference in the alarms' names, which are plain: SageMaker wants alarms that exist.
  depends_on = [aws_cloudwatch_log_group.containers, aws_cloudwatch_metric_alarm.rollback]
}
