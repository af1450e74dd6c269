locals {
  function_alarms = merge([
    for function in local.functions : {
      function-errors = {
        limit       = local.limits.function_errors
        description = "The function crashes or times out: more than ${local.limits.function_errors} a minute."
        namespace   = "AWS/Lambda"
        metric      = "Errors"
        dimensions  = { FunctionName = function.name, Resource = "${function.name}:${function.alias_name}" }
        statistic   = "Sum"
        threshold   = local.limits.function_errors
      }
      function-throttles = {
        limit       = local.limits.function_throttles
        description = "Lambda refuses invocations for want of concurrency: more than ${local.limits.function_throttles} a minute."
        namespace   = "AWS/Lambda"
        metric      = "Throttles"
        dimensions  = { FunctionName = function.name }
        statistic   = "Sum"
        threshold   = local.limits.function_throttles
      }
      function-duration = {
        limit       = function.timeout_seconds == null ? -1 : local.limits.function_duration_percent
        description = "The function runs for more than ${local.limits.function_duration_percent} % of its timeout."
        namespace   = "AWS/Lambda"
        metric      = "Duration"
        dimensions  = { FunctionName = function.name, Resource = "${function.name}:${function.alias_name}" }
        statistic   = "Maximum"
        threshold   = try(function.timeout_seconds * 1000 * local.limits.function_duration_percent / 100, 0)
      }
      function-concurrency = {
        limit       = coalesce(function.reserved_concurrency, 0) == 0 ? -1 : local.limits.function_concurrency_percent
        description = "More than ${local.limits.function_concurrency_percent} % of the function's reserved concurrency is in use; beyond it Lambda refuses."
        namespace   = "AWS/Lambda"
        metric      = "ConcurrentExecutions"
        dimensions  = { FunctionName = function.name }
        statistic   = "Maximum"
        threshold   = try(function.reserved_concurrency * local.limits.function_concurrency_percent / 100, 0)
      }
    }
  ]...)
}
