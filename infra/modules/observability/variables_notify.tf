variable "notify" {
  description = <<-EOT
    Who is told when an alarm fires and when it is over; null tells nobody. Give exactly one of:
    - `topic_arn`: an SNS topic that exists. If it is encrypted, its key must let cloudwatch.amazonaws.com use it.
    - `emails`: addresses; a topic with a key of its own is made, and each address must confirm once.
  EOT
  type = object({
    topic_arn = optional(string)
    emails    = optional(set(string), [])
  })
  default = null

  validation {
    condition     = try((var.notify.topic_arn != null) != (length(var.notify.emails) > 0), true)
    error_message = "Give exactly one of notify.topic_arn and notify.emails."
  }

  validation {
    condition     = alltrue([for email in try(var.notify.emails, []) : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", email))])
    error_message = "notify.emails holds addresses such as oncall@example.com."
  }
}

variable "page" {
  description = "Who is told at once, at night too, in the same form: by the composite alarm `down` alone, so one failure is one message. null: alarms that are worth a page tell `notify`, each for itself."
  type = object({
    topic_arn = optional(string)
    emails    = optional(set(string), [])
  })
  default = null

  validation {
    condition     = try((var.page.topic_arn != null) != (length(var.page.emails) > 0), true)
    error_message = "Give exactly one of page.topic_arn and page.emails."
  }

  validation {
    condition     = alltrue([for email in try(var.page.emails, []) : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", email))])
    error_message = "page.emails holds addresses such as oncall@example.com."
  }
}

variable "ticket" {
  description = "Who is told of all other alarms, in the same form. null: `notify` is."
  type = object({
    topic_arn = optional(string)
    emails    = optional(set(string), [])
  })
  default = null

  validation {
    condition     = try((var.ticket.topic_arn != null) != (length(var.ticket.emails) > 0), true)
    error_message = "Give exactly one of ticket.topic_arn and ticket.emails."
  }

  validation {
    condition     = alltrue([for email in try(var.ticket.emails, []) : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", email))])
    error_message = "ticket.emails holds addresses such as oncall@example.com."
  }
}
