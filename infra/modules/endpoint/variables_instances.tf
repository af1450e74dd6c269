variable "instances" {
  description = <<-EOT
    Serve from instances; null does not.
    - `type`: instance type, e.g. ml.m6i.large.
    - `initial_count`: instances that a new configuration starts with.
    - `kms_key_arn`: customer key of the instances' storage volumes, for all variants. Left out, SageMaker's own key encrypts them. Types with local NVMe storage (m5d, g4dn, g5 …) refuse a key.
    - `startup_timeout_seconds`: how long the container may take to answer /ping, 60 to 3600.
    - `autoscaling`: from `min` to `max` instances; left out, the count stays. What it goes by, in any combination:
    - `autoscaling.invocations_per_instance_per_minute`: the load to keep (target tracking), with the cooldowns in seconds. `disable_scale_in` only ever adds instances.
    - `autoscaling.backlog_per_instance`: likewise the length of the queue of an `async` endpoint. Its `min` may be 0.
    - `autoscaling.schedules`: by name, `min` and `max` from a moment on: cron(…), at(…) or rate(…) in `timezone` (an IANA name; left out, UTC).
    - `autoscaling.steps`: by name, an alarm on a `metric` of the variant (CPUUtilization, ModelLatency in microseconds …) and what it changes: each of `steps` counts from `from` to `to`, distances from `threshold`, and changes the count by `change` (or by so many percent, or to it: `adjustment`).
  EOT
  type = object({
    type                    = string
    initial_count           = optional(number, 1)
    kms_key_arn             = optional(string)
    startup_timeout_seconds = optional(number)
    autoscaling = optional(object({
      min                                 = optional(number, 1)
      max                                 = number
      invocations_per_instance_per_minute = optional(number)
      backlog_per_instance                = optional(number)
      scale_in_cooldown_seconds           = optional(number, 300)
      scale_out_cooldown_seconds          = optional(number, 60)
      disable_scale_in                    = optional(bool, false)
      schedules = optional(map(object({
        schedule = string
        timezone = optional(string, "UTC")
        min      = optional(number)
        max      = optional(number)
      })), {})
      steps = optional(map(object({
        metric             = string
        threshold          = number
        comparison         = optional(string, "GreaterThanOrEqualToThreshold")
        period_seconds     = optional(number, 60)
        evaluation_periods = optional(number, 2)
        adjustment         = optional(string, "ChangeInCapacity")
        minimum_change     = optional(number)
        cooldown_seconds   = optional(number, 300)
        steps = list(object({
          from   = optional(number)
          to     = optional(number)
          change = number
        }))
      })), {})
    }))
  })
  default = null

  validation {
    condition     = var.instances == null || can(regex("^ml\\.[a-z0-9-]+\\.[a-z0-9]+$", var.instances.type))
    error_message = "instances.type is a SageMaker instance type such as ml.m6i.large."
  }

  validation {
    condition     = try(var.instances.initial_count >= 1, true)
    error_message = "instances.initial_count must be 1 or more."
  }

  validation {
    condition     = try(var.instances.startup_timeout_seconds >= 60 && var.instances.startup_timeout_seconds <= 3600, true)
    error_message = "instances.startup_timeout_seconds must lie between 60 and 3600."
  }

  validation {
    condition     = try(var.instances.initial_count >= var.instances.autoscaling.min && var.instances.initial_count <= var.instances.autoscaling.max, true)
    error_message = "instances.initial_count must lie between autoscaling.min and autoscaling.max."
  }

  validation {
    condition     = alltrue([for scaling in try([for scaling in [var.instances.autoscaling] : scaling if scaling != null], []) : scaling.min >= 0 && scaling.max >= max(scaling.min, 1)])
    error_message = "instances.autoscaling needs min <= max, and max of 1 or more."
  }

  validation {
    condition     = alltrue([for scaling in try([for scaling in [var.instances.autoscaling] : scaling if scaling != null], []) : coalesce(scaling.invocations_per_instance_per_minute, 1) > 0])
    error_message = "instances.autoscaling.invocations_per_instance_per_minute must be more than 0."
  }

  validation {
    condition     = alltrue([for scaling in try([for scaling in [var.instances.autoscaling] : scaling if scaling != null], []) : coalesce(scaling.backlog_per_instance, 1) > 0])
    error_message = "instances.autoscaling.backlog_per_instance must be more than 0."
  }

  validation {
    condition     = alltrue([for scaling in try([for scaling in [var.instances.autoscaling] : scaling if scaling != null], []) : scaling.scale_in_cooldown_seconds >= 0 && scaling.scale_out_cooldown_seconds >= 0])
    error_message = "The cooldowns of instances.autoscaling are seconds, 0 or more."
  }

  validation {
    condition     = alltrue([for scaling in try([for scaling in [var.instances.autoscaling] : scaling if scaling != null], []) : scaling.invocations_per_instance_per_minute != null || scaling.backlog_per_instance != null || length(scaling.schedules) + length(scaling.steps) > 0])
    error_message = "Say what instances.autoscaling goes by: invocations_per_instance_per_minute, backlog_per_instance, schedules or steps."
  }

  validation {
    condition     = alltrue(flatten([for scaling in try([for scaling in [var.instances.autoscaling] : scaling if scaling != null], []) : [for schedule in values(scaling.schedules) : can(regex("^(cron|at|rate)\\(.+\\)$", schedule.schedule))]]))
    error_message = "A schedule of instances.autoscaling is cron(minutes hours day-of-month month day-of-week year), at(yyyy-mm-ddThh:mm:ss) or rate(value unit)."
  }

  validation {
    condition     = alltrue(flatten([for scaling in try([for scaling in [var.instances.autoscaling] : scaling if scaling != null], []) : [for schedule in values(scaling.schedules) : (schedule.min != null || schedule.max != null) && coalesce(schedule.min, scaling.min) <= coalesce(schedule.max, scaling.max)]]))
    error_message = "A schedule of instances.autoscaling sets min, max or both, with min <= max."
  }

  validation {
    condition     = alltrue(flatten([for scaling in try([for scaling in [var.instances.autoscaling] : scaling if scaling != null], []) : [for policy in values(scaling.steps) : contains(keys(local.step_metrics), policy.metric)]]))
    error_message = "The metric of instances.autoscaling.steps is InvocationsPerInstance, ModelLatency, CPUUtilization, MemoryUtilization, DiskUtilization, GPUUtilization, GPUMemoryUtilization, ApproximateBacklogSizePerInstance or HasBacklogWithoutCapacity."
  }

  validation {
    condition     = alltrue(flatten([for scaling in try([for scaling in [var.instances.autoscaling] : scaling if scaling != null], []) : [for policy in values(scaling.steps) : contains(["GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"], policy.comparison)]]))
    error_message = "The comparison of instances.autoscaling.steps is GreaterThanOrEqualToThreshold, GreaterThanThreshold, LessThanThreshold or LessThanOrEqualToThreshold."
  }

  validation {
    condition     = alltrue(flatten([for scaling in try([for scaling in [var.instances.autoscaling] : scaling if scaling != null], []) : [for policy in values(scaling.steps) : contains(["ChangeInCapacity", "PercentChangeInCapacity", "ExactCapacity"], policy.adjustment)]]))
    error_message = "The adjustment of instances.autoscaling.steps is ChangeInCapacity, PercentChangeInCapacity or ExactCapacity."
  }

  validation {
    condition     = alltrue(flatten([for scaling in try([for scaling in [var.instances.autoscaling] : scaling if scaling != null], []) : [for policy in values(scaling.steps) : policy.minimum_change == null || policy.adjustment == "PercentChangeInCapacity"]]))
    error_message = "minimum_change of instances.autoscaling.steps goes with adjustment = PercentChangeInCapacity."
  }

  validation {
    condition     = alltrue(flatten([for scaling in try([for scaling in [var.instances.autoscaling] : scaling if scaling != null], []) : [for policy in values(scaling.steps) : policy.period_seconds >= 60 && policy.period_seconds % 60 == 0 && policy.evaluation_periods >= 1 && policy.cooldown_seconds >= 0]]))
    error_message = "In instances.autoscaling.steps, period_seconds is a multiple of 60, evaluation_periods 1 or more, cooldown_seconds 0 or more."
  }

  validation {
    condition     = alltrue(flatten([for scaling in try([for scaling in [var.instances.autoscaling] : scaling if scaling != null], []) : [for policy in values(scaling.steps) : length(policy.steps) > 0 && alltrue([for step in policy.steps : (step.from != null || step.to != null) && try(step.from < step.to, true)])]]))
    error_message = "Each policy of instances.autoscaling.steps has steps, each with from, to or both, from < to: distances of the metric from threshold."
  }
}

variable "serverless" {
  description = <<-EOT
    Serve on demand; null does not. The model must then be made with network_isolation = false, of one container, without VPC.
    - `memory_mb`: 1024, 2048, 3072, 4096, 5120 or 6144.
    - `max_concurrency`: requests at once, 1 to 200; more are throttled.
    - `provisioned_concurrency`: requests kept warm, up to max_concurrency. Left out, none.
    - `autoscaling`: of provisioned_concurrency from `min` to `max`, so that the share `utilization` of it is in use; with cooldowns, `disable_scale_in` and `schedules` as for instances. Left out, it stays.
  EOT
  type = object({
    memory_mb               = optional(number, 2048)
    max_concurrency         = optional(number, 5)
    provisioned_concurrency = optional(number)
    autoscaling = optional(object({
      min                        = optional(number, 1)
      max                        = number
      utilization                = optional(number, 0.7)
      scale_in_cooldown_seconds  = optional(number, 300)
      scale_out_cooldown_seconds = optional(number, 60)
      disable_scale_in           = optional(bool, false)
      schedules = optional(map(object({
        schedule = string
        timezone = optional(string, "UTC")
        min      = optional(number)
        max      = optional(number)
      })), {})
    }))
  })
  default = null

  validation {
    condition     = var.serverless == null || contains([1024, 2048, 3072, 4096, 5120, 6144], try(var.serverless.memory_mb, 0))
    error_message = "serverless.memory_mb must be 1024, 2048, 3072, 4096, 5120 or 6144."
  }

  validation {
    condition     = try(var.serverless.max_concurrency >= 1 && var.serverless.max_concurrency <= 200, true)
    error_message = "serverless.max_concurrency must lie between 1 and 200."
  }

  validation {
    condition     = try(var.serverless.provisioned_concurrency >= 1 && var.serverless.provisioned_concurrency <= var.serverless.max_concurrency, true)
    error_message = "serverless.provisioned_concurrency must lie between 1 and serverless.max_concurrency."
  }

  validation {
    condition     = try(var.serverless.autoscaling, null) == null || try(var.serverless.autoscaling.min >= 1 && var.serverless.autoscaling.min <= var.serverless.provisioned_concurrency && var.serverless.provisioned_concurrency <= var.serverless.autoscaling.max && var.serverless.autoscaling.max <= var.serverless.max_concurrency, false)
    error_message = "serverless.autoscaling needs 1 <= min <= provisioned_concurrency <= max <= max_concurrency."
  }

  validation {
    condition     = try(var.serverless.autoscaling.utilization > 0 && var.serverless.autoscaling.utilization <= 1, true)
    error_message = "serverless.autoscaling.utilization is a share: more than 0, 1 at most."
  }

  validation {
    condition     = try(var.serverless.autoscaling.scale_in_cooldown_seconds >= 0 && var.serverless.autoscaling.scale_out_cooldown_seconds >= 0, true)
    error_message = "The cooldowns of serverless.autoscaling are seconds, 0 or more."
  }

  validation {
    condition     = alltrue([for schedule in try(values(var.serverless.autoscaling.schedules), []) : can(regex("^(cron|at|rate)\\(.+\\)$", schedule.schedule))])
    error_message = "A schedule of serverless.autoscaling is cron(minutes hours day-of-month month day-of-week year), at(yyyy-mm-ddThh:mm:ss) or rate(value unit)."
  }

  validation {
    condition     = alltrue([for schedule in try(values(var.serverless.autoscaling.schedules), []) : (schedule.min != null || schedule.max != null) && coalesce(schedule.min, var.serverless.autoscaling.min) <= coalesce(schedule.max, var.serverless.autoscaling.max)])
    error_message = "A schedule of serverless.autoscaling sets min, max or both, with min <= max."
  }
}
