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

run "watches_the_api" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["api-5xx"].namespace == "AWS/ApiGateway" && aws_cloudwatch_metric_alarm.this["api-5xx"].metric_name == "5XXError" && aws_cloudwatch_metric_alarm.this["api-5xx"].dimensions == tomap({ ApiName = "bike-rental-test", Stage = "beta" }) && aws_cloudwatch_metric_alarm.this["api-5xx"].statistic == "Average" && aws_cloudwatch_metric_alarm.this["api-5xx"].threshold == 0.01
    error_message = "The share of 5xx."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["api-latency"].namespace == "AWS/ApiGateway" && aws_cloudwatch_metric_alarm.this["api-latency"].metric_name == "Latency" && aws_cloudwatch_metric_alarm.this["api-latency"].dimensions == tomap({ ApiName = "bike-rental-test", Stage = "beta" }) && aws_cloudwatch_metric_alarm.this["api-latency"].extended_statistic == "p99" && aws_cloudwatch_metric_alarm.this["api-latency"].threshold == 3000
    error_message = "The slowest 1 %."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["api-latency-p50"].namespace == "AWS/ApiGateway" && aws_cloudwatch_metric_alarm.this["api-latency-p50"].metric_name == "Latency" && aws_cloudwatch_metric_alarm.this["api-latency-p50"].dimensions == tomap({ ApiName = "bike-rental-test", Stage = "beta" }) && aws_cloudwatch_metric_alarm.this["api-latency-p50"].extended_statistic == "p50" && aws_cloudwatch_metric_alarm.this["api-latency-p50"].threshold == 200
    error_message = "The median."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["api-no-traffic"].namespace == "AWS/ApiGateway" && aws_cloudwatch_metric_alarm.this["api-no-traffic"].metric_name == "Count" && aws_cloudwatch_metric_alarm.this["api-no-traffic"].dimensions == tomap({ ApiName = "bike-rental-test", Stage = "beta" }) && aws_cloudwatch_metric_alarm.this["api-no-traffic"].statistic == "Sum" && aws_cloudwatch_metric_alarm.this["api-no-traffic"].threshold == 50 && aws_cloudwatch_metric_alarm.this["api-no-traffic"].period == 3600 && aws_cloudwatch_metric_alarm.this["api-no-traffic"].evaluation_periods == 1 && aws_cloudwatch_metric_alarm.this["api-no-traffic"].comparison_operator == "LessThanThreshold" && aws_cloudwatch_metric_alarm.this["api-no-traffic"].treat_missing_data == "breaching"
    error_message = "The gateway sends nothing when nobody calls, so nothing is an alarm."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["api-throttles"].namespace == "ModelEndpointApi/Access" && aws_cloudwatch_metric_alarm.this["api-throttles"].metric_name == "bike-rental-test-throttled" && aws_cloudwatch_metric_alarm.this["api-throttles"].statistic == "Sum" && aws_cloudwatch_metric_alarm.this["api-throttles"].threshold == 20
    error_message = "Counted from the access log."
  }

  assert {
    condition     = aws_cloudwatch_log_metric_filter.throttled["api"].pattern == "{ $.status = \"429\" }" && aws_cloudwatch_log_metric_filter.throttled["api"].log_group_name == "/access" && aws_cloudwatch_log_metric_filter.throttled["api"].metric_transformation[0].namespace == "ModelEndpointApi/Access" && aws_cloudwatch_log_metric_filter.throttled["api"].metric_transformation[0].name == "bike-rental-test-throttled"
    error_message = "The filter feeds the metric that the alarm watches."
  }
}

run "expects_the_share_of_4xx_that_is_usual" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["api-4xx-anomaly"].threshold_metric_id == "band" && aws_cloudwatch_metric_alarm.this["api-4xx-anomaly"].comparison_operator == "GreaterThanUpperThreshold" && aws_cloudwatch_metric_alarm.this["api-4xx-anomaly"].threshold == null
    error_message = "The band is the threshold, and only too many are an alarm."
  }

  assert {
    condition     = one([for query in aws_cloudwatch_metric_alarm.this["api-4xx-anomaly"].metric_query : query if query.id == "band"]).expression == "ANOMALY_DETECTION_BAND(share, 3)" && one([for query in aws_cloudwatch_metric_alarm.this["api-4xx-anomaly"].metric_query : query if query.id == "share"]).metric[0].metric_name == "4XXError" && one([for query in aws_cloudwatch_metric_alarm.this["api-4xx-anomaly"].metric_query : query if query.id == "share"]).metric[0].stat == "Average" && one([for query in aws_cloudwatch_metric_alarm.this["api-4xx-anomaly"].metric_query : query if query.id == "share"]).return_data == true
    error_message = "Three standard deviations about the share of 4xx."
  }
}

run "tells_the_way_from_the_model" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  assert {
    condition     = one([for query in aws_cloudwatch_metric_alarm.this["api-overhead"].metric_query : query if query.id == "overhead"]).expression == "(integration - (FILL(model_0, 0) + FILL(overhead_0, 0) + FILL(model_1, 0) + FILL(overhead_1, 0)) / 1000) / requests" && aws_cloudwatch_metric_alarm.this["api-overhead"].threshold == 100
    error_message = "Microseconds of SageMaker, of all variants, off the milliseconds of the gateway, a request."
  }

  assert {
    condition     = one([for query in aws_cloudwatch_metric_alarm.this["api-overhead"].metric_query : query if query.id == "integration"]).metric[0].metric_name == "IntegrationLatency" && one([for query in aws_cloudwatch_metric_alarm.this["api-overhead"].metric_query : query if query.id == "integration"]).metric[0].stat == "Sum" && one([for query in aws_cloudwatch_metric_alarm.this["api-overhead"].metric_query : query if query.id == "requests"]).metric[0].metric_name == "IntegrationLatency" && one([for query in aws_cloudwatch_metric_alarm.this["api-overhead"].metric_query : query if query.id == "requests"]).metric[0].stat == "SampleCount"
    error_message = "Sum and count of the same metric."
  }

  assert {
    condition     = one([for query in aws_cloudwatch_metric_alarm.this["api-overhead"].metric_query : query if query.id == "model_1"]).metric[0].metric_name == "ModelLatency" && one([for query in aws_cloudwatch_metric_alarm.this["api-overhead"].metric_query : query if query.id == "overhead_1"]).metric[0].metric_name == "OverheadLatency" && one([for query in aws_cloudwatch_metric_alarm.this["api-overhead"].metric_query : query if query.id == "model_1"]).metric[0].dimensions == tomap({ EndpointName = "bike-rental-test", VariantName = "challenger" }) && one([for query in aws_cloudwatch_metric_alarm.this["api-overhead"].metric_query : query if query.id == "model_1"]).metric[0].stat == "Sum"
    error_message = "Averages of variants could not be averaged."
  }

  assert {
    condition     = length([for query in aws_cloudwatch_metric_alarm.this["api-overhead"].metric_query : query if query.return_data]) == 1
    error_message = "CloudWatch takes one answer an alarm."
  }
}

run "watches_the_function" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["function-errors"].namespace == "AWS/Lambda" && aws_cloudwatch_metric_alarm.this["function-errors"].metric_name == "Errors" && aws_cloudwatch_metric_alarm.this["function-errors"].dimensions == tomap({ FunctionName = "bike-rental-test", Resource = "bike-rental-test:live" }) && aws_cloudwatch_metric_alarm.this["function-errors"].statistic == "Sum" && aws_cloudwatch_metric_alarm.this["function-errors"].threshold == 0
    error_message = "Any error of the alias."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["function-throttles"].namespace == "AWS/Lambda" && aws_cloudwatch_metric_alarm.this["function-throttles"].metric_name == "Throttles" && aws_cloudwatch_metric_alarm.this["function-throttles"].dimensions == tomap({ FunctionName = "bike-rental-test" }) && aws_cloudwatch_metric_alarm.this["function-throttles"].statistic == "Sum" && aws_cloudwatch_metric_alarm.this["function-throttles"].threshold == 0
    error_message = "Any refusal."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["function-duration"].namespace == "AWS/Lambda" && aws_cloudwatch_metric_alarm.this["function-duration"].metric_name == "Duration" && aws_cloudwatch_metric_alarm.this["function-duration"].dimensions == tomap({ FunctionName = "bike-rental-test", Resource = "bike-rental-test:live" }) && aws_cloudwatch_metric_alarm.this["function-duration"].statistic == "Maximum" && aws_cloudwatch_metric_alarm.this["function-duration"].threshold == 22400
    error_message = "80 % of 28 s, in ms."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["function-concurrency"].namespace == "AWS/Lambda" && aws_cloudwatch_metric_alarm.this["function-concurrency"].metric_name == "ConcurrentExecutions" && aws_cloudwatch_metric_alarm.this["function-concurrency"].dimensions == tomap({ FunctionName = "bike-rental-test" }) && aws_cloudwatch_metric_alarm.this["function-concurrency"].statistic == "Maximum" && aws_cloudwatch_metric_alarm.this["function-concurrency"].threshold == 40
    error_message = "80 % of 50."
  }
}

run "watches_the_endpoint" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["endpoint-5xx-champion"].namespace == "AWS/SageMaker" && aws_cloudwatch_metric_alarm.this["endpoint-5xx-champion"].metric_name == "Invocation5XXErrors" && aws_cloudwatch_metric_alarm.this["endpoint-5xx-champion"].dimensions == tomap({ EndpointName = "bike-rental-test", VariantName = "champion" }) && aws_cloudwatch_metric_alarm.this["endpoint-5xx-champion"].statistic == "Sum" && aws_cloudwatch_metric_alarm.this["endpoint-5xx-champion"].threshold == 0
    error_message = "SageMaker's 5xx."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["endpoint-model-errors-champion"].namespace == "AWS/SageMaker" && aws_cloudwatch_metric_alarm.this["endpoint-model-errors-champion"].metric_name == "InvocationModelErrors" && aws_cloudwatch_metric_alarm.this["endpoint-model-errors-champion"].dimensions == tomap({ EndpointName = "bike-rental-test", VariantName = "champion" }) && aws_cloudwatch_metric_alarm.this["endpoint-model-errors-champion"].statistic == "Sum" && aws_cloudwatch_metric_alarm.this["endpoint-model-errors-champion"].threshold == 0
    error_message = "The container's failures."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["endpoint-latency-champion"].namespace == "AWS/SageMaker" && aws_cloudwatch_metric_alarm.this["endpoint-latency-champion"].metric_name == "ModelLatency" && aws_cloudwatch_metric_alarm.this["endpoint-latency-champion"].dimensions == tomap({ EndpointName = "bike-rental-test", VariantName = "champion" }) && aws_cloudwatch_metric_alarm.this["endpoint-latency-champion"].extended_statistic == "p99" && aws_cloudwatch_metric_alarm.this["endpoint-latency-champion"].threshold == 2000000
    error_message = "The metric is in microseconds."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["endpoint-cpu-champion"].namespace == "/aws/sagemaker/Endpoints" && aws_cloudwatch_metric_alarm.this["endpoint-cpu-champion"].metric_name == "CPUUtilization" && aws_cloudwatch_metric_alarm.this["endpoint-cpu-champion"].dimensions == tomap({ EndpointName = "bike-rental-test", VariantName = "champion" }) && aws_cloudwatch_metric_alarm.this["endpoint-cpu-champion"].statistic == "Average" && aws_cloudwatch_metric_alarm.this["endpoint-cpu-champion"].threshold == 1440
    error_message = "90 % of 16 processors, which the metric adds up."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["endpoint-cpu-challenger"].threshold == 180
    error_message = "A large has two."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["endpoint-memory-champion"].namespace == "/aws/sagemaker/Endpoints" && aws_cloudwatch_metric_alarm.this["endpoint-memory-champion"].metric_name == "MemoryUtilization" && aws_cloudwatch_metric_alarm.this["endpoint-memory-champion"].dimensions == tomap({ EndpointName = "bike-rental-test", VariantName = "champion" }) && aws_cloudwatch_metric_alarm.this["endpoint-memory-champion"].statistic == "Maximum" && aws_cloudwatch_metric_alarm.this["endpoint-memory-champion"].threshold == 90
    error_message = "The fullest instance counts."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["endpoint-disk-champion"].namespace == "/aws/sagemaker/Endpoints" && aws_cloudwatch_metric_alarm.this["endpoint-disk-champion"].metric_name == "DiskUtilization" && aws_cloudwatch_metric_alarm.this["endpoint-disk-champion"].dimensions == tomap({ EndpointName = "bike-rental-test", VariantName = "champion" }) && aws_cloudwatch_metric_alarm.this["endpoint-disk-champion"].statistic == "Maximum" && aws_cloudwatch_metric_alarm.this["endpoint-disk-champion"].threshold == 85
    error_message = "The fullest instance counts."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["endpoint-load-champion"].namespace == "AWS/SageMaker" && aws_cloudwatch_metric_alarm.this["endpoint-load-champion"].metric_name == "InvocationsPerInstance" && aws_cloudwatch_metric_alarm.this["endpoint-load-champion"].dimensions == tomap({ EndpointName = "bike-rental-test", VariantName = "champion" }) && aws_cloudwatch_metric_alarm.this["endpoint-load-champion"].statistic == "Sum" && aws_cloudwatch_metric_alarm.this["endpoint-load-champion"].threshold == 900
    error_message = "150 % of what autoscaling aims at."
  }

  assert {
    condition     = !contains(keys(output.alarm_names), "endpoint-load-challenger")
    error_message = "Without autoscaling there is no load to aim at."
  }
}

run "takes_the_number_of_processors_as_given" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    endpoint = { name = "bike-rental-test", instances = { AllTraffic = { type = "ml.inf1.6xlarge", vcpus = 24 } } }
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["endpoint-cpu-AllTraffic"].threshold == 2160
    error_message = "90 % of 24, whatever the size says."
  }
}

run "measures_only_against_what_there_is" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    api        = null
    function   = { name = "bike-rental-test" }
    endpoint   = { name = "bike-rental-test" }
    thresholds = {}
  }

  assert {
    condition     = toset(keys(output.alarm_names)) == toset(["function-errors", "function-throttles", "endpoint-5xx-AllTraffic", "endpoint-model-errors-AllTraffic", "endpoint-latency-AllTraffic"])
    error_message = "No timeout, no reservation, no instances: no alarms on them."
  }
}

run "watches_a_serverless_endpoint" {
  command = plan

  module {
    source = "../../../infra/modules/observability"
  }

  variables {
    endpoint   = { name = "bike-rental-test", serverless_memory_mb = 2048 }
    thresholds = { endpoint_concurrency_percent = 70 }
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["endpoint-concurrency-AllTraffic"].namespace == "AWS/SageMaker" && aws_cloudwatch_metric_alarm.this["endpoint-concurrency-AllTraffic"].metric_name == "ServerlessConcurrentExecutionsUtilization" && aws_cloudwatch_metric_alarm.this["endpoint-concurrency-AllTraffic"].dimensions == tomap({ EndpointName = "bike-rental-test", VariantName = "AllTraffic" }) && aws_cloudwatch_metric_alarm.this["endpoint-concurrency-AllTraffic"].statistic == "Maximum" && aws_cloudwatch_metric_alarm.this["endpoint-concurrency-AllTraffic"].threshold == 0.7
    error_message = "A share of 1 of its own concurrency."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["endpoint-memory-AllTraffic"].namespace == "/aws/sagemaker/Endpoints" && aws_cloudwatch_metric_alarm.this["endpoint-memory-AllTraffic"].threshold == 90
    error_message = "Its memory is measured; processors and disks are not."
  }

  assert {
    condition     = length([for key in keys(output.alarm_names) : key if startswith(key, "endpoint-")]) == 5
    error_message = "Errors, the container's failures, latency, concurrency, memory."
  }
}
