locals {
  endpoint_metrics = {
    endpoint-5xx = {
      limit       = local.limits.endpoint_5xx_errors
      description = "SageMaker answers 5xx: more than ${local.limits.endpoint_5xx_errors} a minute."
      metric      = "Invocation5XXErrors"
      statistic   = "Sum"
      threshold   = local.limits.endpoint_5xx_errors
    }
    endpoint-model-errors = {
      limit       = local.limits.endpoint_model_errors
      description = "The container fails requests: more than ${local.limits.endpoint_model_errors} a minute."
      metric      = "InvocationModelErrors"
      statistic   = "Sum"
      threshold   = local.limits.endpoint_model_errors
    }
    endpoint-latency = {
      limit              = local.limits.endpoint_latency_p99_ms
      description        = "The slowest 1 % of the container's answers take more than ${local.limits.endpoint_latency_p99_ms} ms."
      metric             = "ModelLatency"
      extended_statistic = "p99"
      threshold          = local.limits.endpoint_latency_p99_ms * 1000 # the metric is in microseconds
    }
  }

  instance_metrics = {
    endpoint-cpu = {
      limit       = local.limits.endpoint_cpu_percent
      description = "The variant's processors are busier than ${local.limits.endpoint_cpu_percent} %, as an average over its instances."
      metric      = "CPUUtilization"
      threshold   = local.limits.endpoint_cpu_percent
    }
    endpoint-memory = {
      limit       = local.limits.endpoint_memory_percent
      description = "An instance uses more than ${local.limits.endpoint_memory_percent} % of its memory."
      metric      = "MemoryUtilization"
      threshold   = local.limits.endpoint_memory_percent
    }
    endpoint-disk = {
      limit       = local.limits.endpoint_disk_percent
      description = "An instance uses more than ${local.limits.endpoint_disk_percent} % of its disk."
      metric      = "DiskUtilization"
      threshold   = local.limits.endpoint_disk_percent
    }
  }

  # Of serverless endpoints alone; their memory is measured while they answer.
  serverless_metrics = {
    endpoint-concurrency = {
      limit       = local.limits.endpoint_concurrency_percent
      description = "More than ${local.limits.endpoint_concurrency_percent} % of the serverless endpoint's concurrency is in use; beyond it SageMaker refuses."
      namespace   = "AWS/SageMaker"
      metric      = "ServerlessConcurrentExecutionsUtilization"
      threshold   = local.limits.endpoint_concurrency_percent / 100 # a share of 1
    }
    endpoint-memory = {
      limit       = local.limits.endpoint_memory_percent
      description = "A serverless container uses more than ${local.limits.endpoint_memory_percent} % of its memory."
      namespace   = "/aws/sagemaker/Endpoints"
      metric      = "MemoryUtilization"
      threshold   = local.limits.endpoint_memory_percent
    }
  }

  serverless_variants = try(var.endpoint.serverless_memory_mb, null) == null ? [] : local.variants

  instances = { for variant, instance in try(var.endpoint.instances, {}) : variant => merge(instance, { vcpus = coalesce(instance.vcpus, local.vcpus[variant]) }) }

  # CPUUtilization adds the processors up: four busy ones are 400 %. Their number follows from the size, in all
  # families but a few: large has 2, 4xlarge 16. 1 where the size says nothing.
  vcpus = {
    for variant, instance in try(var.endpoint.instances, {}) : variant => (
      can(regex("\\.(medium|large)$", instance.type)) ? 2 :
      try(4 * tonumber(coalesce(one(regex("\\.(\\d*)xlarge$", instance.type)), 1)), 1)
    )
  }

  endpoint_alarms = merge(flatten([
    for variant in local.variants : [
      for dimensions in [{ EndpointName = var.endpoint.name, VariantName = variant }] : [
        {
          for kind, alarm in local.endpoint_metrics : "${kind}-${variant}" => merge(alarm, {
            kind       = kind
            namespace  = "AWS/SageMaker"
            dimensions = dimensions
          })
        },
        {
          for kind, alarm in local.serverless_metrics : "${kind}-${variant}" => merge(alarm, {
            kind       = kind
            dimensions = dimensions
            statistic  = "Maximum"
          }) if contains(local.serverless_variants, variant)
        },
        [for instance in try([local.instances[variant]], []) : merge(
          {
            for kind, alarm in local.instance_metrics : "${kind}-${variant}" => merge(alarm, {
              kind        = kind
              namespace   = "/aws/sagemaker/Endpoints"
              dimensions  = dimensions
              statistic   = kind == "endpoint-cpu" ? "Average" : "Maximum"
              threshold   = alarm.threshold * (kind == "endpoint-cpu" ? instance.vcpus : 1)
              periods     = 15
              bad_periods = 10
            })
          },
          {
            "endpoint-load-${variant}" = {
              kind        = "endpoint-load"
              limit       = instance.invocations_per_minute_target == null ? -1 : local.limits.endpoint_load_percent
              description = "Each instance gets more than ${local.limits.endpoint_load_percent} % of the calls that autoscaling aims at, for a quarter of an hour: it is at its maximum, or too slow."
              namespace   = "AWS/SageMaker"
              metric      = "InvocationsPerInstance"
              dimensions  = dimensions
              statistic   = "Sum" # the only one that is valid; a minute's, as the target
              threshold   = try(instance.invocations_per_minute_target * local.limits.endpoint_load_percent / 100, 0)
              periods     = 15
              bad_periods = 15
            }
          },
        )],
      ]
    ]
  ])...)
}
