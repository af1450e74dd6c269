variable "clients" {
  description = <<-EOT
    Who may call, by name: each client gets a usage plan of its own and its API keys.
    `rate_limit` is requests a second, `burst_limit` how many may come at once, `quota` how many in a period of
    DAY, WEEK or MONTH (leave it out for no quota; `offset` is passed on as API Gateway takes it).
    `routes` bounds a client on single routes, written `METHOD /path`, with a `rate_limit` and `burst_limit` of their own.
    `keys` names the client's keys: left out it has one, named `default`; add the next, let the client change over,
    then take the old one away. `disabled_keys` turns some off without forgetting them, `enabled = false` all of them.
    A key identifies a client, it doesn't authenticate anyone.
  EOT
  type = map(object({
    rate_limit  = optional(number, 50)
    burst_limit = optional(number, 100)
    quota = optional(object({
      limit  = number
      period = optional(string, "DAY")
      offset = optional(number, 0)
    }))
    routes = optional(map(object({
      rate_limit  = number
      burst_limit = number
    })), {})
    enabled       = optional(bool, true)
    keys          = optional(set(string), ["default"])
    disabled_keys = optional(set(string), [])
  }))
  nullable = false
  default  = {}

  validation {
    condition     = alltrue([for name in keys(var.clients) : can(regex("^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$", name))])
    error_message = "A client's name must be letters, digits, hyphens or underscores: it becomes part of the names of its keys and plan."
  }
  validation {
    condition     = alltrue([for client in values(var.clients) : client.rate_limit > 0 && client.burst_limit >= 1])
    error_message = "A client needs rate_limit > 0 and burst_limit >= 1; to shut it out set enabled = false."
  }
  validation {
    condition = alltrue([
      for client in values(var.clients) : try(contains(["DAY", "WEEK", "MONTH"], client.quota.period) && client.quota.limit >= 1, client.quota == null)
    ])
    error_message = "A quota needs limit >= 1 and a period of DAY, WEEK or MONTH."
  }
  validation {
    condition = alltrue([
      for client in values(var.clients) : try(client.quota.offset >= 0 && client.quota.offset <= { DAY = 0, WEEK = 6, MONTH = 27 }[client.quota.period], true)
    ])
    error_message = "A quota's offset must be 0 for DAY, 0 to 6 for WEEK and 0 to 27 for MONTH: API Gateway takes no other."
  }
  validation {
    condition     = alltrue([for client in values(var.clients) : length(client.keys) >= 1 && alltrue([for key in client.keys : can(regex("^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$", key))])])
    error_message = "A client needs at least one key, named with letters, digits, hyphens or underscores, such as keys = [\"2026-11\"]; to shut it out set enabled = false."
  }
  validation {
    condition     = alltrue([for client in values(var.clients) : length(setsubtract(client.disabled_keys, client.keys)) == 0])
    error_message = "disabled_keys names a key that the client's keys don't have."
  }
  validation {
    condition = alltrue([
      for client in values(var.clients) : alltrue([
        for key in keys(client.routes) : contains(setsubtract(local.contract_routes, var.unpublished_routes), key)
      ])
    ])
    error_message = "A client's routes must be routes of this API, written METHOD /path. There are: ${join(", ", setsubtract(local.contract_routes, var.unpublished_routes))}."
  }
  validation {
    condition     = alltrue([for client in values(var.clients) : alltrue([for limits in values(client.routes) : limits.rate_limit > 0 && limits.burst_limit >= 1])])
    error_message = "A client's route needs rate_limit > 0 and burst_limit >= 1; to close a route to everybody, use unpublished_routes."
  }
}
