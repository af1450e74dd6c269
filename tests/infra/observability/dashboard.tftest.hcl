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
  name = "bike-rental-test"
  api  = { name = "bike-rental-test", stage_name = "beta", access_log_group_name = "/access" }
  function = {
    name                 = "bike-rental-test"
    timeout_seconds      = 28
    reserved_concurrency = 50
    memory_mb            = 1024
  }
  endpoint = {
    name          = "bike-rental-test"
    variant_names = ["champion", "challenger"]
    instances = {
      champion   = { type = "ml.m6i.4xlarge", invocations_per_minute_target = 600 }
      challenger = { type = "ml.m6i.large" }
    }
  }
  log_groups = { function = "/function", api = "/access" }
  thresholds = {
    api_4xx_anomaly_deviations = 3
    api_latency_p50_ms         = 200
    api_overhead_ms            = 100
    api_throttled_requests     = 20
    api_requests_per_hour      = 50
  }
}

run "saves_queries_on_the_logs_that_are_given" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  assert {
    condition     = toset(keys(output.query_names)) == toset(["slowest-requests", "errors-by-code", "model-failures", "cold-starts", "crashes", "by-client", "refusals", "one-request"])
    error_message = "Eight queries; the containers' needs their log."
  }

  assert {
    condition     = aws_cloudwatch_query_definition.this["one-request"].name == "bike-rental-test/one-request" && aws_cloudwatch_query_definition.this["one-request"].log_group_names == tolist(["/function", "/access"])
    error_message = "Over all logs that there are."
  }
}

run "saves_no_query_on_logs_that_are_not_given" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    log_groups = { api = "/access" }
  }

  assert {
    condition     = toset(keys(output.query_names)) == toset(["by-client", "refusals"])
    error_message = "Only those on the access log."
  }
}

run "answers_four_questions_in_four_rows" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  assert {
    condition     = local.rows[*].title == ["Is it up?", "Is it right?", "Is it slow?", "What does it cost?"]
    error_message = "A row each."
  }

  assert {
    condition     = [for widget in local.placed : widget.y if widget.type == "text" && widget.width == 24] == [4, 17, 30, 43]
    error_message = "Below the alarms, each row below what the one before takes."
  }

  assert {
    condition     = alltrue([for widget in local.placed : widget.x + widget.width <= 24])
    error_message = "Within 24 columns."
  }

  assert {
    condition     = length(distinct([for widget in local.placed : "${widget.x} ${widget.y}"])) == length(local.placed)
    error_message = "No widget on another."
  }

  assert {
    condition     = [for driver in local.cost_drivers : driver.use] == ["api_requests", "function_invocations", "function_ms / 1000 * 1", "instance_minutes_0 / 60", "instance_minutes_1 / 60", "(FILL(log_bytes_0, 0) + FILL(log_bytes_1, 0)) / 1000000000"] && length(local.costs) == 0
    error_message = "Use by driver; no price, no cost."
  }
}

run "estimates_cost_at_the_prices_given" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    prices = { currency = "EUR", api_million_requests = 3.5, function_gb_second = 0.0000133334 }
  }

  assert {
    condition     = [for cost in local.costs : cost[0].expression] == ["(api_requests) * 0.000003500000", "(function_ms / 1000 * 1) * 0.000013333400"]
    error_message = "What has a price."
  }

  assert {
    condition     = local.cost_widgets[1].properties.title == "Estimated cost in the time shown, EUR, at the prices given" && local.cost_widgets[1].properties.metrics[0][0].expression == "FILL(cost_api, 0) + FILL(cost_compute, 0)"
    error_message = "And their sum."
  }
}

run "counts_seconds_of_a_serverless_endpoint" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    endpoint = { name = "bike-rental-test", serverless_memory_mb = 2048 }
  }

  assert {
    condition     = contains([for driver in local.cost_drivers : driver.use], "model_us_0 / 1000000 * 2")
    error_message = "Microseconds at 2 GB."
  }
}
