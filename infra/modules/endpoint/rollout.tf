locals {
  rollout = var.rollout == null ? {} : { rollout = var.rollout }

  # Under SageMaker's names. A size is a share of the capacity or a number of instances.
  sized = {
    for kind, way in { CANARY = try(var.rollout.canary, null), LINEAR = try(var.rollout.linear, null), ROLLING = try(var.rollout.rolling, null) } : kind => merge(way, {
      size_type = way.percent == null ? "INSTANCE_COUNT" : "CAPACITY_PERCENT"
      size      = way.percent == null ? way.instances : way.percent
    }) if way != null
  }
  rolling    = { for kind, way in local.sized : kind => way if kind == "ROLLING" }
  blue_green = length(local.sized) == 0 ? { ALL_AT_ONCE = { wait_seconds = 0 } } : { for kind, way in local.sized : kind => way if kind != "ROLLING" }

  # At any time, of any variant; and in one step, 0 without steps.
  fewest_instances = min(concat([10000], flatten([
    for variant in local.production_variants : concat(
      [variant.instances.initial_count], try([variant.instances.autoscaling.min], []),
      try([for schedule in values(variant.instances.autoscaling.schedules) : schedule.min if schedule.min != null], [])
    ) if variant.instances != null
  ]))...)
  step_instances = max(concat([0], [for way in values(local.sized) : coalesce(way.instances, 1)])...)

  # One minute decides, where the observability module's alarms take three of five: a roll-out is short.
  rollback_metrics = var.rollout == null ? {} : {
    for kind, alarm in {
      server-errors = {
        description = "An update is rolled back: more than ${var.rollout.alarms.server_errors_per_minute} answers a minute are 5xx."
        metric      = "Invocation5XXErrors"
        statistic   = "Sum"
        threshold   = var.rollout.alarms.server_errors_per_minute
      }
      latency = {
        description = "An update is rolled back: the slowest 1 % of the answers take more than ${coalesce(var.rollout.alarms.latency_p99_ms, 0)} ms."
        metric      = "ModelLatency"
        statistic   = "p99"
        threshold   = coalesce(var.rollout.alarms.latency_p99_ms, 0) * 1000 # the metric is in microseconds
      }
    } : kind => alarm if kind != "latency" || var.rollout.alarms.latency_p99_ms != null
  }

  rollback_alarms = merge([
    for variant in local.production_variant_names : {
      for kind, alarm in local.rollback_metrics : "${kind}-${variant}" => merge(alarm, { kind = kind, name = "${local.rollback_prefix}${kind}-${variant}", variant = variant })
    }
  ]...)
  rollback_alarm_names = toset(concat([for alarm in local.rollback_alarms : alarm.name], tolist(try(var.rollout.alarm_names, []))))

  # By their prefix, for the role: variants name models, and models need the role.
  rollback_prefix = "${var.name}-rollback-"
  rollback_alarm_arns = [
    for name in var.rollout == null ? [] : concat(["${local.rollback_prefix}*"], tolist(var.rollout.alarm_names)) :
    "arn:${data.aws_partition.current.partition}:cloudwatch:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:alarm:${name}"
  ]
}

resource "aws_cloudwatch_metric_alarm" "rollback" {
  for_each = local.rollback_alarms

  alarm_name          = each.value.name
  alarm_description   = "${each.value.description}${var.runbook_url == null ? "" : " ${var.runbook_url}#rollback-${each.value.kind}"}"
  namespace           = "AWS/SageMaker"
  metric_name         = each.value.metric
  dimensions          = { EndpointName = var.name, VariantName = each.value.variant }
  statistic           = startswith(each.value.statistic, "p") ? null : each.value.statistic
  extended_statistic  = startswith(each.value.statistic, "p") ? each.value.statistic : null
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  period              = 60
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching" # no traffic, no data
  tags                = var.tags
}

# Before each new configuration, which depends on it: what `verify` needs is missed now rather than after an update, and
# an update that is still under way, from an apply that was interrupted, is waited for.
resource "terraform_data" "ready" {
  for_each = local.made

  triggers_replace = local.configuration_inputs

  provisioner "local-exec" {
    interpreter = [var.apply_steps.python, "-B", "${path.module}/../apply_steps/check_ready.py"]
    command     = "check"
    environment = merge(local.step_environment, {
      ENDPOINT_NAME         = each.value
      READY_TIMEOUT_SECONDS = var.apply_steps.timeout_seconds
    })
  }

  # No validation: one that looks at both rollout and further_variants, which name models, makes a cycle in model_api.
  lifecycle {
    precondition {
      condition     = local.fewest_instances >= local.step_instances * 2
      error_message = "SageMaker moves half of a variant's instances at most in one step of rollout.canary, linear or rolling, so let each variant have at least ${local.step_instances * 2}: as initial_count, and as min of autoscaling and its schedules. Without a step (rollout = {}), one is enough."
    }
  }
}

# SageMaker rolls a failed update back and the provider takes the end of that for success
# (hashicorp/terraform-provider-aws #46663, #48997). This fails instead, and as long as it does, Terraform destroys
# neither the old configuration nor the old model: they wait for everything that refers to the new one.
resource "terraform_data" "verify" {
  for_each = local.made

  triggers_replace = [aws_sagemaker_endpoint_configuration.this[each.key].name]

  provisioner "local-exec" {
    interpreter = [var.apply_steps.python, "-B", "${path.module}/../apply_steps/verify_endpoint.py"]
    command     = "verify"
    environment = merge(local.step_environment, {
      ENDPOINT_NAME          = aws_sagemaker_endpoint.this[each.key].name
      CONFIGURATION_NAME     = aws_sagemaker_endpoint_configuration.this[each.key].name
      VERIFY_TIMEOUT_SECONDS = var.apply_steps.timeout_seconds
    })
  }

  # Not created before destroyed: that would spread to the endpoint, and a Failed one could never be replaced.
  lifecycle {
    replace_triggered_by = [aws_sagemaker_endpoint.this[each.key].endpoint_config_name] # also when only the endpoint is put right

    precondition {
      condition     = length(local.rollback_alarm_names) <= 10
      error_message = "SageMaker watches ten alarms at most: with ${length(local.production_variant_names)} variants give fewer rollout.alarm_names, or leave out rollout.alarms.latency_p99_ms."
    }
  }
}

locals {
  step_environment = merge(var.apply_steps.environment, {
    AWS_REGION       = data.aws_region.current.id
    EXPECTED_ACCOUNT = data.aws_caller_identity.current.account_id
    ASSUME_ROLE_ARN  = var.apply_steps.assume_role_arn == null ? "" : var.apply_steps.assume_role_arn
  })
}
