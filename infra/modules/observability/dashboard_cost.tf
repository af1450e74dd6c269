# What is billed, as far as metrics tell, and what that costs at the prices given.
locals {
  prices = { for name, price in coalesce(var.prices, {}) : name => price if price != null }
  logs   = [for log in ["function", "api", "api_execution", "endpoint"] : var.log_groups[log] if var.log_groups[log] != null]

  # `use` is a formula over the metrics, by their ids; `price` is of one unit of use.
  cost_drivers = flatten([
    [for api in local.apis : {
      id      = "api"
      label   = "API: requests"
      use     = "api_requests"
      price   = try(local.prices.api_million_requests / 1000000, null)
      metrics = [{ id = "api_requests", stat = "Sum", metric = concat(["AWS/ApiGateway", "Count"], local.api_dimensions) }]
    }],
    [for function in local.functions : {
      id      = "function"
      label   = "Function: invocations"
      use     = "function_invocations"
      price   = try(local.prices.function_million_requests / 1000000, null)
      metrics = [{ id = "function_invocations", stat = "Sum", metric = ["AWS/Lambda", "Invocations", "FunctionName", function.name] }]
    }],
    [for function in local.functions : {
      id      = "compute"
      label   = "Function: GB-seconds"
      use     = "function_ms / 1000 * ${function.memory_mb / 1024}"
      price   = try(local.prices.function_gb_second, null)
      metrics = [{ id = "function_ms", stat = "Sum", metric = ["AWS/Lambda", "Duration", "FunctionName", function.name] }]
    } if function.memory_mb != null],
    # Each instance sends one value a minute: their number is the instance minutes.
    [for index, variant in sort(keys(local.instances)) : {
      id      = "instances_${index}"
      label   = "Endpoint ${variant}: instance hours"
      use     = "instance_minutes_${index} / 60"
      price   = try(local.prices.endpoint_instance_hour, null)
      metrics = [{ id = "instance_minutes_${index}", stat = "SampleCount", metric = ["/aws/sagemaker/Endpoints", "CPUUtilization", "EndpointName", var.endpoint.name, "VariantName", variant] }]
    }],
    [for index, variant in local.serverless_variants : {
      id      = "serverless_${index}"
      label   = "Endpoint ${variant}: GB-seconds"
      use     = "model_us_${index} / 1000000 * ${var.endpoint.serverless_memory_mb / 1024}"
      price   = try(local.prices.endpoint_serverless_gb_second, null)
      metrics = [{ id = "model_us_${index}", stat = "Sum", metric = ["AWS/SageMaker", "ModelLatency", "EndpointName", var.endpoint.name, "VariantName", variant] }]
    }],
    [for logs in length(local.logs) == 0 ? [] : [local.logs] : {
      id      = "logs"
      label   = "Logs: GB taken in"
      use     = "(${join(" + ", [for index, _ in logs : "FILL(log_bytes_${index}, 0)"])}) / 1000000000"
      price   = try(local.prices.log_gb, null)
      metrics = [for index, group in logs : { id = "log_bytes_${index}", stat = "Sum", metric = ["AWS/Logs", "IncomingBytes", "LogGroupName", group] }]
    }],
  ])

  priced = [for driver in local.cost_drivers : driver if driver.price != null]

  # Metrics that only feed formulae are not drawn.
  used_metrics   = [for metric in flatten(local.cost_drivers[*].metrics) : concat(metric.metric, [{ id = metric.id, stat = metric.stat, visible = false }])]
  priced_metrics = [for metric in flatten(local.priced[*].metrics) : concat(metric.metric, [{ id = metric.id, stat = metric.stat, visible = false }])]
  costs          = [for driver in local.priced : [{ id = "cost_${driver.id}", expression = "(${driver.use}) * ${format("%.12f", driver.price)}", label = driver.label }]]
  currency       = try(var.prices.currency, "")

  cost_widgets = concat(
    [for uses in length(local.cost_drivers) == 0 ? [] : [local.cost_drivers] : {
      properties = {
        title                = "What is billed, in the time shown"
        metrics              = concat([for driver in uses : [{ id = "use_${driver.id}", expression = driver.use, label = driver.label }]], local.used_metrics)
        region               = local.region
        view                 = "singleValue"
        setPeriodToTimeRange = true
      }
    }],
    [for costs in length(local.costs) == 0 ? [] : [local.costs] : {
      properties = {
        title                = "Estimated cost in the time shown, ${local.currency}, at the prices given"
        metrics              = concat([[{ id = "total", expression = join(" + ", [for cost in costs : "FILL(${cost[0].id}, 0)"]), label = "Together" }]], costs, local.priced_metrics)
        region               = local.region
        view                 = "singleValue"
        setPeriodToTimeRange = true
      }
    }],
    [for costs in length(local.costs) == 0 ? [] : [local.costs] : {
      properties = {
        title   = "Estimated cost an hour, ${local.currency}"
        metrics = concat(costs, local.priced_metrics)
        region  = local.region
        view    = "timeSeries"
        stacked = true
        period  = 3600
      }
    }],
  )
}
