data "aws_iam_policy_document" "sagemaker_trust" {
  for_each = local.sagemaker_roles

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["sagemaker.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${local.partition}:sagemaker:${local.region}:${local.account}:*"]
    }
  }
}

data "aws_iam_policy_document" "sagemaker" {
  for_each = local.sagemaker_roles

  statement {
    sid       = "ReadArtifact"
    actions   = ["s3:GetObject"]
    resources = each.value.artifact_read_arns
  }

  statement {
    sid       = "PullImage"
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = [each.value.image_repository_arn]
  }

  statement {
    sid       = "LogInToRegistry"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"] # AWS knows no resource for this action
  }

  statement {
    sid       = "WriteLogs"
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = ["${each.value.log_group_arn}:*"]
  }

  statement {
    sid       = "WriteInstanceMetrics"
    actions   = ["cloudwatch:PutMetricData"]
    resources = ["*"] # AWS knows no resource for this action, only the namespace bounds it

    condition {
      test     = "StringLike"
      variable = "cloudwatch:namespace"
      values   = ["/aws/sagemaker/*", "AWS/SageMaker"]
    }
  }

  dynamic "statement" {
    for_each = length(each.value.data_capture_write_arns) > 0 ? { capture = each.value.data_capture_write_arns } : {}

    content {
      sid       = "CaptureData"
      actions   = ["s3:PutObject"]
      resources = statement.value
    }
  }

  dynamic "statement" {
    for_each = length(each.value.kms_key_arns) > 0 ? { keys = each.value.kms_key_arns } : {}

    content {
      sid       = "UseBucketKeys"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = statement.value

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["s3.${local.region}.${data.aws_partition.current.dns_suffix}"]
      }
    }
  }
}

resource "aws_iam_role" "sagemaker" {
  for_each = local.sagemaker_roles

  name                 = "${var.name}-sagemaker"
  description          = "SageMaker reads the artifact, pulls the image and writes logs of ${var.name}"
  assume_role_policy   = data.aws_iam_policy_document.sagemaker_trust[each.key].json
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
}

resource "aws_iam_role_policy" "sagemaker" {
  for_each = local.sagemaker_roles

  name   = "serve"
  role   = aws_iam_role.sagemaker[each.key].name
  policy = data.aws_iam_policy_document.sagemaker[each.key].json
}
