variable "api" {
  description = <<-EOT
    The API: `stage_name`, `clients` (name → rate_limit, burst_limit, quota, routes, enabled, keys, disabled_keys), `throttle` of the whole stage,
    `request_validation` (envelope or full), `cors_allow_origins`, `allow_open_routes`, `unpublished_routes`,
    `binary_media_types`, `minimum_compression_size`, `execution_log_level`, `account_logging_role_arn`. Left out, the defaults of module
    `api_gateway`; the origins go to the function as well.
  EOT
  type = object({
    stage_name = optional(string)
    clients = optional(map(object({
      rate_limit  = optional(number)
      burst_limit = optional(number)
      quota = optional(object({
        limit  = number
        period = optional(string)
        offset = optional(number)
      }))
      routes = optional(map(object({
        rate_limit  = number
        burst_limit = number
      })))
      enabled       = optional(bool)
      keys          = optional(set(string))
      disabled_keys = optional(set(string))
    })))
    throttle = optional(object({
      rate_limit  = optional(number)
      burst_limit = optional(number)
    }))
    request_validation       = optional(string)
    cors_allow_origins       = optional(list(string), [])
    allow_open_routes        = optional(bool)
    unpublished_routes       = optional(set(string))
    binary_media_types       = optional(list(string))
    minimum_compression_size = optional(number)
    execution_log_level      = optional(string)
    account_logging_role_arn = optional(string)
  })
  nullable = false
  default  = {}
}
