variable "prices" {
  description = <<-EOT
    Prices of your region and contract, for an estimate of the cost by the hour on the dashboard; null shows use alone. What has no price is not in the sum; neither are taxes, free tiers, keys, alarms, transfer.
    - `currency`: how it is called on the dashboard.
    - `api_million_requests`: a million requests to the REST API.
    - `function_million_requests`, `function_gb_second`: Lambda; needs function.memory_mb.
    - `endpoint_instance_hour`: one instance of the endpoint, of its cheapest type if it has several.
    - `endpoint_serverless_gb_second`: serverless inference; needs endpoint.serverless_memory_mb.
    - `log_gb`: a GB of logs taken in; needs log_groups.
  EOT
  type = object({
    currency                      = optional(string, "USD")
    api_million_requests          = optional(number)
    function_million_requests     = optional(number)
    function_gb_second            = optional(number)
    endpoint_instance_hour        = optional(number)
    endpoint_serverless_gb_second = optional(number)
    log_gb                        = optional(number)
  })
  default = null

  validation {
    condition     = alltrue([for name, price in coalesce(var.prices, {}) : name == "currency" || price == null ? true : price >= 0])
    error_message = "No price may be negative."
  }

  validation {
    condition     = try(var.prices.function_gb_second, null) == null || try(var.function.memory_mb, null) != null
    error_message = "prices.function_gb_second needs function.memory_mb."
  }

  validation {
    condition     = try(var.prices.endpoint_serverless_gb_second, null) == null || try(var.endpoint.serverless_memory_mb, null) != null
    error_message = "prices.endpoint_serverless_gb_second needs endpoint.serverless_memory_mb."
  }
}
