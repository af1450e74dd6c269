# What only stacks with a web ACL, a domain, a VPC, keys of their own or signed code need (environments[*].extras).
locals {
  with_extras = { for key, environment in local.environments : key => environment if length(setsubtract(environment.extras, ["iam_routes", "token_secrets"])) > 0 } # calls, and writes nothing
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
      resources = concat(
        flatten([for name in each.value.names : ["${local.prefixes[each.key].wafv2}:regional/webacl/${name}-*/*", "${local.prefixes[each.key].wafv2}:regional/ipset/${name}-*/*"]]),
        ["${local.prefixes[each.key].wafv2}:regional/managedruleset/*/*"],
      )
    }
  }

  dynamic "statement" {
    for_each = contains(each.value.extras, "waf") ? { waf = true } : {}

    content {
      sid     = "AssociateWebAcls"
      actions = ["apigateway:SetWebACL", "wafv2:AssociateWebACL", "wafv2:DisassociateWebACL"]
      resources = concat(
        ["${local.api[each.key]}/restapis/*/stages/*"], # ids are API Gateway's to choose
        [for name in each.value.names : "${local.prefixes[each.key].wafv2}:regional/webacl/${name}-*/*"],
      )
    }
  }

  dynamic "statement" {
    for_each = contains(each.value.extras, "waf") ? { waf = true } : {}

    content {
      sid     = "WriteWebAclLogs"
      actions = ["logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:DeleteRetentionPolicy", "logs:ListTagsForResource", "logs:PutRetentionPolicy", "logs:TagResource", "logs:UntagResource"]
      resources = flatten([
        for name in each.value.names : ["${local.prefixes[each.key].logs}:log-group:aws-waf-logs-${name}-*"]
      ])
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
      actions   = ["apigateway:DELETE", "apigateway:PATCH", "apigateway:POST", "apigateway:PUT"]
      resources = ["${local.api[each.key]}/domainnames/*"]

      condition {
        test     = "StringEquals"
        variable = "aws:ResourceTag/${local.tag}"
        values   = [each.key]
      }
    }
  }

  dynamic "statement" {
    for_each = contains(each.value.extras, "domain") ? { domain = true } : {}

    content {
      sid       = "WriteRecords"
      actions   = ["route53:ChangeResourceRecordSets"]
      resources = ["arn:${local.partition}:route53:::hostedzone/*"] # the zone is an id in the stack's settings

      condition {
        test     = "ForAllValues:StringEquals"
        variable = "route53:ChangeResourceRecordSetsRecordTypes"
        values   = ["A", "AAAA"]
      }
    }
  }

  # Lambda, CloudWatch Logs and SageMaker use the key in the caller's name when they are told of it.
  dynamic "statement" {
    for_each = contains(each.value.extras, "customer_keys") ? { keys = true } : {}

    content {
      sid       = "UseKeys"
      actions   = ["kms:CreateGrant", "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]
      resources = ["${local.prefixes[each.key].kms}:key/*"] # the key is an ARN in the stack's settings; its policy decides too

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = [for service in ["lambda", "s3", "sagemaker", "sns"] : "${service}.${each.value.region}.${local.suffix}"]
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
      resources = ["${local.prefixes[each.key].lambda}:code-signing-config:*"] # its id is Lambda's to choose

      condition {
        test     = "StringEquals"
        variable = "aws:ResourceTag/${local.tag}"
        values   = [each.key]
      }
    }
  }

  dynamic "statement" {
    for_each = contains(each.value.extras, "code_signing") ? { signing = true } : {}

    content {
      sid       = "SignFunctions"
      actions   = ["lambda:DeleteFunctionCodeSigningConfig", "lambda:PutFunctionCodeSigningConfig"]
      resources = concat(local.functions[each.key], ["${local.prefixes[each.key].lambda}:code-signing-config:*"])
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
