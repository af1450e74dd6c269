variable "waf" {
  description = <<-EOT
    A web ACL in front of the stage, for both its addresses; null (the default) sets none. Either `web_acl_arn` of
    one that exists, or, with `{}` and more, one of the API's own:
    `managed_rules`: name of the group → `priority` (10 or more), `vendor`, `version` (null = the vendor's default),
    `rule_actions` (rule → `allow`, `block`, `count`, `captcha`, `challenge`) and `count_only`. Left out: Amazon's IP
    reputation list, known bad inputs and the common rules, of which the one against bodies over 8 KB only counts.
    `rule_groups`: your own groups, name → `arn`, `priority`, `count_only`.
    `rate_limit`: `requests` of one address within `window_seconds` (60, 120, 300, 600); more are refused.
    `denied_cidrs` are refused; with `allowed_cidrs` everybody else is.
    `forwarded_header` reads addresses from that header instead: only behind a proxy of yours that sets it.
    `body_inspection_kb`: how much of a body rules see (16, 32, 48, 64; over 16 costs extra).
    `log`: `destination_arn` (a log group, bucket or stream whose name starts with `aws-waf-logs-`; null = a group
    made here), `redacted_headers` beside the key, authorization and cookies, and `all_requests` (else refused and
    counted ones). WAF logs hold what clients send: see the README. Null keeps none.
    `sampled_requests` lets WAF's console show requests of the last three hours, headers and all.
  EOT
  type = object({
    web_acl_arn = optional(string)
    managed_rules = optional(map(object({
      priority     = number
      vendor       = optional(string, "AWS")
      version      = optional(string)
      rule_actions = optional(map(string), {})
      count_only   = optional(bool, false)
    })))
    rule_groups = optional(map(object({
      arn        = string
      priority   = number
      count_only = optional(bool, false)
    })), {})
    rate_limit = optional(object({
      requests       = number
      window_seconds = optional(number, 300)
    }))
    denied_cidrs       = optional(set(string), [])
    allowed_cidrs      = optional(set(string), [])
    forwarded_header   = optional(string)
    body_inspection_kb = optional(number, 16)
    log = optional(object({
      destination_arn  = optional(string)
      redacted_headers = optional(set(string), [])
      all_requests     = optional(bool, false)
    }))
    sampled_requests = optional(bool, false)
  })
  default = null

  validation {
    condition     = try(var.waf.web_acl_arn == null || can(regex("^arn:[a-z-]+:wafv2:[a-z0-9-]+:[0-9]{12}:regional/webacl/.+$", var.waf.web_acl_arn)), true)
    error_message = "waf.web_acl_arn must be the ARN of a regional web ACL of WAF v2: …:regional/webacl/…"
  }
  validation {
    condition = try(var.waf.web_acl_arn == null || (
      var.waf.managed_rules == null && var.waf.rate_limit == null && var.waf.log == null && var.waf.forwarded_header == null &&
      length(var.waf.rule_groups) == 0 && length(var.waf.denied_cidrs) == 0 && length(var.waf.allowed_cidrs) == 0
    ), true)
    error_message = "waf.web_acl_arn names a web ACL that has its rules already: leave the other fields out, or leave web_acl_arn out."
  }
  validation {
    condition = try(alltrue([
      for group in values(var.waf.managed_rules) : alltrue([for action in values(group.rule_actions) : contains(["allow", "block", "count", "captcha", "challenge"], action)])
    ]), true)
    error_message = "An action in waf.managed_rules.rule_actions must be allow, block, count, captcha or challenge."
  }
  validation {
    condition = try(
      length(distinct(concat([for group in values(coalesce(var.waf.managed_rules, {})) : group.priority], [for group in values(var.waf.rule_groups) : group.priority])))
    == length(coalesce(var.waf.managed_rules, {})) + length(var.waf.rule_groups), true)
    error_message = "Each of waf.managed_rules and waf.rule_groups needs a priority of its own: WAF looks at the lowest first."
  }
  validation {
    condition = try(alltrue([
      for priority in concat([for group in values(coalesce(var.waf.managed_rules, {})) : group.priority], [for group in values(var.waf.rule_groups) : group.priority]) :
      priority >= 10 && floor(priority) == priority && (var.waf.managed_rules != null || !contains([10, 20, 30], priority))
    ]), true)
    error_message = "A priority in waf must be a whole number from 10: below are the rules on addresses and rate. Without managed_rules, 10, 20 and 30 are those of the default groups."
  }
  validation {
    condition     = try(alltrue([for group in values(var.waf.rule_groups) : can(regex("^arn:[a-z-]+:wafv2:[a-z0-9-]+:[0-9]{12}:regional/rulegroup/.+$", group.arn))]), true)
    error_message = "waf.rule_groups need ARNs of regional rule groups of WAF v2: …:regional/rulegroup/…"
  }
  validation {
    condition     = try(var.waf.rate_limit.requests >= 10 && var.waf.rate_limit.requests <= 2000000000 && contains([60, 120, 300, 600], var.waf.rate_limit.window_seconds), try(var.waf.rate_limit, null) == null)
    error_message = "waf.rate_limit needs 10 to 2000000000 requests in window_seconds of 60, 120, 300 or 600."
  }
  validation {
    condition = try(alltrue([
      for cidr in setunion(var.waf.denied_cidrs, var.waf.allowed_cidrs) : can(cidrhost(cidr, 0)) && !endswith(cidr, "/0")
    ]), true)
    error_message = "waf.denied_cidrs and waf.allowed_cidrs must be CIDRs such as 198.51.100.0/24, 203.0.113.7/32 or 2001:db8::/32; WAF takes no /0."
  }
  validation {
    condition     = try(can(regex("^[A-Za-z0-9-]{1,255}$", var.waf.forwarded_header)) || var.waf.forwarded_header == null, true)
    error_message = "waf.forwarded_header must be the name of a header, such as X-Forwarded-For."
  }
  validation {
    condition     = try(contains([16, 32, 48, 64], var.waf.body_inspection_kb), true)
    error_message = "waf.body_inspection_kb must be 16, 32, 48 or 64."
  }
  validation {
    condition     = try(var.waf.log.destination_arn == null || can(regex("[:/]aws-waf-logs-", var.waf.log.destination_arn)), true)
    error_message = "waf.log.destination_arn must be a log group, bucket or Firehose stream whose name starts with aws-waf-logs-: WAF writes to no other."
  }
}
