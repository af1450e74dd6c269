# What a web ACL logs of a request is its method, address, country, HTTP version, rules and all headers.
# Path, query and the headers that hold secrets are left out here; bodies never get there.
locals {
  waf_logs = { for name, waf in local.waf : name => waf.log if waf.log != null }
  waf_redacted_headers = {
    for name, log in local.waf_logs : name => setunion(["authorization", "cookie", "x-api-key"], [for header in log.redacted_headers : lower(header)])
  }
}

resource "aws_cloudwatch_log_group" "waf" {
  # checkov:skip=CKV_AWS_158: a key of the team's own is an option (logs.kms_key_arn); CloudWatch encrypts anyway
  # checkov:skip=CKV_AWS_338: how long to keep logs is the team's choice (logs.retention_days)
  for_each = { for name, log in local.waf_logs : name => log if log.destination_arn == null }

  name              = "aws-waf-logs-${var.name}-${var.stage_name}"
  retention_in_days = var.logs.retention_days
  kms_key_id        = var.logs.kms_key_arn
  tags              = var.tags
}

resource "aws_wafv2_web_acl_logging_configuration" "this" {
  for_each = local.waf_logs

  resource_arn            = aws_wafv2_web_acl.this[each.key].arn
  log_destination_configs = [each.value.destination_arn != null ? each.value.destination_arn : aws_cloudwatch_log_group.waf[each.key].arn]

  redacted_fields {
    query_string {}
  }
  redacted_fields {
    uri_path {}
  }
  dynamic "redacted_fields" {
    for_each = local.waf_redacted_headers[each.key]
    content {
      single_header {
        name = redacted_fields.value
      }
    }
  }

  dynamic "logging_filter" {
    for_each = each.value.all_requests ? [] : [1]
    content {
      default_behavior = "DROP"
      filter {
        behavior    = "KEEP"
        requirement = "MEETS_ANY"
        dynamic "condition" {
          for_each = ["BLOCK", "COUNT", "EXCLUDED_AS_COUNT"]
          content {
            action_condition {
              action = condition.value
            }
          }
        }
      }
    }
  }
}
