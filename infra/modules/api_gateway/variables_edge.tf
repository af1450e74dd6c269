variable "domain" {
  description = <<-EOT
    A host name of your own in front of the stage; null (the default) leaves the API at its execute-api address.
    `name`; `certificate_arn` (ACM; of this region, for `edge` of us-east-1), or `exists = true` where another stack made
    the domain and only the base path is added here; `base_path` (the path's first segment
    there; empty = the whole host); `endpoint_type` `regional` or `edge`; `security_policy` `TLS_1_2` or `TLS_1_0`.
    `mutual_tls` asks clients for a certificate: `truststore_uri` is an S3 object with the CAs to trust in PEM,
    `truststore_version` its version, and `ownership_verification_certificate_arn` a public certificate of the same
    name, needed when `certificate_arn` is imported or from a private CA. It closes the execute-api address.
    `hosted_zone_id` gets the alias record in Route 53; null = make the record yourself, to the output `domain_target`.
  EOT
  type = object({
    name            = string
    certificate_arn = optional(string)
    exists          = optional(bool, false)
    base_path       = optional(string, "")
    endpoint_type   = optional(string, "regional")
    security_policy = optional(string, "TLS_1_2")
    mutual_tls = optional(object({
      truststore_uri                         = string
      truststore_version                     = optional(string)
      ownership_verification_certificate_arn = optional(string)
    }))
    hosted_zone_id = optional(string)
  })
  default = null

  validation {
    condition     = can(regex("^([a-z0-9*]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$", var.domain.name)) || var.domain == null
    error_message = "domain.name must be a host name in lower case without scheme and path, such as models.example.com."
  }
  validation {
    condition     = can(regex("^arn:[a-z-]+:acm:[a-z0-9-]+:[0-9]{12}:certificate/.+$", var.domain.certificate_arn)) || try(var.domain.exists, true)
    error_message = "domain.certificate_arn must be the ARN of a certificate in ACM; leave it out only with exists = true."
  }
  validation {
    condition     = try(!var.domain.exists || (var.domain.certificate_arn == null && var.domain.mutual_tls == null && var.domain.hosted_zone_id == null), var.domain == null)
    error_message = "With domain.exists, certificate, client certificates and DNS record are those of the stack that made the domain: leave certificate_arn, mutual_tls and hosted_zone_id out."
  }
  validation {
    condition     = can(regex("^[A-Za-z0-9$_.+!*'()-]*$", var.domain.base_path)) || var.domain == null
    error_message = "domain.base_path must be one path segment without slashes, such as \"bikes\", or empty for the whole host."
  }
  validation {
    condition     = try(contains(["regional", "edge"], var.domain.endpoint_type), var.domain == null)
    error_message = "domain.endpoint_type must be regional or edge."
  }
  validation {
    condition     = try(contains(["TLS_1_2", "TLS_1_0"], var.domain.security_policy), var.domain == null)
    error_message = "domain.security_policy must be TLS_1_2, or TLS_1_0 for clients too old for it."
  }
  validation {
    condition     = try(var.domain.mutual_tls == null || (var.domain.endpoint_type == "regional" && var.domain.security_policy == "TLS_1_2"), var.domain == null)
    error_message = "domain.mutual_tls needs endpoint_type regional and security_policy TLS_1_2."
  }
  validation {
    condition     = try(var.domain.endpoint_type != "edge" || strcontains(coalesce(var.domain.certificate_arn, ":acm:us-east-1:"), ":acm:us-east-1:"), var.domain == null)
    error_message = "An edge domain is served by CloudFront, which takes certificates of us-east-1 only."
  }
  validation {
    condition     = try(var.domain.mutual_tls.truststore_uri == null || can(regex("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/.+$", var.domain.mutual_tls.truststore_uri)), true)
    error_message = "domain.mutual_tls.truststore_uri must be s3://bucket/key of a PEM file, in this region."
  }
  validation {
    condition     = try(length(regexall("\\*", var.domain.name)) == 0 || var.domain.mutual_tls == null, true)
    error_message = "A wildcard domain can't ask for client certificates: name the host."
  }
}

variable "disable_execute_api_endpoint" {
  description = "Whether the address `https://ID.execute-api.REGION.amazonaws.com` is closed, so that `domain` is the only way in. Null closes it where the domain asks for client certificates, since the address would go round them, and leaves it open otherwise."
  type        = bool
  default     = null

  validation {
    condition     = var.disable_execute_api_endpoint != false || try(var.domain.mutual_tls, null) == null
    error_message = "With domain.mutual_tls the execute-api address must be closed: it asks nobody for a certificate. Leave disable_execute_api_endpoint out."
  }
  validation {
    condition     = var.disable_execute_api_endpoint != true || var.domain != null
    error_message = "disable_execute_api_endpoint would leave no address to call: give a domain."
  }
}
