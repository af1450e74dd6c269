variable "shift" {
  description = <<-EOT
    How the alias moves to a new version; null moves it all at once. At most one of `canary` and `linear`.
    - `canary`: first `percent` of the calls (1 to 99), after `wait_seconds` all.
    - `linear`: steps of `percent` (1 to 50), `wait_seconds` after each.
    - `alarm_names`: alarms that exist, watched meanwhile; one in state ALARM brings all calls back to the old version and fails apply.
  EOT
  type = object({
    canary = optional(object({
      percent      = number
      wait_seconds = optional(number, 300)
    }))
    linear = optional(object({
      percent      = number
      wait_seconds = optional(number, 60)
    }))
    alarm_names = optional(set(string), [])
  })
  default = null

  validation {
    condition     = var.shift == null || length([for way in [try(var.shift.canary, null), try(var.shift.linear, null)] : way if way != null]) == 1
    error_message = "Give exactly one of shift.canary and shift.linear; leave shift out to move all at once."
  }

  validation {
    condition     = try(var.shift.canary.percent >= 1 && var.shift.canary.percent <= 99, true)
    error_message = "shift.canary.percent must lie between 1 and 99."
  }

  validation {
    condition     = try(var.shift.linear.percent >= 1 && var.shift.linear.percent <= 50, true)
    error_message = "shift.linear.percent must lie between 1 and 50."
  }

  validation {
    condition     = alltrue([for way in [try(var.shift.canary, null), try(var.shift.linear, null)] : way.wait_seconds >= 0 if way != null])
    error_message = "wait_seconds in shift.canary or shift.linear must be 0 or more."
  }

  validation {
    condition     = try(length(var.shift.alarm_names) <= 100, true)
    error_message = "shift.alarm_names takes up to 100 names: CloudWatch describes no more at once."
  }
}

variable "apply_steps" {
  description = <<-EOT
    How the Python script that apply runs for `shift` (`infra/modules/apply_steps`) reaches AWS. It doesn't see the provider block, only the environment of Terraform.
    - `python`: interpreter, 3.9 or later, that has boto3 or finds the AWS CLI in PATH.
    - `environment`: further variables, e.g. AWS_PROFILE as the provider's profile. Never a secret: they stand in the plan.
    - `assume_role_arn`: role to assume first, as the provider's assume_role.
  EOT
  type = object({
    python          = optional(string, "python3")
    environment     = optional(map(string), {})
    assume_role_arn = optional(string)
  })
  default  = {}
  nullable = false
}
