variable "canary" {
  description = <<-EOT
    Gives `percent_traffic` of the requests to the document as it is now, and the rest to the one that the stage served before:
    `stable_document_digest` is that one's digest, output `stable_document_digest` before the change.
    `stage_variable_overrides` are stage variables of the canary's share. Null: every request gets the document as it is now;
    so leaving `canary` out again promotes the canary.
  EOT
  type = object({
    percent_traffic          = number
    stable_document_digest   = string
    stage_variable_overrides = optional(map(string), {})
  })
  default = null

  validation {
    condition     = var.canary == null ? true : var.canary.percent_traffic >= 0 && var.canary.percent_traffic <= 100
    error_message = "canary.percent_traffic must be 0 to 100."
  }
  validation {
    condition     = var.canary == null ? true : can(regex("^[0-9a-f]{64}$", var.canary.stable_document_digest))
    error_message = "canary.stable_document_digest is a SHA-256 in hex: output stable_document_digest, read before the document changed."
  }
  validation {
    condition     = alltrue([for name in keys(try(var.canary.stage_variable_overrides, {})) : can(regex("^[A-Za-z0-9_]+$", name))])
    error_message = "A stage variable's name has letters, digits and underscores only."
  }
}

variable "stage_variables" {
  description = "Variables of the stage, which the function reads in its event (`stageVariables`) and a team's own integrations as `$${stageVariables.NAME}`. The function of module `lambda` reads none."
  type        = map(string)
  nullable    = false
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.stage_variables) : can(regex("^[A-Za-z0-9_]+$", name))])
    error_message = "A stage variable's name has letters, digits and underscores only."
  }
}
