# What a plan reads of what extras made, and an apply too.
data "aws_iam_policy_document" "read_extras" {
  for_each = local.environments

  dynamic "statement" {
    for_each = contains(each.value.extras, "code_signing") ? { signing = true } : {}

    content {
      sid       = "ReadCodeSigning"
      actions   = ["lambda:GetCodeSigningConfig", "lambda:ListTags"]
      resources = [local.code_signing[each.key]]
    }
  }

  # Without it Lambda leaves out a function's variables, which then look changed, and S3 an artifact's checksum.
  # https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
  dynamic "statement" {
    for_each = contains(each.value.extras, "customer_keys") ? { keys = true } : {}

    content {
      sid       = "ReadWithKeys"
      actions   = ["kms:Decrypt"]
      resources = ["${local.prefixes[each.key].kms}:key/*"] # the key is an ARN in the stack's settings; its policy decides too

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = [for service in ["lambda", "s3"] : "${service}.${each.value.region}.${local.suffix}"]
      }
    }
  }

  dynamic "statement" {
    for_each = contains(each.value.extras, "waf") ? { waf = true } : {}

    content {
      sid       = "ReadWebAcls"
      actions   = ["wafv2:GetIPSet", "wafv2:GetLoggingConfiguration", "wafv2:GetWebACL", "wafv2:ListTagsForResource"]
      resources = local.web_acls[each.key]
    }
  }

  dynamic "statement" {
    for_each = contains(each.value.extras, "waf") ? { waf = true } : {}

    content {
      sid       = "FindWebAcls"
      actions   = ["wafv2:GetWebACLForResource"]
      resources = ["${local.api[each.key]}/restapis/*/stages/*", "${local.prefixes[each.key].wafv2}:regional/webacl/*/*"]
    }
  }

  dynamic "statement" {
    for_each = contains(each.value.extras, "waf") ? { waf = true } : {}

    content {
      sid       = "ReadWebAclLogs"
      actions   = ["logs:ListTagsForResource"]
      resources = local.web_acl_logs[each.key]
    }
  }

  dynamic "statement" {
    for_each = contains(each.value.extras, "domain") ? { domain = true } : {}

    content {
      sid       = "ReadRecords"
      actions   = ["route53:GetChange", "route53:GetHostedZone", "route53:ListResourceRecordSets"]
      resources = concat(local.zones[each.key], ["arn:${local.partition}:route53:::change/*"])
    }
  }

  dynamic "statement" {
    for_each = contains(each.value.extras, "domain") ? { domain = true } : {}

    content {
      sid       = "ReadDomains"
      actions   = ["apigateway:GET"]
      resources = ["${local.api[each.key]}/domainnames/*"]

      condition {
        test     = "StringEquals"
        variable = "aws:ResourceTag/${local.tag}"
        values   = [each.key]
      }
    }
  }
}
