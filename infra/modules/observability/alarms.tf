locals {
  # -1 is off: a null could stand neither in a description nor in a sum.
  limits = { for name, value in var.thresholds : name => value == null ? -1 : value }

  apis      = var.api == null ? [] : [var.api]
  functions = var.function == null ? [] : [var.function]
  variants  = try(var.endpoint.variant_names, [])

  alarms = {
    for key, alarm in merge(local.api_alarms, local.function_alarms, local.endpoint_alarms, local.slo_alarms) : key => alarm
    if alarm.limit >= 0 && !contains(var.disabled_alarms, try(alarm.kind, key))
  }

  page_keys = sort([for key, alarm in local.alarms : key if contains(var.page_on, try(alarm.kind, key))])

  # What is worth a page is told once, by the composite alarm, if there is someone to page. Windows of an objective
  # say nothing by themselves: see slo.tf.
  actions = {
    for key, alarm in local.alarms : key => (
      try(alarm.window, false) ? [] :
      !contains(local.page_keys, key) ? local.ticket_actions :
      var.page == null ? local.notify_actions : []
    )
  }
}

locals {
  # A section for each kind; the windows of an objective share one.
  runbook_links = {
    for key in concat(keys(local.alarms), ["down"], [for objective, _ in local.budgets : "slo-${objective}"]) :
    key => var.runbook_url == null ? "" : " ${var.runbook_url}#${try(regex("^slo-[a-z]+", key), local.alarms[key].kind, key)}"
  }

  composites = merge(
    aws_cloudwatch_composite_alarm.down,
    { for objective, alarm in aws_cloudwatch_composite_alarm.slo_page : "slo-${objective}-page" => alarm },
    { for objective, alarm in aws_cloudwatch_composite_alarm.slo_ticket : "slo-${objective}-ticket" => alarm },
  )
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.description}${local.runbook_links[each.key]}"
  namespace           = try(each.value.namespace, null)
  metric_name         = try(each.value.metric, null)
  dimensions          = try(each.value.dimensions, null)
  statistic           = try(each.value.statistic, null)
  extended_statistic  = try(each.value.extended_statistic, null)
  period              = can(each.value.queries) ? null : try(each.value.period, 60)
  comparison_operator = try(each.value.comparison, "GreaterThanThreshold")
  threshold           = try(each.value.threshold, null)
  threshold_metric_id = try(each.value.threshold_metric_id, null)
  evaluation_periods  = try(each.value.periods, 5)
  datapoints_to_alarm = try(each.value.bad_periods, 3)
  treat_missing_data  = try(each.value.missing, "notBreaching") # no traffic, no data
  alarm_actions       = local.actions[each.key]
  ok_actions          = local.actions[each.key]
  tags                = var.tags

  dynamic "metric_query" {
    for_each = try(each.value.queries, [])

    content {
      id          = metric_query.value.id
      expression  = try(metric_query.value.expression, null)
      label       = try(metric_query.value.label, null)
      return_data = try(metric_query.value.return_data, false)

      dynamic "metric" {
        for_each = can(metric_query.value.metric) ? [metric_query.value] : []

        content {
          namespace   = metric.value.namespace
          metric_name = metric.value.metric
          dimensions  = metric.value.dimensions
          stat        = metric.value.statistic
          period      = 60
        }
      }
    }
  }
}

# "The API is down or wrong": what someone gets up for, in one message instead of one an alarm.
resource "aws_cloudwatch_composite_alarm" "down" {
  for_each = length(local.page_keys) + length(local.slo_page_rules) > 0 ? { down = local.page_keys } : {}

  alarm_name        = "${var.name}-${each.key}"
  alarm_description = "The API is down or wrong: any alarm that is worth a page.${local.runbook_links[each.key]}"
  alarm_rule = join(" OR ", concat(
    [for key in each.value : "ALARM(\"${aws_cloudwatch_metric_alarm.this[key].alarm_name}\")"],
    [for alarm in aws_cloudwatch_composite_alarm.slo_page : "ALARM(\"${alarm.alarm_name}\")"],
  ))
  alarm_actions = local.page_actions
  ok_actions    = local.page_actions
  tags          = var.tags
}
