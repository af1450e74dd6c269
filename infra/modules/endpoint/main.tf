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

  captures = var.data_capture == null ? {} : { capture = var.data_capture }

  production_variant_names = [var.variant_name]
  initial_counts           = { (var.variant_name) = try(var.instances.initial_count, null) }
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

  production_variants {
    variant_name           = var.variant_name
    model_name             = var.model_name
    instance_type          = try(var.instances.type, null)
    initial_instance_count = local.starting_counts[var.variant_name]

    container_startup_health_check_timeout_in_seconds = try(var.instances.startup_timeout_seconds, null)

    dynamic "serverless_config" {
      for_each = var.serverless == null ? {} : { serverless = var.serverless }

      content {
        memory_size_in_mb       = serverless_config.value.memory_mb
        max_concurrency         = serverless_config.value.max_concurrency
        provisioned_concurrency = serverless_config.value.provisioned_concurrency
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
