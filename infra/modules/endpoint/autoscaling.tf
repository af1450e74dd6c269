locals {
  autoscaling = { for variant, scaling in { (var.variant_name) = try(var.instances.autoscaling, null) } : variant => scaling if scaling != null }
}

resource "aws_appautoscaling_target" "variant" {
  for_each = local.autoscaling

  service_namespace  = "sagemaker"
  scalable_dimension = "sagemaker:variant:DesiredInstanceCount"
  resource_id        = "endpoint/${local.endpoint_name}/variant/${each.key}"
  min_capacity       = each.value.min
  max_capacity       = each.value.max
  tags               = var.tags
}

resource "aws_appautoscaling_policy" "invocations" {
  for_each = aws_appautoscaling_target.variant

  name               = "${var.name}-invocations-per-instance"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = each.value.service_namespace
  scalable_dimension = each.value.scalable_dimension
  resource_id        = each.value.resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = local.autoscaling[each.key].invocations_per_instance_per_minute
    scale_in_cooldown  = local.autoscaling[each.key].scale_in_cooldown_seconds
    scale_out_cooldown = local.autoscaling[each.key].scale_out_cooldown_seconds

    predefined_metric_specification {
      predefined_metric_type = "SageMakerVariantInvocationsPerInstance"
    }
  }
}
