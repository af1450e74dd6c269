variable "variant_weight" {
  description = "Weight of the variant `variant_name` among the production variants: its share of the requests is its weight by the sum of all weights. 0 gives it none, except those that name it (Target-Variant)."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.variant_weight >= 0 && var.variant_weight + sum(concat([0], [for variant in values(var.further_variants) : variant.weight])) > 0
    error_message = "Weights are 0 or more, and one of them is more than 0."
  }
}

variable "further_variants" {
  description = <<-EOT
    Further production variants beside `variant_name`, by name, on instances: SageMaker refuses serverless variants beside others.
    - `model_name`: the model that it serves.
    - `weight`: as variant_weight.
    - `instances`: as the variable instances, without kms_key_arn, which holds for all.
  EOT
  type = map(object({
    model_name = string
    weight     = optional(number, 1)
    instances = object({
      type                    = string
      initial_count           = optional(number, 1)
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
  }))
  default  = {}
  nullable = false

  validation {
    condition     = length(var.further_variants) == 0 || var.instances != null
    error_message = "further_variants stand beside a variant on instances: give instances, neither serverless nor existing_endpoint_name."
  }

  validation {
    condition     = length(var.further_variants) <= 9
    error_message = "An endpoint has 10 production variants at most: further_variants holds up to 9."
  }

  validation {
    condition     = alltrue([for name in keys(var.further_variants) : can(regex("^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$", name)) && name != var.variant_name])
    error_message = "The names of further_variants are 1 to 63 letters, digits and hyphens, no hyphen first or last, and differ from variant_name."
  }

  validation {
    condition     = alltrue([for variant in values(var.further_variants) : variant.weight >= 0])
    error_message = "The weight of each of further_variants is 0 or more."
  }

  validation {
    condition     = alltrue([for variant in values(var.further_variants) : can(regex("^ml\\.[a-z0-9-]+\\.[a-z0-9]+$", variant.instances.type))])
    error_message = "instances.type of each of further_variants is a SageMaker instance type such as ml.m6i.large."
  }

  validation {
    condition     = alltrue([for variant in values(var.further_variants) : variant.instances.initial_count >= 1 && try(variant.instances.initial_count >= variant.instances.autoscaling.min && variant.instances.initial_count <= variant.instances.autoscaling.max, true)])
    error_message = "instances.initial_count of each of further_variants must be 1 or more, and lie between its autoscaling.min and autoscaling.max."
  }

  validation {
    condition     = alltrue([for variant in values(var.further_variants) : try(variant.instances.startup_timeout_seconds >= 60 && variant.instances.startup_timeout_seconds <= 3600, true)])
    error_message = "instances.startup_timeout_seconds of each of further_variants must lie between 60 and 3600."
  }

  validation {
    condition     = alltrue([for scaling in [for variant in values(var.further_variants) : variant.instances.autoscaling if variant.instances.autoscaling != null] : scaling.min >= 0 && scaling.max >= max(scaling.min, 1)])
    error_message = "further_variants instances.autoscaling needs min <= max, and max of 1 or more."
  }

  validation {
    condition     = alltrue([for scaling in [for variant in values(var.further_variants) : variant.instances.autoscaling if variant.instances.autoscaling != null] : coalesce(scaling.invocations_per_instance_per_minute, 1) > 0])
    error_message = "further_variants instances.autoscaling.invocations_per_instance_per_minute must be more than 0."
  }

  validation {
    condition     = alltrue([for scaling in [for variant in values(var.further_variants) : variant.instances.autoscaling if variant.instances.autoscaling != null] : coalesce(scaling.backlog_per_instance, 1) > 0])
    error_message = "further_variants instances.autoscaling.backlog_per_instance must be more than 0."
  }

  validation {
    condition     = alltrue([for scaling in [for variant in values(var.further_variants) : variant.instances.autoscaling if variant.instances.autoscaling != null] : scaling.scale_in_cooldown_seconds >= 0 && scaling.scale_out_cooldown_seconds >= 0])
    error_message = "The cooldowns of further_variants instances.autoscaling are seconds, 0 or more."
  }

  validation {
    condition     = alltrue([for scaling in [for variant in values(var.further_variants) : variant.instances.autoscaling if variant.instances.autoscaling != null] : scaling.invocations_per_instance_per_minute != null || scaling.backlog_per_instance != null || length(scaling.schedules) + length(scaling.steps) > 0])
    error_message = "Say what further_variants instances.autoscaling goes by: invocations_per_instance_per_minute, backlog_per_instance, schedules or steps."
  }

  validation {
    condition     = alltrue(flatten([for scaling in [for variant in values(var.further_variants) : variant.instances.autoscaling if variant.instances.autoscaling != null] : [for schedule in values(scaling.schedules) : can(regex("^(cron|at|rate)\\(.+\\)$", schedule.schedule))]]))
    error_message = "A schedule of further_variants instances.autoscaling is cron(minutes hours day-of-month month day-of-week year), at(yyyy-mm-ddThh:mm:ss) or rate(value unit)."
  }

  validation {
    condition     = alltrue(flatten([for scaling in [for variant in values(var.further_variants) : variant.instances.autoscaling if variant.instances.autoscaling != null] : [for schedule in values(scaling.schedules) : (schedule.min != null || schedule.max != null) && coalesce(schedule.min, scaling.min) <= coalesce(schedule.max, scaling.max)]]))
    error_message = "A schedule of further_variants instances.autoscaling sets min, max or both, with min <= max."
  }

  validation {
    condition     = alltrue(flatten([for scaling in [for variant in values(var.further_variants) : variant.instances.autoscaling if variant.instances.autoscaling != null] : [for policy in values(scaling.steps) : contains(keys(local.step_metrics), policy.metric)]]))
    error_message = "The metric of further_variants instances.autoscaling.steps is InvocationsPerInstance, ModelLatency, CPUUtilization, MemoryUtilization, DiskUtilization, GPUUtilization, GPUMemoryUtilization, ApproximateBacklogSizePerInstance or HasBacklogWithoutCapacity."
  }

  validation {
    condition     = alltrue(flatten([for scaling in [for variant in values(var.further_variants) : variant.instances.autoscaling if variant.instances.autoscaling != null] : [for policy in values(scaling.steps) : contains(["GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"], policy.comparison)]]))
    error_message = "The comparison of further_variants instances.autoscaling.steps is GreaterThanOrEqualToThreshold, GreaterThanThreshold, LessThanThreshold or LessThanOrEqualToThreshold."
  }

  validation {
    condition     = alltrue(flatten([for scaling in [for variant in values(var.further_variants) : variant.instances.autoscaling if variant.instances.autoscaling != null] : [for policy in values(scaling.steps) : contains(["ChangeInCapacity", "PercentChangeInCapacity", "ExactCapacity"], policy.adjustment)]]))
    error_message = "The adjustment of further_variants instances.autoscaling.steps is ChangeInCapacity, PercentChangeInCapacity or ExactCapacity."
  }

  validation {
    condition     = alltrue(flatten([for scaling in [for variant in values(var.further_variants) : variant.instances.autoscaling if variant.instances.autoscaling != null] : [for policy in values(scaling.steps) : policy.minimum_change == null || policy.adjustment == "PercentChangeInCapacity"]]))
    error_message = "minimum_change of further_variants instances.autoscaling.steps goes with adjustment = PercentChangeInCapacity."
  }

  validation {
    condition     = alltrue(flatten([for scaling in [for variant in values(var.further_variants) : variant.instances.autoscaling if variant.instances.autoscaling != null] : [for policy in values(scaling.steps) : policy.period_seconds >= 60 && policy.period_seconds % 60 == 0 && policy.evaluation_periods >= 1 && policy.cooldown_seconds >= 0]]))
    error_message = "In further_variants instances.autoscaling.steps, period_seconds is a multiple of 60, evaluation_periods 1 or more, cooldown_seconds 0 or more."
  }

  validation {
    condition     = alltrue(flatten([for scaling in [for variant in values(var.further_variants) : variant.instances.autoscaling if variant.instances.autoscaling != null] : [for policy in values(scaling.steps) : length(policy.steps) > 0 && alltrue([for step in policy.steps : (step.from != null || step.to != null) && try(step.from < step.to, true)])]]))
    error_message = "Each policy of further_variants instances.autoscaling.steps has steps, each with from, to or both, from < to: distances of the metric from threshold."
  }
}

variable "shadow_variant" {
  description = <<-EOT
    A variant that gets a copy of requests and whose answers are dropped: a new model under real load. null has none. SageMaker takes one, beside one production variant on instances.
    - `name`, `model_name`: its name, and the model that it serves.
    - `sampling_percentage`: share of the requests that is copied, up to 100.
    - `instances`: their `type`, `initial_count` (left out, 1) and `startup_timeout_seconds`. Its count stays.
  EOT
  type = object({
    name                = optional(string, "Shadow")
    model_name          = string
    sampling_percentage = optional(number, 100)
    instances = object({
      type                    = string
      initial_count           = optional(number, 1)
      startup_timeout_seconds = optional(number)
    })
  })
  default = null

  validation {
    condition     = var.shadow_variant == null || var.instances != null && length(var.further_variants) == 0 && var.async == null
    error_message = "shadow_variant stands beside exactly one production variant on instances: neither serverless, nor further_variants, nor async."
  }

  validation {
    condition     = var.shadow_variant == null || can(regex("^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$", var.shadow_variant.name)) && try(var.shadow_variant.name, "") != var.variant_name
    error_message = "shadow_variant.name is 1 to 63 letters, digits and hyphens, no hyphen first or last, and differs from variant_name."
  }

  validation {
    condition     = try(var.shadow_variant.sampling_percentage > 0 && var.shadow_variant.sampling_percentage <= 100, var.shadow_variant == null)
    error_message = "shadow_variant.sampling_percentage is more than 0, 100 at most."
  }

  validation {
    condition     = var.shadow_variant == null || var.variant_weight > 0
    error_message = "shadow_variant copies a share of what variant_name gets: give it a variant_weight of more than 0."
  }

  validation {
    condition     = var.shadow_variant == null || can(regex("^ml\\.[a-z0-9-]+\\.[a-z0-9]+$", var.shadow_variant.instances.type)) && try(var.shadow_variant.instances.initial_count >= 1, false)
    error_message = "shadow_variant.instances has a type such as ml.m6i.large and an initial_count of 1 or more."
  }

  validation {
    condition     = try(var.shadow_variant.instances.startup_timeout_seconds >= 60 && var.shadow_variant.instances.startup_timeout_seconds <= 3600, true)
    error_message = "shadow_variant.instances.startup_timeout_seconds must lie between 60 and 3600."
  }
}
