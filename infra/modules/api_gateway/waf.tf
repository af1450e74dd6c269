# The web ACL in front of the stage. Rules on addresses and rate come first: they are cheap and sure.
locals {
  waf         = var.waf == null ? {} : { for name, waf in { this = var.waf } : name => waf if waf.web_acl_arn == null }
  web_acl_arn = var.waf == null ? null : coalesce(var.waf.web_acl_arn, one([for acl in aws_wafv2_web_acl.this : acl.arn]))

  # Bodies over 8 KB are this API's daily bread: a few hundred rows make one.
  waf_managed_rules = {
    for name, waf in local.waf : name => waf.managed_rules != null ? waf.managed_rules : tomap({
      AWSManagedRulesAmazonIpReputationList = { priority = 10, vendor = "AWS", version = tostring(null), rule_actions = tomap({}), count_only = false }
      AWSManagedRulesKnownBadInputsRuleSet  = { priority = 20, vendor = "AWS", version = tostring(null), rule_actions = tomap({}), count_only = false }
      AWSManagedRulesCommonRuleSet          = { priority = 30, vendor = "AWS", version = tostring(null), rule_actions = tomap({ SizeRestrictions_BODY = "count" }), count_only = false }
    })
  }

  # An address set holds one version of IP; the other half may be empty.
  waf_cidrs = merge([
    for kind, cidrs in { allowed = try(var.waf.allowed_cidrs, []), denied = try(var.waf.denied_cidrs, []) } : {
      "${kind}-ipv4"             = [for cidr in cidrs : cidr if !strcontains(cidr, ":")]
      "${kind}-ipv6"             = [for cidr in cidrs : cidr if strcontains(cidr, ":")]
    } if length(cidrs) > 0
  ]...)
  waf_header = try(var.waf.forwarded_header, null) == null ? [] : [var.waf.forwarded_header]
}

resource "aws_wafv2_ip_set" "this" {
  for_each = local.waf_cidrs

  name               = "${var.name}-${var.stage_name}-${each.key}"
  description        = "Addresses ${split("-", each.key)[0]} to call ${var.name}"
  scope              = "REGIONAL"
  ip_address_version = endswith(each.key, "ipv6") ? "IPV6" : "IPV4"
  addresses          = each.value
  tags               = var.tags

  # Else a set would go before the rule that names it, which WAF refuses.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_wafv2_web_acl" "this" {
  # checkov:skip=CKV2_AWS_31: logs hold what clients send, so they are the team's choice (waf.log)
  # checkov:skip=CKV_AWS_192: the default rules include known bad inputs; who names rules, chooses
  for_each = local.waf

  name        = "${var.name}-${var.stage_name}"
  description = "Stands in front of ${var.name}, stage ${var.stage_name}"
  scope       = "REGIONAL"
  tags        = var.tags

  default_action {
    allow {}
  }
  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "${var.name}-${var.stage_name}"
    sampled_requests_enabled   = each.value.sampled_requests
  }
  dynamic "association_config" {
    for_each = each.value.body_inspection_kb == 16 ? [] : [each.value.body_inspection_kb]
    content {
      request_body {
        api_gateway {
          default_size_inspection_limit = "KB_${association_config.value}"
        }
      }
    }
  }

  dynamic "rule" {
    for_each = length(each.value.denied_cidrs) == 0 ? [] : ["denied-addresses"]
    content {
      name     = rule.value
      priority = 0
      action {
        block {}
      }
      statement {
        or_statement {
          dynamic "statement" {
            for_each = ["denied-ipv4", "denied-ipv6"]
            content {
              ip_set_reference_statement {
                arn = aws_wafv2_ip_set.this[statement.value].arn
                dynamic "ip_set_forwarded_ip_config" {
                  for_each = local.waf_header
                  content {
                    header_name       = ip_set_forwarded_ip_config.value
                    fallback_behavior = "MATCH"
                    position          = "FIRST"
                  }
                }
              }
            }
          }
        }
      }
      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = rule.value
        sampled_requests_enabled   = each.value.sampled_requests
      }
    }
  }

  # Whoever isn't among the allowed is refused; an address that can't be read is nobody's.
  dynamic "rule" {
    for_each = length(each.value.allowed_cidrs) == 0 ? [] : ["other-addresses"]
    content {
      name     = rule.value
      priority = 1
      action {
        block {}
      }
      statement {
        and_statement {
          dynamic "statement" {
            for_each = ["allowed-ipv4", "allowed-ipv6"]
            content {
              not_statement {
                statement {
                  ip_set_reference_statement {
                    arn = aws_wafv2_ip_set.this[statement.value].arn
                    dynamic "ip_set_forwarded_ip_config" {
                      for_each = local.waf_header
                      content {
                        header_name       = ip_set_forwarded_ip_config.value
                        fallback_behavior = "NO_MATCH"
                        position          = "FIRST"
                      }
                    }
                  }
                }
              }
            }
          }
        }
      }
      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = rule.value
        sampled_requests_enabled   = each.value.sampled_requests
      }
    }
  }

  dynamic "rule" {
    for_each = each.value.rate_limit == null ? [] : [each.value.rate_limit]
    content {
      name     = "rate"
      priority = 2
      action {
        block {}
      }
      statement {
        rate_based_statement {
          limit                 = rule.value.requests
          evaluation_window_sec = rule.value.window_seconds
          aggregate_key_type    = length(local.waf_header) == 0 ? "IP" : "FORWARDED_IP"
          dynamic "forwarded_ip_config" {
            for_each = local.waf_header
            content {
              header_name       = forwarded_ip_config.value
              fallback_behavior = "MATCH"
            }
          }
        }
      }
      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "rate"
        sampled_requests_enabled   = each.value.sampled_requests
      }
    }
  }

  dynamic "rule" {
    for_each = local.waf_managed_rules[each.key]
    content {
      name     = rule.key
      priority = rule.value.priority
      override_action {
        dynamic "count" {
          for_each = rule.value.count_only ? [1] : []
          content {}
        }
        dynamic "none" {
          for_each = rule.value.count_only ? [] : [1]
          content {}
        }
      }
      statement {
        managed_rule_group_statement {
          name        = rule.key
          vendor_name = rule.value.vendor
          version     = rule.value.version
          dynamic "rule_action_override" {
            for_each = rule.value.rule_actions
            content {
              name = rule_action_override.key
              action_to_use {
                dynamic "allow" {
                  for_each = rule_action_override.value == "allow" ? [1] : []
                  content {}
                }
                dynamic "block" {
                  for_each = rule_action_override.value == "block" ? [1] : []
                  content {}
                }
                dynamic "count" {
                  for_each = rule_action_override.value == "count" ? [1] : []
                  content {}
                }
                dynamic "captcha" {
                  for_each = rule_action_override.value == "captcha" ? [1] : []
                  content {}
                }
                dynamic "challenge" {
                  for_each = rule_action_override.value == "challenge" ? [1] : []
                  content {}
                }
              }
            }
          }
        }
      }
      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = rule.key
        sampled_requests_enabled   = each.value.sampled_requests
      }
    }
  }

  dynamic "rule" {
    for_each = each.value.rule_groups
    content {
      name     = rule.key
      priority = rule.value.priority
      override_action {
        dynamic "count" {
          for_each = rule.value.count_only ? [1] : []
          content {}
        }
        dynamic "none" {
          for_each = rule.value.count_only ? [] : [1]
          content {}
        }
      }
      statement {
        rule_group_reference_statement {
          arn = rule.value.arn
        }
      }
      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = rule.key
        sampled_requests_enabled   = each.value.sampled_requests
      }
    }
  }
}

resource "aws_wafv2_web_acl_association" "this" {
  for_each = var.waf == null ? {} : { this = true }

  resource_arn = aws_api_gateway_stage.this.arn
  web_acl_arn  = local.web_acl_arn
}
