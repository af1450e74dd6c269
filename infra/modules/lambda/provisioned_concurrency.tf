# Three ways to provide sandboxes that are started ahead: a fixed number, a number that follows utilization, and one whose
# bounds a schedule moves. What AWS moves, Terraform must not move back, and `ignore_changes` takes no condition: so each
# way has its own resource.
locals {
  provisioned = var.provisioned_concurrency == null ? {} : { live = var.provisioned_concurrency }
  provisioned_way = one([
    for setting in values(local.provisioned) :
    setting.autoscaling == null ? "fixed" : length(setting.autoscaling.schedules) == 0 ? "tracked" : "scheduled"
  ])

  scaled    = { for way, setting in { (coalesce(local.provisioned_way, "none")) = var.provisioned_concurrency } : way => setting if contains(["tracked", "scheduled"], way) }
  schedules = try(var.provisioned_concurrency.autoscaling.schedules, {})

  scalable = {
    service_namespace  = "lambda"
    scalable_dimension = "lambda:function:ProvisionedConcurrency"
    resource_id        = "function:${var.name}:${aws_lambda_alias.live.name}"
  }
}

# Stands between the ways: the old one is gone before the new one is made, or its deletion would take the new one along.
# Bounds that the configuration changes, and not a schedule, make a scheduled target anew, with what hangs on it.
resource "terraform_data" "provisioned_way" {
  for_each = local.provisioned

  triggers_replace = local.provisioned_way == "scheduled" ? "scheduled from ${each.value.count} to ${each.value.autoscaling.max}" : local.provisioned_way
}

resource "aws_lambda_provisioned_concurrency_config" "fixed" {
  for_each = local.provisioned_way == "fixed" ? local.provisioned : {}

  function_name                     = aws_lambda_function.this.function_name
  qualifier                         = aws_lambda_alias.live.name
  provisioned_concurrent_executions = each.value.count

  depends_on = [terraform_data.provisioned_way]
}

# Autoscaling asks for a number to start from.
resource "aws_lambda_provisioned_concurrency_config" "scaled" {
  for_each = local.scaled

  function_name                     = aws_lambda_function.this.function_name
  qualifier                         = aws_lambda_alias.live.name
  provisioned_concurrent_executions = each.value.count

  lifecycle {
    ignore_changes = [provisioned_concurrent_executions]
  }

  depends_on = [terraform_data.provisioned_way]
}

resource "aws_appautoscaling_target" "tracked" {
  for_each = { for way, setting in local.scaled : way => setting if way == "tracked" }

  service_namespace  = local.scalable.service_namespace
  scalable_dimension = local.scalable.scalable_dimension
  resource_id        = local.scalable.resource_id
  min_capacity       = each.value.count
  max_capacity       = each.value.autoscaling.max
  tags               = var.tags

  depends_on = [aws_lambda_provisioned_concurrency_config.scaled]
}

# A scheduled action moves these bounds for good.
resource "aws_appautoscaling_target" "scheduled" {
  for_each = { for way, setting in local.scaled : way => setting if way == "scheduled" }

  service_namespace  = local.scalable.service_namespace
  scalable_dimension = local.scalable.scalable_dimension
  resource_id        = local.scalable.resource_id
  min_capacity       = each.value.count
  max_capacity       = each.value.autoscaling.max
  tags               = var.tags

  lifecycle {
    ignore_changes       = [min_capacity, max_capacity]
    replace_triggered_by = [terraform_data.provisioned_way["live"]]
  }

  depends_on = [aws_lambda_provisioned_concurrency_config.scaled]
}

# By way, since AWS deletes a policy with its target.
resource "aws_appautoscaling_policy" "utilization" {
  for_each = local.scaled

  name               = "${var.name}-provisioned-concurrency"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = local.scalable.service_namespace
  scalable_dimension = local.scalable.scalable_dimension
  resource_id        = local.scalable.resource_id

  target_tracking_scaling_policy_configuration {
    target_value       = each.value.autoscaling.utilization
    scale_in_cooldown  = each.value.autoscaling.scale_in_cooldown_seconds
    scale_out_cooldown = each.value.autoscaling.scale_out_cooldown_seconds

    predefined_metric_specification {
      predefined_metric_type = "LambdaProvisionedConcurrencyUtilization"
    }
  }

  lifecycle {
    replace_triggered_by = [terraform_data.provisioned_way["live"]]
  }

  depends_on = [aws_appautoscaling_target.tracked, aws_appautoscaling_target.scheduled]
}

resource "aws_appautoscaling_scheduled_action" "bounds" {
  for_each = local.schedules

  name               = "${var.name}-${each.key}"
  service_namespace  = local.scalable.service_namespace
  scalable_dimension = local.scalable.scalable_dimension
  resource_id        = local.scalable.resource_id
  schedule           = each.value.schedule
  timezone           = each.value.timezone

  scalable_target_action {
    min_capacity = each.value.min
    max_capacity = each.value.max
  }

  lifecycle {
    replace_triggered_by = [terraform_data.provisioned_way["live"]]
  }

  depends_on = [aws_appautoscaling_target.scheduled]
}
