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
