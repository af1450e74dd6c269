locals {
  api_alarms = var.api == null ? {} : {
    api-5xx = {
      description = "More than ${var.thresholds.api_5xx_percent} % of the API's answers are 5xx."
      namespace   = "AWS/ApiGateway"
      metric      = "5XXError"
      dimensions  = { ApiName = var.api.name, Stage = var.api.stage_name }
      statistic   = "Average" # of 0 and 1 a request: the share
      threshold   = var.thresholds.api_5xx_percent / 100
    }
    api-latency = {
      description = "The slowest 1 % of the API's answers take more than ${var.thresholds.api_latency_p99_ms} ms."
      namespace   = "AWS/ApiGateway"
      metric      = "Latency"
      dimensions  = { ApiName = var.api.name, Stage = var.api.stage_name }
      statistic   = "p99"
      threshold   = var.thresholds.api_latency_p99_ms
    }
  }

  function_alarms = var.function == null ? {} : {
    function-errors = {
      description = "The function crashes or times out: more than ${var.thresholds.function_errors} a minute."
      namespace   = "AWS/Lambda"
      metric      = "Errors"
      dimensions  = { FunctionName = var.function.name, Resource = "${var.function.name}:${var.function.alias_name}" }
      statistic   = "Sum"
      threshold   = var.thresholds.function_errors
    }
    function-throttles = {
      description = "Lambda refuses invocations for want of concurrency: more than ${var.thresholds.function_throttles} a minute."
      namespace   = "AWS/Lambda"
      metric      = "Throttles"
      dimensions  = { FunctionName = var.function.name }
      statistic   = "Sum"
      threshold   = var.thresholds.function_throttles
    }
  }

  endpoint_metrics = {
    endpoint-5xx = {
      description = "SageMaker answers 5xx: more than ${var.thresholds.endpoint_5xx_errors} a minute."
      metric      = "Invocation5XXErrors"
      statistic   = "Sum"
      threshold   = var.thresholds.endpoint_5xx_errors
    }
    endpoint-model-errors = {
      description = "The container fails requests: more than ${var.thresholds.endpoint_model_errors} a minute."
      metric      = "InvocationModelErrors"
      statistic   = "Sum"
      threshold   = var.thresholds.endpoint_model_errors
    }
    endpoint-latency = {
      description = "The slowest 1 % of the container's answers take more than ${var.thresholds.endpoint_latency_p99_ms} ms."
      metric      = "ModelLatency"
      statistic   = "p99"
      threshold   = var.thresholds.endpoint_latency_p99_ms * 1000 # the metric is in microseconds
    }
  }

  endpoint_alarms = merge([
    for variant in try(var.endpoint.variant_names, []) : {
      for kind, alarm in local.endpoint_metrics : "${kind}-${variant}" => merge(alarm, {
        kind       = kind
        namespace  = "AWS/SageMaker"
        dimensions = { EndpointName = var.endpoint.name, VariantName = variant }
      })
    }
  ]...)

  alarms = {
    for key, alarm in merge(local.api_alarms, local.function_alarms, local.endpoint_alarms) : key => alarm
    if !contains(var.disabled_alarms, try(alarm.kind, key))
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = startswith(each.value.statistic, "p") ? null : each.value.statistic
  extended_statistic  = startswith(each.value.statistic, "p") ? each.value.statistic : null
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  period              = 60
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  treat_missing_data  = "notBreaching" # no traffic, no data
  alarm_actions       = local.actions
  ok_actions          = local.actions
  tags                = var.tags
}
