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
  target = module.api_gateway["api"].data.aws_caller_identity.this
  values = { account_id = "123456789012" }
}

override_data {
  target = module.endpoint.data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

override_data {
  target = module.iam.data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

override_data {
  target = module.observability.data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

variables {
  name          = "pump-failure-test"
  contract_file = "files/contract.json"
  openapi_file  = "files/openapi.json"
  package       = { zip = "files/function.txt", manifest = "files/manifest.json" }
  model = {
    artifact = { file = "files/artifact.txt" }
    image    = { prebuilt = { repository_name = "sagemaker-xgboost", tag = "3.0-5" } }
  }
  api = { clients = { tester = {} } }
}

run "serves_from_instances_and_passes_objectives_and_targets_on" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    endpoint = { instances = { type = "ml.m6i.xlarge", autoscaling = { max = 4, invocations_per_instance_per_minute = 600 } } }
    function = { reserved_concurrency = 50, timeout_seconds = 20, model_timeout_seconds = 8 }
    observability = {
      thresholds = { api_5xx_percent = 2, api_latency_p50_ms = 100, api_throttled_requests = 10, api_overhead_ms = 80 }
      slo        = { availability_percent = 99.9, latency = { threshold_ms = 500, percent = 99 } }
      prices     = { api_million_requests = 3.5, function_gb_second = 0.0000133334 }
      page       = { topic_arn = "arn:aws:sns:eu-west-1:123456789012:page" }
      ticket     = { emails = ["team@example.com"] }
    }
  }

  assert {
    condition     = alltrue([for kind in ["api-latency-p50", "api-throttles", "api-overhead", "function-concurrency", "endpoint-cpu-AllTraffic", "endpoint-load-AllTraffic", "slo-latency-fast-1h"] : output.alarm_names[kind] == "pump-failure-test-${kind}"])
    error_message = "What is given reaches the module."
  }

  assert {
    condition     = toset(keys(output.composite_alarm_names)) == toset(["down", "slo-availability-page", "slo-availability-ticket", "slo-latency-page", "slo-latency-ticket"])
    error_message = "Two composite alarms an objective."
  }

  assert {
    condition     = output.endpoint_name == "pump-failure-test"
    error_message = "Instances instead of serverless."
  }
}
