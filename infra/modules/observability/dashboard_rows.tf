locals {
  api_dimensions = var.api == null ? [] : ["ApiName", var.api.name, "Stage", var.api.stage_name]

  up_widgets = flatten([
    [for api in local.apis : {
      title   = "API: requests and errors a minute"
      metrics = [for metric in ["Count", "4XXError", "5XXError"] : concat(["AWS/ApiGateway", metric], local.api_dimensions)]
    }],
    [for function in local.functions : {
      title   = "Function: invocations, errors, throttles a minute"
      metrics = [for metric in ["Invocations", "Errors", "Throttles"] : ["AWS/Lambda", metric, "FunctionName", function.name]]
    }],
    [for function in local.functions : {
      title   = "Function: invocations that run at once"
      stat    = "Maximum"
      metrics = [["AWS/Lambda", "ConcurrentExecutions", "FunctionName", function.name]]
    }],
    [for variant in local.variants : {
      title = "Endpoint ${variant}: calls and errors a minute"
      metrics = [
        for metric in ["Invocations", "Invocation4XXErrors", "Invocation5XXErrors", "InvocationModelErrors"] :
        ["AWS/SageMaker", metric, "EndpointName", var.endpoint.name, "VariantName", variant]
      ]
    }],
  ])

  # What the function says of itself: see lambda/scoring/observe.py.
  right_widgets = flatten([
    for function in local.functions : concat(
      [
        {
          title   = "Requests, rows scored, errors a minute"
          metrics = [for metric in ["Requests", "Rows", "Errors"] : [function.metrics_namespace, metric, "FunctionName", function.name]]
        },
        {
          title   = "Errors a minute by code"
          metrics = [[{ expression = "SEARCH('{${function.metrics_namespace},FunctionName,Code} MetricName=\"Errors\" FunctionName=\"${function.name}\"', 'Sum', 60)" }]]
        },
        {
          title   = "Versions of the function that answer"
          metrics = [[{ expression = "SEARCH('{AWS/Lambda,ExecutedVersion,FunctionName,Resource} MetricName=\"Invocations\" FunctionName=\"${function.name}\"', 'Sum', 60)" }]]
        },
      ],
      [for group in var.log_groups.function == null ? [] : [var.log_groups.function] : {
        type = "log"
        properties = {
          title  = "Versions of the contract that answer"
          region = local.region
          view   = "table"
          query  = "SOURCE '${group}' | filter message = \"request\" | stats count(*) as requests, latest(@timestamp) as last by contract_version | sort last desc"
        }
      }],
      [{
        type = "text"
        properties = {
          markdown = "**Do inputs still look like the training data?**\nNo metric says so: values are not in the logs. Sample features with `feature_log_sample_rate`, then `python -m scripts.skew MODEL --log FILE` compares them with the contract's statistics."
        }
      }],
    )
  ])

  slow_widgets = flatten([
    [for api in local.apis : {
      title = "API, ms: half of the answers, the slowest 1 %, of it behind the gateway"
      metrics = [
        concat(["AWS/ApiGateway", "Latency"], local.api_dimensions, [{ stat = "p50", label = "Latency p50" }]),
        concat(["AWS/ApiGateway", "Latency"], local.api_dimensions, [{ stat = "p99", label = "Latency p99" }]),
        concat(["AWS/ApiGateway", "IntegrationLatency"], local.api_dimensions, [{ stat = "p99", label = "IntegrationLatency p99" }]),
      ]
    }],
    [for function in local.functions : {
      title = "Function: 99th percentile, ms: of Lambda, of a request, of it in the model"
      stat  = "p99"
      metrics = [
        ["AWS/Lambda", "Duration", "FunctionName", function.name],
        [function.metrics_namespace, "Latency", "FunctionName", function.name],
        [function.metrics_namespace, "ModelLatency", "FunctionName", function.name],
      ]
    }],
    [for variant in local.variants : {
      title = "Endpoint ${variant}: 99th percentile, µs: container, SageMaker's share"
      stat  = "p99"
      metrics = [
        for metric in ["ModelLatency", "OverheadLatency"] :
        ["AWS/SageMaker", metric, "EndpointName", var.endpoint.name, "VariantName", variant]
      ]
    }],
    [for variant in local.serverless_variants : {
      title   = "Endpoint ${variant}: use of its concurrency, as a share of 1"
      stat    = "Maximum"
      metrics = [["AWS/SageMaker", "ServerlessConcurrentExecutionsUtilization", "EndpointName", var.endpoint.name, "VariantName", variant]]
    }],
    [for variant in local.serverless_variants : {
      title   = "Endpoint ${variant}: use of its memory, %"
      stat    = "Maximum"
      metrics = [["/aws/sagemaker/Endpoints", "MemoryUtilization", "EndpointName", var.endpoint.name, "VariantName", variant]]
    }],
    [for variant, instance in local.instances : {
      title = "Endpoint ${variant}: use of its instances, %, CPU of ${instance.vcpus * 100}"
      stat  = "Maximum"
      metrics = [
        for metric in ["CPUUtilization", "MemoryUtilization", "DiskUtilization"] :
        ["/aws/sagemaker/Endpoints", metric, "EndpointName", var.endpoint.name, "VariantName", variant]
      ]
    }],
  ])
}
