variable "role_name" {
  description = "Name of the role; unique in the account, so put the region into it when you use several."
  type        = string
  nullable    = false
  default     = "api-gateway-cloudwatch-logs"

  validation {
    condition     = can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", var.role_name))
    error_message = "role_name must be 1 to 64 characters of A-Z a-z 0-9 + = , . @ _ -"
  }
}
