locals {
  ec2 = "arn:${local.partition}:ec2:${local.region}:${local.account}"
}

data "aws_iam_policy_document" "lambda_trust" {
  for_each = local.lambda_roles

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }

    # Lambda gives the account; whether it gives aws:SourceArn for an execution role is not documented.
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

data "aws_iam_policy_document" "lambda" {
  for_each = local.lambda_roles

  statement {
    sid       = "InvokeEndpoint"
    actions   = ["sagemaker:InvokeEndpoint"]
    resources = [each.value.endpoint_arn]
  }

  statement {
    sid       = "WriteLogs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${each.value.log_group_arn}:*"]
  }

  dynamic "statement" {
    for_each = each.value.tracing ? { tracing = true } : {}

    content {
      sid       = "SendTraces"
      actions   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
      resources = ["*"] # X-Ray knows no resource for these actions
    }
  }

  dynamic "statement" {
    for_each = each.value.kms_key_arn == null ? {} : { key = each.value.kms_key_arn }

    content {
      sid       = "DecryptEnvironment"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]
    }
  }

  # Lambda makes network interfaces in the role's name, before any code runs.
  dynamic "statement" {
    for_each = each.value.vpc == null ? {} : { vpc = each.value.vpc }

    content {
      sid     = "MakeNetworkInterfaces"
      actions = ["ec2:CreateNetworkInterface"]
      resources = concat(
        ["${local.ec2}:network-interface/*"],
        [for id in statement.value.subnet_ids : "${local.ec2}:subnet/${id}"],
        [for id in statement.value.security_group_ids : "${local.ec2}:security-group/${id}"],
      )
    }
  }

  dynamic "statement" {
    for_each = each.value.vpc == null ? {} : { vpc = each.value.vpc }

    content {
      sid       = "ChangeNetworkInterfaces"
      actions   = ["ec2:AssignPrivateIpAddresses", "ec2:DeleteNetworkInterface", "ec2:UnassignPrivateIpAddresses"]
      resources = ["${local.ec2}:network-interface/*"] # their ids are Lambda's to choose
    }
  }

  dynamic "statement" {
    for_each = each.value.vpc == null ? {} : { vpc = each.value.vpc }

    content {
      sid       = "FindNetworkInterfaces"
      actions   = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"]
      resources = ["*"] # EC2 knows no resource for these actions
    }
  }

  # lambda:SourceFunctionArn is there when the function's own code calls, and only then.
  dynamic "statement" {
    for_each = each.value.vpc == null ? {} : { vpc = each.value.vpc }

    content {
      sid    = "KeepNetworkInterfacesFromTheCode"
      effect = "Deny"
      actions = [
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:UnassignPrivateIpAddresses",
      ]
      resources = ["*"]

      condition {
        test     = "ArnLike"
        variable = "lambda:SourceFunctionArn"
        values   = ["arn:${local.partition}:lambda:${local.region}:${local.account}:function:*"]
      }
    }
  }
}

resource "aws_iam_role" "lambda" {
  for_each = local.lambda_roles

  name                 = "${var.name}-lambda"
  description          = "The function of ${var.name} invokes its endpoint and writes logs"
  assume_role_policy   = data.aws_iam_policy_document.lambda_trust[each.key].json
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
}

resource "aws_iam_role_policy" "lambda" {
  for_each = local.lambda_roles

  name   = "invoke"
  role   = aws_iam_role.lambda[each.key].name
  policy = data.aws_iam_policy_document.lambda[each.key].json
}
