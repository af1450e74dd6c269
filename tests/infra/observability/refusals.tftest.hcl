mock_provider "aws" {
  source = "../mocks"
}

variables {
  name     = "bike-rental-test"
  api      = { name = "bike-rental-test", stage_name = "beta" }
  function = { name = "bike-rental-test" }
  endpoint = { name = "bike-rental-test", variant_names = ["AllTraffic"] }
}

run "refuses_a_name_of_one_letter" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    name = "b"
  }

  expect_failures = [var.name]
}

run "refuses_an_endpoint_without_variants" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    endpoint = { name = "bike-rental-test", variant_names = [] }
  }

  expect_failures = [var.endpoint]
}

run "refuses_a_share_of_100_percent" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    thresholds = { api_5xx_percent = 100 }
  }

  expect_failures = [var.thresholds]
}

run "refuses_a_negative_threshold" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    thresholds = { function_errors = -1 }
  }

  expect_failures = [var.thresholds]
}

run "refuses_a_latency_that_the_gateway_cuts_off" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    thresholds = { api_latency_p99_ms = 29000 }
  }

  expect_failures = [var.thresholds]
}

run "refuses_to_disable_an_unknown_alarm" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    disabled_alarms = ["api-4xx"]
  }

  expect_failures = [var.disabled_alarms]
}

run "refuses_to_tell_nobody" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    notify = {}
  }

  expect_failures = [var.notify]
}

run "refuses_two_ways_to_tell" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    notify = { topic_arn = "arn:aws:sns:eu-west-1:123456789012:oncall", emails = ["oncall@example.com"] }
  }

  expect_failures = [var.notify]
}

run "refuses_what_is_no_address" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    notify = { emails = ["oncall"] }
  }

  expect_failures = [var.notify]
}

run "refuses_instances_of_a_variant_that_is_not_watched" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    endpoint = { name = "bike-rental-test", instances = { other = { type = "ml.m6i.large" } } }
  }

  expect_failures = [var.endpoint]
}

run "refuses_a_median_above_the_99th_percentile" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    thresholds = { api_latency_p50_ms = 3000 }
  }

  expect_failures = [var.thresholds]
}

run "refuses_a_band_without_width" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    thresholds = { api_4xx_anomaly_deviations = 0 }
  }

  expect_failures = [var.thresholds]
}

run "refuses_throttles_without_an_access_log" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    thresholds = { api_throttled_requests = 10 }
  }

  expect_failures = [var.thresholds]
}

run "refuses_fewer_requests_than_none" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    thresholds = { api_requests_per_hour = 0 }
  }

  expect_failures = [var.thresholds]
}

run "refuses_overhead_over_five_variants" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    endpoint   = { name = "bike-rental-test", variant_names = ["a", "b", "c", "d", "e"] }
    thresholds = { api_overhead_ms = 100 }
  }

  expect_failures = [var.thresholds]
}

run "refuses_more_than_all_of_the_memory" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    thresholds = { endpoint_memory_percent = 101 }
  }

  expect_failures = [var.thresholds]
}

run "refuses_to_page_on_an_unknown_alarm" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    page_on = ["down"]
  }

  expect_failures = [var.page_on]
}

run "refuses_an_objective_without_an_api" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    api = null
    slo = { availability_percent = 99.9 }
  }

  expect_failures = [var.slo]
}

run "refuses_an_empty_objective" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    slo = {}
  }

  expect_failures = [var.slo]
}

run "refuses_an_availability_that_no_burn_can_reach" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    slo = { availability_percent = 93 }
  }

  expect_failures = [var.slo]
}

run "refuses_a_share_in_time_of_100_percent" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    slo = { latency = { threshold_ms = 500, percent = 100 } }
  }

  expect_failures = [var.slo]
}

run "refuses_an_objective_that_the_gateway_cuts_off" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    slo = { latency = { threshold_ms = 29000, percent = 99 } }
  }

  expect_failures = [var.slo]
}

run "refuses_to_page_nobody" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    page = {}
  }

  expect_failures = [var.page]
}

run "refuses_to_page_what_is_no_address" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    page = { emails = ["oncall"] }
  }

  expect_failures = [var.page]
}

run "refuses_tickets_to_nobody" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    ticket = {}
  }

  expect_failures = [var.ticket]
}

run "refuses_tickets_to_what_is_no_address" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    ticket = { emails = ["team"] }
  }

  expect_failures = [var.ticket]
}

run "refuses_a_negative_price" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    prices = { log_gb = -1 }
  }

  expect_failures = [var.prices]
}

run "refuses_a_price_of_seconds_without_the_functions_memory" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    prices = { function_gb_second = 0.0000133334 }
  }

  expect_failures = [var.prices]
}

run "refuses_a_price_of_seconds_without_the_endpoints_memory" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    prices = { endpoint_serverless_gb_second = 0.00002 }
  }

  expect_failures = [var.prices]
}

run "refuses_a_runbook_with_an_anchor" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    runbook_url = "https://git.example.com/docs/runbook.md#down"
  }

  expect_failures = [var.runbook_url]
}
