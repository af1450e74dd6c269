locals {
  # Where CloudWatch has a metric, and which statistic of it says how busy the instances are.
  step_metrics = {
    InvocationsPerInstance            = { namespace = "AWS/SageMaker", statistic = "Sum", by_variant = true }
    ModelLatency                      = { namespace = "AWS/SageMaker", statistic = "Average", by_variant = true }
    CPUUtilization                    = { namespace = "/aws/sagemaker/Endpoints", statistic = "Average", by_variant = true }
    MemoryUtilization                 = { namespace = "/aws/sagemaker/Endpoints", statistic = "Average", by_variant = true }
    DiskUtilization                   = { namespace = "/aws/sagemaker/Endpoints", statistic = "Average", by_variant = true }
    GPUUtilization                    = { namespace = "/aws/sagemaker/Endpoints", statistic = "Average", by_variant = true }
    GPUMemoryUtilization              = { namespace = "/aws/sagemaker/Endpoints", statistic = "Average", by_variant = true }
    ApproximateBacklogSizePerInstance = { namespace = "AWS/SageMaker", statistic = "Average", by_variant = false }
    HasBacklogWithoutCapacity         = { namespace = "AWS/SageMaker", statistic = "Average", by_variant = false }
  }

  steps = merge([
    for variant, scaling in local.autoscaling :
    { for name, policy in scaling.steps : "${variant}/${name}" => merge(policy, { variant = variant, name = name }) }
  ]...)
}

resource "aws_appautoscaling_policy" "steps" {
  for_each = local.steps

  name               = "${var.name}-${each.value.name}"
  policy_type        = "StepScaling"
  service_namespace  = local.targets[each.value.variant].service_namespace
  scalable_dimension = local.targets[each.value.variant].scalable_dimension
  resource_id        = local.targets[each.value.variant].resource_id

  step_scaling_policy_configuration {
    adjustment_type          = each.value.adjustment
    min_adjustment_magnitude = each.value.minimum_change
    cooldown                 = each.value.cooldown_seconds
    metric_aggregation_type  = "Average"

    dynamic "step_adjustment" {
      for_each = each.value.steps

      content {
        metric_interval_lower_bound = step_adjustment.value.from
        metric_interval_upper_bound = step_adjustment.value.to
        scaling_adjustment          = step_adjustment.value.change
      }
    }
  }

  lifecycle {
    replace_triggered_by = [terraform_data.scaling[each.key]]
  }

  depends_on = [aws_appautoscaling_target.variant, aws_appautoscaling_target.scheduled]
}

resource "aws_cloudwatch_metric_alarm" "steps" {
  for_each = local.steps

  alarm_name          = "${var.name}-${each.value.variant}-${each.value.name}"
  alarm_description   = "Changes the number of instances of variant ${each.value.variant}: nobody needs to act on it."
  namespace           = local.step_metrics[each.value.metric].namespace
  metric_name         = each.value.metric
  statistic           = local.step_metrics[each.value.metric].statistic
  dimensions          = merge({ EndpointName = local.endpoint_name }, local.step_metrics[each.value.metric].by_variant ? { VariantName = each.value.variant } : {})
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  period              = each.value.period_seconds
  evaluation_periods  = each.value.evaluation_periods
  treat_missing_data  = "missing" # no traffic is no reason to change the count
  alarm_actions       = [aws_appautoscaling_policy.steps[each.key].arn]
  tags                = var.tags
}
