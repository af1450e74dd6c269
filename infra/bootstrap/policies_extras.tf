# What only stacks with a web ACL, a domain, a VPC, keys of their own or signed code need (environments[*].extras).
locals {
  with_extras = { for key, environment in local.environments : key => environment if length(setsubtract(environment.extras, ["iam_routes", "token_secrets"])) > 0 } # calls, and writes nothing

  # environment → ARNs of what its stacks make
  web_acls     = { for key, environment in local.environments : key => flatten([for name in environment.names : [for kind in ["ipset", "webacl"] : "${local.prefixes[key].wafv2}:regional/${kind}/${name}-*/*"]]) }
  web_acl_logs = { for key, environment in local.environments : key => [for name in environment.names : "${local.prefixes[key].logs}:log-group:aws-waf-logs-${name}-*"] }
  zones        = { for key, environment in local.environments : key => [for zone in coalescelist(sort(environment.hosted_zones), ["*"]) : "arn:${local.partition}:route53:::hostedzone/${zone}"] }
  code_signing = { for key, prefix in local.prefixes : key => "${prefix.lambda}:code-signing-config:*" } # their ids are Lambda's to choose
  log_keys     = { for key, environment in local.environments : key => contains(environment.extras, "customer_keys") ? ["logs:AssociateKmsKey", "logs:DisassociateKmsKey"] : [] }
}

data "aws_iam_policy_document" "write_extras" {
  for_each = local.with_extras

  dynamic "statement" {
    for_each = contains(each.value.extras, "waf") ? { waf = true } : {}

    content {
      sid = "WriteWebAcls"
      actions = [
        "wafv2:CreateIPSet",
        "wafv2:CreateWebACL",
        "wafv2:DeleteIPSet",
        "wafv2:DeleteLoggingConfiguration",
        "wafv2:DeleteWebACL",
        "wafv2:PutLoggingConfiguration",
        "wafv2:TagResource",
        "wafv2:UntagResource",
        "wafv2:UpdateIPSet",
        "wafv2:UpdateWebACL",
      ]
      resources = local.web_acls[each.key]
    }
  }

  # AWS's, and those that the team keeps: api.waf.rule_groups.
  dynamic "statement" {
    for_each = contains(each.value.extras, "waf") ? { waf = true } : {}

    content {
      sid       = "TakeRules"
      actions   = ["wafv2:CreateWebACL", "wafv2:UpdateWebACL"]
      resources = [for kind in ["managedruleset", "rulegroup"] : "${local.prefixes[each.key].wafv2}:regional/${kind}/*/*"]
    }
  }

  # WAF sees no tags of a stage: SetWebACL, which is asked for with each of these, keeps other environments' out.
  dynamic "statement" {
    for_each = contains(each.value.extras, "waf") ? { waf = true } : {}

    content {
      sid     = "AssociateWebAcls"
      actions = ["wafv2:AssociateWebACL", "wafv2:DisassociateWebACL"]
      resources = [
        "${local.api[each.key]}/restapis/*/stages/*",
        "${local.prefixes[each.key].wafv2}:regional/webacl/*/*", # api.waf.web_acl_arn may be one that others keep
      ]
    }
  }

  dynamic "statement" {
    for_each = contains(each.value.extras, "waf") ? { waf = true } : {}

    content {
      sid       = "SetWebAcls"
      actions   = ["apigateway:SetWebACL"]
      resources = ["${local.api[each.key]}/restapis/*/stages/*"]

      condition {
        test     = "StringEquals"
        variable = "aws:ResourceTag/${local.tag}"
        values   = [each.key]
      }
    }
  }

  dynamic "statement" {
    for_each = contains(each.value.extras, "waf") ? { waf = true } : {}

    content {
      sid       = "WriteWebAclLogs"
      actions   = concat(["logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:DeleteRetentionPolicy", "logs:PutRetentionPolicy", "logs:TagResource", "logs:UntagResource"], local.log_keys[each.key])
      resources = local.web_acl_logs[each.key]
    }
  }

  dynamic "statement" {
    for_each = contains(each.value.extras, "waf") ? { waf = true } : {}

    content {
      sid       = "DeliverWebAclLogs"
      actions   = ["logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeResourcePolicies", "logs:PutResourcePolicy"]
      resources = ["*"] # AWS knows no resource for these actions
    }
  }

  dynamic "statement" {
    for_each = contains(each.value.extras, "domain") ? { domain = true } : {}

    content {
      sid       = "MakeDomains"
      actions   = ["apigateway:POST"]
      resources = ["${local.api[each.key]}/domainnames"]

      condition {
        test     = "StringEquals"
        variable = "aws:RequestTag/${local.tag}"
        values   = [each.key]
      }
    }
  }

  dynamic "statement" {
    for_each = contains(each.value.extras, "domain") ? { domain = true } : {}

    content {
      sid       = "WriteDomains"
      actions   = ["apigateway:AddCertificateToDomain", "apigateway:DELETE", "apigateway:PATCH", "apigateway:POST", "apigateway:PUT", "apigateway:RemoveCertificateFromDomain"]
      resources = ["${local.api[each.key]}/domainnames/*"]

      condition {
        test     = "StringEquals"
        variable = "aws:ResourceTag/${local.tag}"
        values   = [each.key]
      }
    }
  }

  # Asked for beside POST when a domain is made that wants certificates of its clients.
  dynamic "statement" {
    for_each = contains(each.value.extras, "domain") ? { domain = true } : {}

    content {
      sid       = "TrustClients"
      actions   = ["apigateway:AddCertificateToDomain"]
      resources = ["${local.api[each.key]}/domainnames"]
    }
  }

  # API Gateway reads the certificates in the caller's name.
  dynamic "statement" {
    for_each = length(each.value.truststores) > 0 && contains(each.value.extras, "domain") ? { trust = true } : {}

    content {
      sid       = "ReadTruststores"
      actions   = ["s3:GetObject", "s3:GetObjectVersion"]
      resources = [for object in sort(each.value.truststores) : "${local.s3}${trimprefix(object, "s3://")}"]
    }
  }

  # An edge domain has a distribution that is API Gateway's own, in an account of AWS's.
  dynamic "statement" {
    for_each = contains(each.value.extras, "domain") ? { domain = true } : {}

    content {
      sid       = "WriteEdge"
      actions   = ["cloudfront:UpdateDistribution"]
      resources = ["*"] # neither its id nor that account is known

      condition {
        test     = "StringNotEqualsIfExists"
        variable = "aws:ResourceAccount"
        values   = [local.account]
      }
    }
  }

  dynamic "statement" {
    for_each = contains(each.value.extras, "domain") ? { domain = true } : {}

    content {
      sid       = "WriteRecords"
      actions   = ["route53:ChangeResourceRecordSets"]
      resources = local.zones[each.key]

      condition {
        test     = "ForAllValues:StringEquals"
        variable = "route53:ChangeResourceRecordSetsRecordTypes"
        values   = ["A"]
      }
    }
  }

  # These services use the key in the caller's name when they are told of it, and S3 for each artifact.
  dynamic "statement" {
    for_each = contains(each.value.extras, "customer_keys") ? { keys = true } : {}

    content {
      sid       = "UseKeys"
      actions   = ["kms:CreateGrant", "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]
      resources = ["${local.prefixes[each.key].kms}:key/*"] # the key is an ARN in the stack's settings; its policy decides too

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = [for service in ["lambda", "logs", "s3", "sagemaker"] : "${service}.${each.value.region}.${local.suffix}"]
      }
    }
  }

  dynamic "statement" {
    for_each = contains(each.value.extras, "code_signing") ? { signing = true } : {}

    content {
      sid       = "MakeCodeSigning"
      actions   = ["lambda:CreateCodeSigningConfig"]
      resources = ["*"] # AWS knows no resource for this action

      condition {
        test     = "StringEquals"
        variable = "aws:RequestTag/${local.tag}"
        values   = [each.key]
      }
    }
  }

  dynamic "statement" {
    for_each = contains(each.value.extras, "code_signing") ? { signing = true } : {}

    content {
      sid       = "WriteCodeSigning"
      actions   = ["lambda:DeleteCodeSigningConfig", "lambda:TagResource", "lambda:UntagResource", "lambda:UpdateCodeSigningConfig"]
      resources = [local.code_signing[each.key]]

      condition {
        test     = "StringEquals"
        variable = "aws:ResourceTag/${local.tag}"
        values   = [each.key]
      }
    }
  }

  # Something new has no tag of its own yet.
  dynamic "statement" {
    for_each = contains(each.value.extras, "code_signing") ? { signing = true } : {}

    content {
      sid       = "TagNewCodeSigning"
      actions   = ["lambda:TagResource"]
      resources = [local.code_signing[each.key]]

      condition {
        test     = "StringEquals"
        variable = "aws:RequestTag/${local.tag}"
        values   = [each.key]
      }

      condition {
        test     = "Null"
        variable = "aws:ResourceTag/${local.tag}"
        values   = ["true"]
      }
    }
  }

  dynamic "statement" {
    for_each = contains(each.value.extras, "code_signing") ? { signing = true } : {}

    content {
      sid       = "SignFunctions"
      actions   = ["lambda:DeleteFunctionCodeSigningConfig", "lambda:PutFunctionCodeSigningConfig"]
      resources = concat(local.functions[each.key], [local.code_signing[each.key]])
    }
  }

  # A function with vpc settings asks for them in the caller's name.
  dynamic "statement" {
    for_each = contains(each.value.extras, "vpc") ? { vpc = true } : {}

    content {
      sid       = "FindNetworks"
      actions   = ["ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"]
      resources = ["*"] # EC2 knows no resource for these actions
    }
  }
}
