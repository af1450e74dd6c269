variable "reserved_concurrency" {
  description = "Requests at once that are kept for this function, and its limit. null shares the account's pool; a new account's pool is often too small to reserve from."
  type        = number
  default     = null

  validation {
    condition     = try(var.reserved_concurrency >= 1, true)
    error_message = "reserved_concurrency must be 1 or more; 0 would stop the function."
  }
}

variable "provisioned_concurrency" {
  description = <<-EOT
    Sandboxes that are started ahead, so that so many requests at once meet no cold start; they cost money by the hour. null provides none.
    - `count`: how many; with autoscaling the number to start with, and the fewest.
    - `autoscaling`: between `count` and `max`, so that `utilization` (a share from 0.1 to 0.9, left out 0.7) of them are busy, with `scale_in_cooldown_seconds` and `scale_out_cooldown_seconds`.
    - `autoscaling.schedules`: name → `schedule` (cron(…), rate(…) or at(…)) in `timezone` (left out UTC), from which on `min` and `max` bound the number. They stay until another schedule moves them, and Terraform leaves them so; `count` and `max` hold until the first one.
  EOT
  type = object({
    count = number
    autoscaling = optional(object({
      max                        = number
      utilization                = optional(number, 0.7)
      scale_in_cooldown_seconds  = optional(number, 300)
      scale_out_cooldown_seconds = optional(number, 0)
      schedules = optional(map(object({
        schedule = string
        timezone = optional(string, "UTC")
        min      = number
        max      = number
      })), {})
    }))
  })
  default = null

  validation {
    condition     = try(var.provisioned_concurrency.count >= 1, var.provisioned_concurrency == null)
    error_message = "provisioned_concurrency.count must be 1 or more; null provides none."
  }

  validation {
    condition     = try(var.provisioned_concurrency.autoscaling.max >= var.provisioned_concurrency.count, true)
    error_message = "provisioned_concurrency.autoscaling.max must be at least provisioned_concurrency.count."
  }

  validation {
    condition     = try(var.provisioned_concurrency.autoscaling.utilization >= 0.1 && var.provisioned_concurrency.autoscaling.utilization <= 0.9, true)
    error_message = "provisioned_concurrency.autoscaling.utilization is a share from 0.1 to 0.9."
  }

  validation {
    condition     = alltrue([for action in try(values(var.provisioned_concurrency.autoscaling.schedules), []) : can(regex("^(cron|rate|at)\\(.+\\)$", action.schedule))])
    error_message = "A schedule is cron(minute hour day month weekday year), rate(value unit) or at(yyyy-mm-ddThh:mm:ss)."
  }

  validation {
    condition     = alltrue([for action in try(values(var.provisioned_concurrency.autoscaling.schedules), []) : action.min >= 0 && action.min <= action.max])
    error_message = "A schedule's min must be 0 or more, and no more than its max."
  }

  validation {
    condition     = try(max(var.provisioned_concurrency.count, try(var.provisioned_concurrency.autoscaling.max, 0), try(values(var.provisioned_concurrency.autoscaling.schedules)[*].max, [0])...) <= var.reserved_concurrency, true)
    error_message = "More concurrency is provisioned than reserved_concurrency lets the function have. Raise it, or leave it null."
  }

  validation {
    condition     = var.provisioned_concurrency == null || var.shift == null
    error_message = "Lambda takes no provisioned concurrency on an alias that splits its traffic. Set shift = null or provisioned_concurrency = null."
  }
}

variable "snap_start" {
  description = "Start sandboxes from a snapshot that is taken when a version is published. Python 3.12 or later; snapshots are kept and restored for money. Not with provisioned_concurrency."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.snap_start || var.provisioned_concurrency == null
    error_message = "Lambda has SnapStart or provisioned concurrency, not both. Set snap_start = false or provisioned_concurrency = null."
  }

  validation {
    condition     = !var.snap_start || !contains(["python3.11"], try(jsondecode(file(var.package.manifest)).runtime, ""))
    error_message = "SnapStart asks for Python 3.12 or later. Package for it: python -m scripts.package <model> --target python3.13-arm64."
  }

  # https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html, read in 2026
  validation {
    condition     = !var.snap_start || !contains(["ap-southeast-6", "ap-east-2"], data.aws_region.current.id)
    error_message = "Lambda has no SnapStart in New Zealand (ap-southeast-6) and Taipei (ap-east-2). Set snap_start = false."
  }
}
