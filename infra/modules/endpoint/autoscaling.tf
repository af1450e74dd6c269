locals {
  # Composed, not read from the targets, which are of two resources.
  targets = {
    for variant, scaling in merge(local.autoscaling, local.serverless_autoscaling) : variant => {
      service_namespace  = "sagemaker"
      scalable_dimension = "sagemaker:variant:${contains(keys(local.autoscaling), variant) ? "DesiredInstanceCount" : "DesiredProvisionedConcurrency"}"
      resource_id        = "endpoint/${local.endpoint_name}/variant/${variant}"
      min                = scaling.min
      max                = scaling.max
      scheduled          = length(scaling.schedules) > 0
      instance_type      = local.instance_types[variant]
    }
  }

  schedules = merge([
    for variant, scaling in merge(local.autoscaling, local.serverless_autoscaling) :
    { for name, schedule in scaling.schedules : "${variant}/${name}" => merge(schedule, { variant = variant, name = name }) }
  ]...)
}

# A scheduled action moves the bounds of its target for good, which is no drift; `ignore_changes` takes no condition, so
# targets with schedules are a resource of their own. Bounds that the configuration changes make such a target anew, and
# what hangs on it too, since AWS deletes that with the target: a trigger for each, as triggers take no other key than
# each.key. They also stand between the two resources, so that one's target is gone before the other's is made.
# UpdateEndpoint refuses another instance type for a variant that is a target, so that makes targets anew as well:
# Terraform destroys what depends on the endpoint before it updates the endpoint, and creates it after.
# https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-scaling-update.html
resource "terraform_data" "scaling" {
  for_each = merge(local.targets, { for key, part in merge(local.steps, local.schedules) : key => local.targets[part.variant] })

  triggers_replace = "${each.value.instance_type}, ${each.value.scheduled ? "from ${each.value.min} to ${each.value.max}" : "unscheduled"}"
}

resource "aws_appautoscaling_target" "variant" {
  for_each = { for variant, target in local.targets : variant => target if !target.scheduled }

  service_namespace  = each.value.service_namespace
  scalable_dimension = each.value.scalable_dimension
  resource_id        = each.value.resource_id
  min_capacity       = each.value.min
  max_capacity       = each.value.max
  tags               = var.tags

  lifecycle {
    replace_triggered_by = [terraform_data.scaling[each.key]]
  }
}

resource "aws_appautoscaling_target" "scheduled" {
  for_each = { for variant, target in local.targets : variant => target if target.scheduled }

  service_namespace  = each.value.service_namespace
  scalable_dimension = each.value.scalable_dimension
  resource_id        = each.value.resource_id
  min_capacity       = each.value.min
  max_capacity       = each.value.max
  tags               = var.tags

  lifecycle {
    ignore_changes       = [min_capacity, max_capacity]
    replace_triggered_by = [terraform_data.scaling[each.key]]
  }
}

resource "aws_appautoscaling_policy" "invocations" {
  for_each = { for variant, scaling in local.autoscaling : variant => scaling if scaling.invocations_per_instance_per_minute != null }

  name               = "${var.name}-invocations-per-instance"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = local.targets[each.key].service_namespace
  scalable_dimension = local.targets[each.key].scalable_dimension
  resource_id        = local.targets[each.key].resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = each.value.invocations_per_instance_per_minute
    scale_in_cooldown  = each.value.scale_in_cooldown_seconds
    scale_out_cooldown = each.value.scale_out_cooldown_seconds
    disable_scale_in   = each.value.disable_scale_in

    predefined_metric_specification {
      predefined_metric_type = "SageMakerVariantInvocationsPerInstance"
    }
  }

  lifecycle {
    replace_triggered_by = [terraform_data.scaling[each.key]]
  }

  depends_on = [aws_appautoscaling_target.variant, aws_appautoscaling_target.scheduled]
}

resource "aws_appautoscaling_policy" "backlog" {
  for_each = { for variant, scaling in local.autoscaling : variant => scaling if scaling.backlog_per_instance != null }

  name               = "${var.name}-backlog-per-instance"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = local.targets[each.key].service_namespace
  scalable_dimension = local.targets[each.key].scalable_dimension
  resource_id        = local.targets[each.key].resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = each.value.backlog_per_instance
    scale_in_cooldown  = each.value.scale_in_cooldown_seconds
    scale_out_cooldown = each.value.scale_out_cooldown_seconds
    disable_scale_in   = each.value.disable_scale_in

    customized_metric_specification {
      namespace   = local.step_metrics["ApproximateBacklogSizePerInstance"].namespace
      metric_name = "ApproximateBacklogSizePerInstance"
      statistic   = local.step_metrics["ApproximateBacklogSizePerInstance"].statistic

      dimensions {
        name  = "EndpointName"
        value = local.endpoint_name
      }
    }
  }

  lifecycle {
    replace_triggered_by = [terraform_data.scaling[each.key]]
  }

  depends_on = [aws_appautoscaling_target.variant, aws_appautoscaling_target.scheduled]
}

resource "aws_appautoscaling_policy" "provisioned_concurrency" {
  for_each = local.serverless_autoscaling

  name               = "${var.name}-provisioned-concurrency"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = local.targets[each.key].service_namespace
  scalable_dimension = local.targets[each.key].scalable_dimension
  resource_id        = local.targets[each.key].resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = each.value.utilization
    scale_in_cooldown  = each.value.scale_in_cooldown_seconds
    scale_out_cooldown = each.value.scale_out_cooldown_seconds
    disable_scale_in   = each.value.disable_scale_in

    predefined_metric_specification {
      predefined_metric_type = "SageMakerVariantProvisionedConcurrencyUtilization"
    }
  }

  lifecycle {
    replace_triggered_by = [terraform_data.scaling[each.key]]
  }

  depends_on = [aws_appautoscaling_target.variant, aws_appautoscaling_target.scheduled]
}

resource "aws_appautoscaling_scheduled_action" "this" {
  for_each = local.schedules

  name               = "${var.name}-${each.value.name}"
  service_namespace  = local.targets[each.value.variant].service_namespace
  scalable_dimension = local.targets[each.value.variant].scalable_dimension
  resource_id        = local.targets[each.value.variant].resource_id
  schedule           = each.value.schedule
  timezone           = each.value.timezone

  scalable_target_action {
    min_capacity = each.value.min
    max_capacity = each.value.max
  }

  lifecycle {
    replace_triggered_by = [terraform_data.scaling[each.key]]
  }

  depends_on = [aws_appautoscaling_target.variant, aws_appautoscaling_target.scheduled]
}
