# Service level objectives, watched by how fast they eat what they allow in 30 days. Two windows each: the long one
# says that it matters, the short one that it still goes on, so that an alarm ends minutes after its cause.
# Windows and rates: Google, The Site Reliability Workbook, chapter 5 "Alerting on SLOs", table 5-8
# (2 % of the budget in an hour, 5 % in six hours, 10 % in three days): https://sre.google/workbook/alerting-on-slos/
# CloudWatch evaluates periods of an hour and more over up to seven days, shorter ones over one; each window here is
# one period, and slides: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
locals {
  burn_windows = {
    fast-1h     = { rate = 14.4, seconds = 3600 }
    fast-5m     = { rate = 14.4, seconds = 300 }
    slow-6h     = { rate = 6, seconds = 21600 }
    slow-30m    = { rate = 6, seconds = 1800 }
    creeping-3d = { rate = 1, seconds = 259200 }
    creeping-6h = { rate = 1, seconds = 21600 }
  }

  # Share of requests, in percent, that an objective allows to be bad.
  budgets = {
    for objective, percent in {
      availability = try(var.slo.availability_percent, null)
      latency      = try(var.slo.latency.percent, null)
    } : objective => 100 - percent if percent != null && var.api != null
  }

  slo_alarms = merge([
    for objective, budget in local.budgets : {
      for window, burn in local.burn_windows : "slo-${objective}-${window}" => merge(
        {
          window      = true
          limit       = 0
          description = "${objective == "availability" ? "5xx answers" : "Answers over ${try(var.slo.latency.threshold_ms, 0)} ms"} in ${split("-", window)[1]}: more than ${burn.rate} times the share that the objective of ${100 - budget} % allows."
          namespace   = "AWS/ApiGateway"
          dimensions  = { ApiName = var.api.name, Stage = var.api.stage_name }
          period      = burn.seconds
          periods     = 1
          bad_periods = 1
        },
        # Rounded, since 100 - 99.9 is not 0.1 in all digits.
        [for is_latency in [objective == "latency"] : {
          metric             = is_latency ? "Latency" : "5XXError"
          statistic          = is_latency ? null : "Average"                              # the share, as of 1
          extended_statistic = is_latency ? "PR(:${var.slo.latency.threshold_ms})" : null # the percentage within
          comparison         = is_latency ? "LessThanThreshold" : "GreaterThanThreshold"
          threshold          = tonumber(format("%.8f", is_latency ? 100 - burn.rate * budget : burn.rate * budget / 100))
        }][0],
      )
    }
  ]...)

  slo_page_rules   = { for objective, _ in local.budgets : objective => "(${local.burns[objective].fast}) OR (${local.burns[objective].slow})" }
  slo_ticket_rules = { for objective, _ in local.budgets : objective => local.burns[objective].creeping }

  burns = {
    for objective, _ in local.budgets : objective => {
      for speed in ["fast", "slow", "creeping"] : speed => join(" AND ", [
        for window in sort(keys(local.burn_windows)) : "ALARM(\"${aws_cloudwatch_metric_alarm.this["slo-${objective}-${window}"].alarm_name}\")"
        if startswith(window, speed)
      ])
    }
  }
}

resource "aws_cloudwatch_composite_alarm" "slo_page" {
  for_each = local.slo_page_rules

  alarm_name        = "${var.name}-slo-${each.key}-page"
  alarm_description = "The objective of ${each.key} will be missed within days: a month's allowance is used up 14 times too fast for an hour, or 6 times for six.${local.runbook_links["slo-${each.key}"]}"
  alarm_rule        = each.value
  alarm_actions     = var.page == null ? local.notify_actions : [] # else the alarm "down" tells
  ok_actions        = var.page == null ? local.notify_actions : []
  tags              = var.tags
}

resource "aws_cloudwatch_composite_alarm" "slo_ticket" {
  for_each = local.slo_ticket_rules

  alarm_name        = "${var.name}-slo-${each.key}-ticket"
  alarm_description = "The objective of ${each.key} will be missed this month: for three days, too many requests were bad.${local.runbook_links["slo-${each.key}"]}"
  alarm_rule        = each.value
  alarm_actions     = local.ticket_actions
  ok_actions        = local.ticket_actions
  tags              = var.tags
}
