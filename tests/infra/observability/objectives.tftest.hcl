provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "unused"
  secret_key                  = "unused"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

override_data {
  target = data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

variables {
  name     = "bike-rental-test"
  api      = { name = "bike-rental-test", stage_name = "beta" }
  function = { name = "bike-rental-test" }
  endpoint = { name = "bike-rental-test", variant_names = ["AllTraffic"] }
}

run "is_down_when_any_alarm_worth_a_page_is" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  assert {
    condition     = aws_cloudwatch_composite_alarm.down["down"].alarm_rule == join(" OR ", [for kind in ["api-5xx", "endpoint-5xx-AllTraffic", "endpoint-model-errors-AllTraffic", "function-errors", "function-throttles"] : "ALARM(\"bike-rental-test-${kind}\")"]) && output.composite_alarm_names == { down = "bike-rental-test-down" }
    error_message = "Five of the seven are worth a page."
  }

  assert {
    condition     = length(coalesce(aws_cloudwatch_composite_alarm.down["down"].alarm_actions, [])) == 0
    error_message = "Nobody is told unless asked for."
  }
}

run "pages_on_what_is_chosen" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    page_on = ["api-latency"]
  }

  assert {
    condition     = aws_cloudwatch_composite_alarm.down["down"].alarm_rule == "ALARM(\"bike-rental-test-api-latency\")"
    error_message = "One kind only."
  }
}

run "pages_on_nothing" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    page_on = []
  }

  assert {
    condition     = length(aws_cloudwatch_composite_alarm.down) == 0
    error_message = "Nothing is worth a page: no alarm."
  }
}

run "tells_one_page_once_and_the_rest_as_tickets" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    page   = { topic_arn = "arn:aws:sns:eu-west-1:123456789012:page" }
    ticket = { topic_arn = "arn:aws:sns:eu-west-1:123456789012:ticket" }
  }

  assert {
    condition     = aws_cloudwatch_composite_alarm.down["down"].alarm_actions == toset(["arn:aws:sns:eu-west-1:123456789012:page"]) && aws_cloudwatch_composite_alarm.down["down"].ok_actions == aws_cloudwatch_composite_alarm.down["down"].alarm_actions
    error_message = "The composite alarm pages."
  }

  assert {
    condition     = length(coalesce(aws_cloudwatch_metric_alarm.this["api-5xx"].alarm_actions, [])) == 0
    error_message = "What set it off says nothing by itself."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["api-latency"].alarm_actions == toset(["arn:aws:sns:eu-west-1:123456789012:ticket"])
    error_message = "The rest are tickets."
  }
}

run "tells_the_rest_to_notify_without_ticket" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    page   = { topic_arn = "arn:aws:sns:eu-west-1:123456789012:page" }
    notify = { topic_arn = "arn:aws:sns:eu-west-1:123456789012:all" }
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["api-latency"].alarm_actions == toset(["arn:aws:sns:eu-west-1:123456789012:all"]) && length(coalesce(aws_cloudwatch_metric_alarm.this["api-5xx"].alarm_actions, [])) == 0
    error_message = "notify stands in for ticket; pages go to page alone."
  }
}

run "makes_a_topic_for_each_target_and_one_key" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    notify = { emails = ["all@example.com"] }
    page   = { emails = ["oncall@example.com"] }
    ticket = { emails = ["team@example.com"] }
  }

  assert {
    condition     = { for target, topic in aws_sns_topic.alarms : target => topic.name } == { alarms = "bike-rental-test-alarms", page = "bike-rental-test-page", ticket = "bike-rental-test-ticket" } && length(aws_kms_key.alarms) == 1
    error_message = "Three topics, one key."
  }

  assert {
    condition     = toset(keys(aws_sns_topic_subscription.email)) == toset(["all@example.com", "page/oncall@example.com", "ticket/team@example.com"])
    error_message = "Each address at its topic."
  }
}

run "burns_budgets_over_two_windows" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    slo    = { availability_percent = 99.9, latency = { threshold_ms = 500, percent = 99 } }
    page   = { topic_arn = "arn:aws:sns:eu-west-1:123456789012:page" }
    notify = { topic_arn = "arn:aws:sns:eu-west-1:123456789012:all" }
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["slo-availability-fast-1h"].period == 3600 && aws_cloudwatch_metric_alarm.this["slo-availability-fast-1h"].evaluation_periods == 1 && aws_cloudwatch_metric_alarm.this["slo-availability-fast-1h"].threshold == 0.0144 && aws_cloudwatch_metric_alarm.this["slo-availability-fast-5m"].period == 300 && aws_cloudwatch_metric_alarm.this["slo-availability-fast-5m"].evaluation_periods == 1 && aws_cloudwatch_metric_alarm.this["slo-availability-fast-5m"].threshold == 0.0144 && aws_cloudwatch_metric_alarm.this["slo-availability-slow-6h"].period == 21600 && aws_cloudwatch_metric_alarm.this["slo-availability-slow-6h"].evaluation_periods == 1 && aws_cloudwatch_metric_alarm.this["slo-availability-slow-6h"].threshold == 0.006 && aws_cloudwatch_metric_alarm.this["slo-availability-slow-30m"].period == 1800 && aws_cloudwatch_metric_alarm.this["slo-availability-slow-30m"].evaluation_periods == 1 && aws_cloudwatch_metric_alarm.this["slo-availability-slow-30m"].threshold == 0.006 && aws_cloudwatch_metric_alarm.this["slo-availability-creeping-3d"].period == 259200 && aws_cloudwatch_metric_alarm.this["slo-availability-creeping-3d"].evaluation_periods == 1 && aws_cloudwatch_metric_alarm.this["slo-availability-creeping-3d"].threshold == 0.001 && aws_cloudwatch_metric_alarm.this["slo-availability-creeping-6h"].period == 21600 && aws_cloudwatch_metric_alarm.this["slo-availability-creeping-6h"].evaluation_periods == 1 && aws_cloudwatch_metric_alarm.this["slo-availability-creeping-6h"].threshold == 0.001
    error_message = "0.1 % times 14.4, 6 and 1."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["slo-availability-fast-1h"].metric_name == "5XXError" && aws_cloudwatch_metric_alarm.this["slo-availability-fast-1h"].statistic == "Average" && aws_cloudwatch_metric_alarm.this["slo-availability-fast-1h"].comparison_operator == "GreaterThanThreshold"
    error_message = "The share of 5xx."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["slo-latency-fast-1h"].metric_name == "Latency" && aws_cloudwatch_metric_alarm.this["slo-latency-fast-1h"].extended_statistic == "PR(:500)" && aws_cloudwatch_metric_alarm.this["slo-latency-fast-1h"].comparison_operator == "LessThanThreshold" && aws_cloudwatch_metric_alarm.this["slo-latency-fast-1h"].threshold == 85.6 && aws_cloudwatch_metric_alarm.this["slo-latency-creeping-3d"].threshold == 99
    error_message = "The percentage within 500 ms: 100 - 14.4 * 1."
  }

  assert {
    condition     = alltrue([for key, alarm in aws_cloudwatch_metric_alarm.this : length(coalesce(alarm.alarm_actions, [])) == 0 && alarm.period * alarm.evaluation_periods <= (alarm.period < 3600 ? 86400 : 604800) if startswith(key, "slo-")])
    error_message = "Windows say nothing by themselves, and CloudWatch takes them."
  }

  assert {
    condition     = aws_cloudwatch_composite_alarm.slo_page["availability"].alarm_rule == "(ALARM(\"bike-rental-test-slo-availability-fast-1h\") AND ALARM(\"bike-rental-test-slo-availability-fast-5m\")) OR (ALARM(\"bike-rental-test-slo-availability-slow-30m\") AND ALARM(\"bike-rental-test-slo-availability-slow-6h\"))"
    error_message = "Long and short window, fast or slow."
  }

  assert {
    condition     = aws_cloudwatch_composite_alarm.slo_ticket["latency"].alarm_rule == "ALARM(\"bike-rental-test-slo-latency-creeping-3d\") AND ALARM(\"bike-rental-test-slo-latency-creeping-6h\")"
    error_message = "Three days and six hours."
  }

  assert {
    condition     = endswith(aws_cloudwatch_composite_alarm.down["down"].alarm_rule, " OR ALARM(\"bike-rental-test-slo-availability-page\") OR ALARM(\"bike-rental-test-slo-latency-page\")")
    error_message = "Fast burns page with the rest."
  }

  assert {
    condition     = length(coalesce(aws_cloudwatch_composite_alarm.slo_page["availability"].alarm_actions, [])) == 0 && aws_cloudwatch_composite_alarm.slo_ticket["availability"].alarm_actions == toset(["arn:aws:sns:eu-west-1:123456789012:all"])
    error_message = "One page, one ticket."
  }

  assert {
    condition     = toset(keys(output.composite_alarm_names)) == toset(["down", "slo-availability-page", "slo-availability-ticket", "slo-latency-page", "slo-latency-ticket"])
    error_message = "Names by kind."
  }
}

run "links_each_alarm_to_its_section_of_the_runbook" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    runbook_url = "https://git.example.com/docs/runbook.md"
    slo         = { availability_percent = 99.9 }
  }

  assert {
    condition     = endswith(aws_cloudwatch_metric_alarm.this["api-5xx"].alarm_description, "are 5xx. https://git.example.com/docs/runbook.md#api-5xx") && endswith(aws_cloudwatch_metric_alarm.this["endpoint-5xx-AllTraffic"].alarm_description, "#endpoint-5xx")
    error_message = "By kind: a variant has no section of its own."
  }

  assert {
    condition     = endswith(aws_cloudwatch_composite_alarm.down["down"].alarm_description, "#down") && endswith(aws_cloudwatch_composite_alarm.slo_page["availability"].alarm_description, "#slo-availability") && endswith(aws_cloudwatch_metric_alarm.this["slo-availability-fast-1h"].alarm_description, "#slo-availability")
    error_message = "Composite alarms and the windows of an objective, too."
  }
}

run "burns_one_budget_alone" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    slo    = { latency = { threshold_ms = 500, percent = 99 } }
    notify = { topic_arn = "arn:aws:sns:eu-west-1:123456789012:all" }
  }

  assert {
    condition     = length([for key in keys(output.alarm_names) : key if startswith(key, "slo-latency-")]) == 6 && length([for key in keys(output.alarm_names) : key if startswith(key, "slo-availability-")]) == 0
    error_message = "Only the objective that is given."
  }

  assert {
    condition     = aws_cloudwatch_composite_alarm.slo_page["latency"].alarm_actions == toset(["arn:aws:sns:eu-west-1:123456789012:all"])
    error_message = "Without page, notify hears of it."
  }
}
