locals {
  api_alarms = merge(flatten([
    for api in local.apis : [
      for dimensions in [{ ApiName = api.name, Stage = api.stage_name }] : {
        api-5xx = {
          limit       = local.limits.api_5xx_percent
          description = "More than ${local.limits.api_5xx_percent} % of the API's answers are 5xx."
          namespace   = "AWS/ApiGateway"
          metric      = "5XXError"
          dimensions  = dimensions
          statistic   = "Average" # of 0 and 1 a request: the share
          threshold   = local.limits.api_5xx_percent / 100
        }
        api-4xx-anomaly = {
          limit               = local.limits.api_4xx_anomaly_deviations
          description         = "The share of 4xx answers is more than ${local.limits.api_4xx_anomaly_deviations} standard deviations above what it was at such hours."
          comparison          = "GreaterThanUpperThreshold"
          threshold_metric_id = "band"
          periods             = 15
          bad_periods         = 10
          queries = [
            { id = "share", namespace = "AWS/ApiGateway", metric = "4XXError", dimensions = dimensions, statistic = "Average", return_data = true },
            { id = "band", expression = "ANOMALY_DETECTION_BAND(share, ${local.limits.api_4xx_anomaly_deviations})", label = "expected share of 4xx", return_data = true },
          ]
        }
        api-latency = {
          limit              = local.limits.api_latency_p99_ms
          description        = "The slowest 1 % of the API's answers take more than ${local.limits.api_latency_p99_ms} ms."
          namespace          = "AWS/ApiGateway"
          metric             = "Latency"
          dimensions         = dimensions
          extended_statistic = "p99"
          threshold          = local.limits.api_latency_p99_ms
        }
        api-latency-p50 = {
          limit              = local.limits.api_latency_p50_ms
          description        = "Half of the API's answers take more than ${local.limits.api_latency_p50_ms} ms."
          namespace          = "AWS/ApiGateway"
          metric             = "Latency"
          dimensions         = dimensions
          extended_statistic = "p50"
          threshold          = local.limits.api_latency_p50_ms
        }
        api-overhead = {
          limit       = var.endpoint == null ? -1 : local.limits.api_overhead_ms
          description = "A request spends more than ${local.limits.api_overhead_ms} ms behind the gateway, but not in SageMaker: in the function, on the way, or waiting."
          threshold   = local.limits.api_overhead_ms
          queries = concat(
            [
              { id = "overhead", expression = "(integration - (${join(" + ", local.model_times)}) / 1000) / requests", label = "ms a request outside SageMaker", return_data = true },
              # Sum over count, not averages: variants see different numbers of calls, and a request may take several.
              { id = "integration", namespace = "AWS/ApiGateway", metric = "IntegrationLatency", dimensions = dimensions, statistic = "Sum" },
              { id = "requests", namespace = "AWS/ApiGateway", metric = "IntegrationLatency", dimensions = dimensions, statistic = "SampleCount" },
            ],
            flatten([
              for index, variant in local.variants : [
                for id, metric in { model = "ModelLatency", overhead = "OverheadLatency" } :
                { id = "${id}_${index}", namespace = "AWS/SageMaker", metric = metric, dimensions = { EndpointName = var.endpoint.name, VariantName = variant }, statistic = "Sum" }
              ]
            ]),
          )
        }
        api-throttles = {
          limit       = local.limits.api_throttled_requests
          description = "The API answers 429, by rate or by quota: more than ${local.limits.api_throttled_requests} a minute."
          namespace   = local.throttled_metric.namespace
          metric      = local.throttled_metric.name
          dimensions  = {}
          statistic   = "Sum"
          threshold   = local.limits.api_throttled_requests
        }
        api-no-traffic = {
          limit       = local.limits.api_requests_per_hour
          description = "Fewer than ${local.limits.api_requests_per_hour} requests in an hour: nobody gets through, or nobody calls."
          namespace   = "AWS/ApiGateway"
          metric      = "Count"
          dimensions  = dimensions
          statistic   = "Sum"
          comparison  = "LessThanThreshold"
          threshold   = local.limits.api_requests_per_hour
          period      = 3600
          periods     = 1
          bad_periods = 1
          missing     = "breaching" # without a request the gateway sends no zero, but nothing
        }
      }
    ]
  ])...)

  # SageMaker's share of the time, in microseconds, of all variants; a variant without calls sends nothing.
  model_times = flatten([for index, variant in local.variants : ["FILL(model_${index}, 0)", "FILL(overhead_${index}, 0)"]])

  throttled_metric = { namespace = "ModelEndpointApi/Access", name = "${var.name}-throttled" }
}

# The gateway counts a 429 as one 4xx among others, and the function never sees it: only the access log can tell.
resource "aws_cloudwatch_log_metric_filter" "throttled" {
  for_each = contains(keys(local.alarms), "api-throttles") ? { api = var.api } : {}

  name           = "${var.name}-throttled"
  log_group_name = each.value.access_log_group_name
  pattern        = "{ $.status = \"429\" }"

  metric_transformation {
    namespace     = local.throttled_metric.namespace
    name          = local.throttled_metric.name
    value         = "1"
    default_value = "0"
    unit          = "Count"
  }
}
