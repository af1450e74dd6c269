# Every kind of alarm that the module makes, so that a test can see which of them a fault sets off. Two modules,
# since an endpoint is either on instances or serverless.
terraform {
  required_version = ">= 1.11"
}

provider "aws" {}

resource "aws_cloudwatch_log_group" "function" {
  name = "/aws/lambda/bikes"
}

resource "aws_cloudwatch_log_group" "access" {
  name = "/aws/apigateway/bikes/v1/access"
}

module "bikes" {
  source = "../../../infra/modules/observability"

  name        = "bikes"
  runbook_url = "https://git.example.com/docs/runbook.md"
  api         = { name = "bikes", stage_name = "v1", access_log_group_name = aws_cloudwatch_log_group.access.name }
  function    = { name = "bikes", timeout_seconds = 28, reserved_concurrency = 50, memory_mb = 1024 }
  endpoint = {
    name          = "bikes"
    variant_names = ["champion", "challenger"]
    instances = {
      champion   = { type = "ml.m6i.4xlarge", invocations_per_minute_target = 600 }
      challenger = { type = "ml.m6i.large" }
    }
  }
  log_groups = { function = aws_cloudwatch_log_group.function.name, api = aws_cloudwatch_log_group.access.name }
  thresholds = {
    api_4xx_anomaly_deviations = 3
    api_latency_p50_ms         = 200
    api_overhead_ms            = 100
    api_throttled_requests     = 20
    api_requests_per_hour      = 50
  }
  slo    = { availability_percent = 99.9, latency = { threshold_ms = 500, percent = 99 } }
  prices = { api_million_requests = 3.5, function_million_requests = 0.2, function_gb_second = 0.00001, endpoint_instance_hour = 0.96, log_gb = 0.57 }
}

module "cabs" {
  source = "../../../infra/modules/observability"

  name        = "cabs"
  runbook_url = "https://git.example.com/docs/runbook.md"
  endpoint    = { name = "cabs", serverless_memory_mb = 2048 }
  prices      = { endpoint_serverless_gb_second = 0.00002 }
}
