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

run "watches_api_function_and_endpoint" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  assert {
    condition     = output.alarm_names == { for key in ["api-5xx", "api-latency", "function-errors", "function-throttles", "endpoint-5xx-AllTraffic", "endpoint-model-errors-AllTraffic", "endpoint-latency-AllTraffic"] : key => "bike-rental-test-${key}" }
    error_message = "Seven alarms, named after the stack."
  }

  assert {
    condition     = alltrue([for alarm in values(aws_cloudwatch_metric_alarm.this) : alarm.treat_missing_data == "notBreaching" && length(coalesce(alarm.alarm_actions, [])) == 0])
    error_message = "No traffic is no alarm, and nobody is told unless asked for."
  }
}

run "sets_thresholds_in_the_metrics_units" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    thresholds = { api_5xx_percent = 5, endpoint_latency_p99_ms = 250 }
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["api-5xx"].threshold == 0.05 && aws_cloudwatch_metric_alarm.this["api-5xx"].statistic == "Average"
    error_message = "The metric's average is a share of 1."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["endpoint-latency-AllTraffic"].threshold == 250000 && aws_cloudwatch_metric_alarm.this["endpoint-latency-AllTraffic"].extended_statistic == "p99"
    error_message = "ModelLatency is in microseconds."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["api-latency"].threshold == 3000 && aws_cloudwatch_metric_alarm.this["function-errors"].threshold == 0
    error_message = "What is not given keeps its default."
  }
}

run "watches_each_variant" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    endpoint = { name = "bike-rental-test", variant_names = ["champion", "challenger"] }
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["endpoint-5xx-challenger"].dimensions == tomap({ EndpointName = "bike-rental-test", VariantName = "challenger" })
    error_message = "SageMaker keeps metrics by variant."
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.this) == 10
    error_message = "Four alarms of API and function, three of each variant."
  }
}

run "leaves_alarms_out" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    disabled_alarms = ["api-latency", "endpoint-latency"]
  }

  assert {
    condition     = toset(keys(aws_cloudwatch_metric_alarm.this)) == toset(["api-5xx", "function-errors", "function-throttles", "endpoint-5xx-AllTraffic", "endpoint-model-errors-AllTraffic"])
    error_message = "Disabled alarms are not made, for no variant."
  }
}

run "watches_only_what_there_is" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    api      = null
    endpoint = null
  }

  assert {
    condition     = toset(keys(aws_cloudwatch_metric_alarm.this)) == toset(["function-errors", "function-throttles"])
    error_message = "No API and no endpoint, no alarms of theirs."
  }
}

run "tells_an_existing_topic" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    notify = { topic_arn = "arn:aws:sns:eu-west-1:123456789012:oncall" }
  }

  assert {
    condition     = alltrue([for alarm in values(aws_cloudwatch_metric_alarm.this) : alarm.alarm_actions == toset(["arn:aws:sns:eu-west-1:123456789012:oncall"]) && alarm.ok_actions == alarm.alarm_actions])
    error_message = "Both the alarm and its end are told."
  }

  assert {
    condition     = length(aws_sns_topic.alarms) == 0 && length(aws_kms_key.alarms) == 0
    error_message = "No topic of our own then."
  }
}

run "makes_an_encrypted_topic_for_addresses" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    notify = { emails = ["oncall@example.com", "lead@example.com"] }
  }

  assert {
    condition     = aws_sns_topic.alarms["alarms"].name == "bike-rental-test-alarms" && length(aws_sns_topic_subscription.email) == 2
    error_message = "One topic, one subscription an address."
  }

  assert {
    condition     = aws_kms_key.alarms["alarms"].enable_key_rotation == true
    error_message = "Its key rotates."
  }

  assert {
    condition     = one([for s in jsondecode(aws_kms_key.alarms["alarms"].policy).Statement : s.Principal.Service if s.Sid == "AlarmsEncrypt"]) == "cloudwatch.amazonaws.com"
    error_message = "Alarms may use the key, or they would be silent."
  }
}
