variable "rollout" {
  description = <<-EOT
    How an update replaces the running instances; null lets SageMaker do it all at once, without alarms. Instances only.
    At most one of `canary`, `linear` and `rolling`; with none, all traffic moves at once.
    - `canary`: first a part of the new fleet's capacity (`percent`, 1 to 50, or `instances`), after `wait_seconds` the rest.
    - `linear`: steps of that size (`percent` 10 to 50), `wait_seconds` after each.
    - `rolling`: replaces instances in batches (`percent` 5 to 50) without a second fleet; `rollback_percent` is the batch on the way back, 100 unless given.
    - `termination_wait_seconds`: how long the old fleet stays after the last step, watched by the alarms; not with `rolling`.
    - `maximum_seconds`: an update that takes longer is rolled back, 600 to 14400. Left out, SageMaker's own.
    - `alarms`: alarms made here, per variant: `server_errors_per_minute` (more 5xx than that) and `latency_p99_ms` (left out, none).
    - `alarm_names`: further alarms that roll back, which exist already. The execution role must be allowed to describe them (iam module: sagemaker.rollback_alarm_arns).
  EOT
  type = object({
    canary = optional(object({
      percent      = optional(number)
      instances    = optional(number)
      wait_seconds = optional(number, 300)
    }))
    linear = optional(object({
      percent      = optional(number)
      instances    = optional(number)
      wait_seconds = optional(number, 300)
    }))
    rolling = optional(object({
      percent          = optional(number)
      instances        = optional(number)
      rollback_percent = optional(number)
      wait_seconds     = optional(number, 300)
    }))
    termination_wait_seconds = optional(number, 0)
    maximum_seconds          = optional(number)
    alarms = optional(object({
      server_errors_per_minute = optional(number, 5)
      latency_p99_ms           = optional(number)
    }), {})
    alarm_names = optional(set(string), [])
  })
  default = null

  validation {
    condition     = var.rollout == null || var.instances != null
    error_message = "rollout works on instances only: SageMaker's deployment guardrails leave serverless endpoints out, and an existing endpoint is not changed."
  }

  validation {
    condition     = length([for way in [try(var.rollout.canary, null), try(var.rollout.linear, null), try(var.rollout.rolling, null)] : way if way != null]) <= 1
    error_message = "Give at most one of rollout.canary, rollout.linear and rollout.rolling."
  }

  validation {
    condition     = alltrue([for way in [try(var.rollout.canary, null), try(var.rollout.linear, null), try(var.rollout.rolling, null)] : (way.percent == null) != (way.instances == null) if way != null])
    error_message = "Give exactly one of percent and instances in rollout.canary, rollout.linear or rollout.rolling."
  }

  validation {
    condition     = try(coalesce(var.rollout.canary.percent, 1) >= 1 && coalesce(var.rollout.canary.percent, 1) <= 50, true)
    error_message = "rollout.canary.percent must lie between 1 and 50."
  }

  validation {
    condition     = try(coalesce(var.rollout.linear.percent, 10) >= 10 && coalesce(var.rollout.linear.percent, 10) <= 50, true)
    error_message = "rollout.linear.percent must lie between 10 and 50."
  }

  validation {
    condition     = try(coalesce(var.rollout.rolling.percent, 5) >= 5 && coalesce(var.rollout.rolling.percent, 5) <= 50, true)
    error_message = "rollout.rolling.percent must lie between 5 and 50."
  }

  validation {
    condition     = alltrue([for way in [try(var.rollout.canary, null), try(var.rollout.linear, null), try(var.rollout.rolling, null)] : coalesce(way.instances, 1) >= 1 && floor(coalesce(way.instances, 1)) == coalesce(way.instances, 1) if way != null])
    error_message = "instances in rollout.canary, rollout.linear or rollout.rolling is a whole number, 1 or more."
  }

  validation {
    condition     = alltrue([for way in [try(var.rollout.canary, null), try(var.rollout.linear, null), try(var.rollout.rolling, null)] : way.wait_seconds >= 0 && way.wait_seconds <= 3600 if way != null])
    error_message = "wait_seconds in rollout.canary, rollout.linear or rollout.rolling must lie between 0 and 3600."
  }

  validation {
    condition     = try(coalesce(var.rollout.rolling.rollback_percent, 100) >= 1 && coalesce(var.rollout.rolling.rollback_percent, 100) <= 100, true)
    error_message = "rollout.rolling.rollback_percent must lie between 1 and 100."
  }

  validation {
    condition     = try(var.rollout.termination_wait_seconds >= 0 && var.rollout.termination_wait_seconds <= 3600, true)
    error_message = "rollout.termination_wait_seconds must lie between 0 and 3600."
  }

  validation {
    condition     = try(var.rollout.rolling, null) == null || try(var.rollout.termination_wait_seconds == 0, true)
    error_message = "rollout.termination_wait_seconds needs a second fleet: leave it out with rollout.rolling."
  }

  validation {
    condition     = try(var.rollout.termination_wait_seconds, 0) + try(var.rollout.canary.wait_seconds, 0) + sum(concat([0], [for way in [try(var.rollout.linear, null), try(var.rollout.rolling, null)] : (ceil(100 / coalesce(way.percent, try(100 * way.instances / var.instances.initial_count, 100))) - 1) * way.wait_seconds if way != null])) < 3600
    error_message = "The waits of rollout add up to an hour or more. The provider gives an update 60 minutes, and apply would fail while SageMaker goes on: take fewer steps, or shorter waits."
  }

  validation {
    condition     = try(var.rollout.maximum_seconds >= 600 && var.rollout.maximum_seconds <= 14400, true)
    error_message = "rollout.maximum_seconds must lie between 600 and 14400."
  }

  validation {
    condition     = try(var.rollout.alarms.server_errors_per_minute >= 0 && coalesce(var.rollout.alarms.latency_p99_ms, 1) > 0, true)
    error_message = "rollout.alarms takes 0 or more server_errors_per_minute and a latency_p99_ms above 0."
  }

  validation {
    condition     = try(length(var.rollout.alarm_names) + (var.rollout.alarms.latency_p99_ms == null ? 1 : 2) <= 10, true)
    error_message = "SageMaker watches ten alarms at most: give fewer rollout.alarm_names (one or two alarms per variant are made here)."
  }
}

variable "apply_steps" {
  description = <<-EOT
    How the Python scripts that apply runs (`infra/modules/apply_steps`) reach AWS. They don't see the provider block, only the environment of Terraform.
    - `python`: interpreter, 3.9 or later, that has boto3 or finds the AWS CLI in PATH.
    - `environment`: further variables, e.g. AWS_PROFILE as the provider's profile. Never a secret: they stand in the plan.
    - `assume_role_arn`: role to assume first, as the provider's assume_role.
    - `timeout_seconds`: how long an endpoint may take to come to rest after the provider has seen it in service.
  EOT
  type = object({
    python          = optional(string, "python3")
    environment     = optional(map(string), {})
    assume_role_arn = optional(string)
    timeout_seconds = optional(number, 900)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.apply_steps.timeout_seconds > 0
    error_message = "apply_steps.timeout_seconds must be more than 0."
  }
}
