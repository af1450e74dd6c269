variable "name" {
  description = "First part of the alarms' names and the dashboard's name, e.g. bike-rental-dev."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,34}[a-z0-9]$", var.name))
    error_message = "Give name 2 to 36 lower-case letters, digits and hyphens, a letter first and no hyphen last."
  }
}

variable "api" {
  description = "The REST API to watch: its `name` (metrics carry the name, not the id) and `stage_name`; `access_log_group_name` for the alarm api-throttles, since no metric tells a 429 from another 4xx. null watches none."
  type = object({
    name                  = string
    stage_name            = string
    access_log_group_name = optional(string)
  })
  default = null
}

variable "function" {
  description = <<-EOT
    The function to watch; null watches none.
    - `name`, and `alias_name` whose versions are meant.
    - `metrics_namespace`: where it writes its own metrics.
    - `timeout_seconds`, `reserved_concurrency`: what the alarms function-duration and function-concurrency measure against; without the one there isn't the other.
    - `memory_mb`: for its cost on the dashboard.
  EOT
  type = object({
    name                 = string
    alias_name           = optional(string, "live")
    metrics_namespace    = optional(string, "ModelEndpointApi")
    timeout_seconds      = optional(number)
    reserved_concurrency = optional(number)
    memory_mb            = optional(number)
  })
  default = null
}

variable "endpoint" {
  description = <<-EOT
    The SageMaker endpoint to watch; null watches none.
    - `name` and `variant_names`: metrics are kept by variant.
    - `instances`: variant → its instance `type`, for the alarms endpoint-cpu, endpoint-memory and endpoint-disk; `vcpus` where the type's size doesn't tell (large 2, xlarge 4, 2xlarge 8 …); `invocations_per_minute_target` of its autoscaling, for endpoint-load. A variant left out is serverless, or watched from outside alone.
    - `serverless_memory_mb`: of a serverless endpoint; for the alarms endpoint-concurrency and endpoint-memory, and its cost on the dashboard.
  EOT
  type = object({
    name          = string
    variant_names = optional(list(string), ["AllTraffic"])
    instances = optional(map(object({
      type                          = string
      vcpus                         = optional(number)
      invocations_per_minute_target = optional(number)
    })), {})
    serverless_memory_mb = optional(number)
  })
  default = null

  validation {
    condition     = try(length(var.endpoint.variant_names) > 0, true)
    error_message = "endpoint.variant_names is empty: metrics are kept by variant, name at least one."
  }

  validation {
    condition     = try(length(setsubtract(keys(var.endpoint.instances), var.endpoint.variant_names)) == 0, true)
    error_message = "endpoint.instances names a variant that endpoint.variant_names does not."
  }
}

variable "log_groups" {
  description = "Log groups that the saved queries read: `function`, `api` (the access log), `api_execution` and `endpoint` (the containers'). Queries on a group left out are not made."
  type = object({
    function      = optional(string)
    api           = optional(string)
    api_execution = optional(string)
    endpoint      = optional(string)
  })
  default  = {}
  nullable = false
}

variable "runbook_url" {
  description = "Where this project's docs/runbook.md is read, e.g. its URL in your Git server. Each alarm's description then ends with a link to its section. null leaves the links out."
  type        = string
  default     = null

  validation {
    condition     = var.runbook_url == null || can(regex("^https://[^#[:space:]]+$", var.runbook_url))
    error_message = "runbook_url is an https URL without an anchor, which each alarm adds."
  }
}

variable "tags" {
  description = "Tags of everything made here, over the provider's default_tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
