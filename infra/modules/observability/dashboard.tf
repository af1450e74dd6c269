locals {
  region = data.aws_region.current.id

  api_dimensions = var.api == null ? [] : ["ApiName", var.api.name, "Stage", var.api.stage_name]

  api_widgets = var.api == null ? [] : [
    {
      title = "API: requests and errors a minute"
      stat  = "Sum"
      metrics = [
        concat(["AWS/ApiGateway", "Count"], local.api_dimensions),
        concat(["AWS/ApiGateway", "4XXError"], local.api_dimensions),
        concat(["AWS/ApiGateway", "5XXError"], local.api_dimensions),
      ]
    },
    {
      title = "API: 99th percentile, ms: whole answer, of it behind the gateway"
      stat  = "p99"
      metrics = [
        concat(["AWS/ApiGateway", "Latency"], local.api_dimensions),
        concat(["AWS/ApiGateway", "IntegrationLatency"], local.api_dimensions),
      ]
    },
  ]

  # What the function says of itself: see lambda/scoring/observe.py.
  function_widgets = flatten([
    for function in var.function == null ? [] : [var.function] : [
      {
        title   = "Function: invocations, errors, throttles a minute"
        stat    = "Sum"
        metrics = [for metric in ["Invocations", "Errors", "Throttles"] : ["AWS/Lambda", metric, "FunctionName", function.name]]
      },
      {
        title = "Function: 99th percentile, ms: of Lambda, of a request, of it in the model"
        stat  = "p99"
        metrics = [
          ["AWS/Lambda", "Duration", "FunctionName", function.name],
          [function.metrics_namespace, "Latency", "FunctionName", function.name],
          [function.metrics_namespace, "ModelLatency", "FunctionName", function.name],
        ]
      },
      {
        title   = "Requests, rows scored, errors a minute"
        stat    = "Sum"
        metrics = [for metric in ["Requests", "Rows", "Errors"] : [function.metrics_namespace, metric, "FunctionName", function.name]]
      },
      {
        title   = "Errors a minute by code"
        stat    = "Sum"
        metrics = [[{ expression = "SEARCH('{${function.metrics_namespace},FunctionName,Code} MetricName=\"Errors\" FunctionName=\"${function.name}\"', 'Sum', 60)" }]]
      },
    ]
  ])

  endpoint_widgets = flatten([
    for variant in try(var.endpoint.variant_names, []) : [
      {
        title = "Endpoint ${variant}: calls and errors a minute"
        stat  = "Sum"
        metrics = [
          for metric in ["Invocations", "Invocation4XXErrors", "Invocation5XXErrors", "InvocationModelErrors"] :
          ["AWS/SageMaker", metric, "EndpointName", var.endpoint.name, "VariantName", variant]
        ]
      },
      {
        title = "Endpoint ${variant}: 99th percentile, µs: container, SageMaker's share"
        stat  = "p99"
        metrics = [
          for metric in ["ModelLatency", "OverheadLatency"] :
          ["AWS/SageMaker", metric, "EndpointName", var.endpoint.name, "VariantName", variant]
        ]
      },
    ]
  ])

  graphs = concat(local.api_widgets, local.function_widgets, local.endpoint_widgets)

  alarm_widget = {
    type   = "alarm"
    x      = 0
    y      = 0
    width  = 24
    height = 3
    properties = {
      title  = "Alarms"
      alarms = [for key in sort(keys(aws_cloudwatch_metric_alarm.this)) : aws_cloudwatch_metric_alarm.this[key].arn]
    }
  }
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({
    widgets = concat([local.alarm_widget], [
      for index, graph in local.graphs : {
        type   = "metric"
        x      = index % 2 * 12
        y      = 3 + floor(index / 2) * 6
        width  = 12
        height = 6
        properties = {
          title   = graph.title
          stat    = graph.stat
          metrics = graph.metrics
          period  = 60
          region  = local.region
          view    = "timeSeries"
        }
      }
    ])
  })
}
