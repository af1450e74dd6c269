locals {
  # arn:aws:s3:::bucket/prefix/* → the bucket, and the prefix that may be listed in it
  artifact_lists = {
    for key, role in local.sagemaker_roles : key => {
      for position, arn in role.artifact_list_arns : position => { bucket_arn = split("/", arn)[0], prefix = join("/", slice(split("/", arn), 1, length(split("/", arn)))) }
    }
  }
  subnet_arns = { for key, role in local.sagemaker_roles : key => [for id in try(role.vpc.subnet_ids, []) : "${local.ec2}:subnet/${id}"] }
}

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

  dynamic "statement" {
    for_each = length(each.value.artifact_read_arns) > 0 ? { read = each.value.artifact_read_arns } : {}

    content {
      sid       = "ReadArtifact"
      actions   = ["s3:GetObject"]
      resources = statement.value
    }
  }

  # A multi-model container asks what lies under its prefix.
  dynamic "statement" {
    for_each = local.artifact_lists[each.key]

    content {
      sid       = "ListArtifacts${statement.key}"
      actions   = ["s3:ListBucket"]
      resources = [statement.value.bucket_arn]

      condition {
        test     = "StringLike"
        variable = "s3:prefix"
        values   = [statement.value.prefix]
      }
    }
  }

  dynamic "statement" {
    for_each = length(each.value.image_repository_arns) > 0 ? { pull = each.value.image_repository_arns } : {}

    content {
      sid       = "PullImage"
      actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
      resources = statement.value
    }
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

  # SageMaker watches them in this role's name while an endpoint is updated.
  dynamic "statement" {
    for_each = length(each.value.rollback_alarm_arns) > 0 ? { alarms = each.value.rollback_alarm_arns } : {}

    content {
      sid       = "WatchAlarms"
      actions   = ["cloudwatch:DescribeAlarms"]
      resources = statement.value
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
        values   = [for service in try(length(each.value.async.topic_arns), 0) > 0 ? ["s3", "sns"] : ["s3"] : "${service}.${local.region}.${data.aws_partition.current.dns_suffix}"]
      }
    }
  }

  dynamic "statement" {
    for_each = each.value.async == null ? {} : { async = each.value.async }

    content {
      sid       = "ReadAsyncRequests"
      actions   = ["s3:GetObject"]
      resources = statement.value.input_read_arns
    }
  }

  dynamic "statement" {
    for_each = each.value.async == null ? {} : { async = each.value.async }

    content {
      sid       = "WriteAsyncAnswers"
      actions   = ["s3:AbortMultipartUpload", "s3:PutObject"]
      resources = statement.value.output_write_arns
    }
  }

  dynamic "statement" {
    for_each = try(length(each.value.async.topic_arns), 0) > 0 ? { topics = each.value.async.topic_arns } : {}

    content {
      sid       = "AnnounceAsyncAnswers"
      actions   = ["sns:Publish"]
      resources = statement.value
    }
  }

  # SageMaker makes the containers' network interfaces in the role's name, in these subnets with these groups only.
  dynamic "statement" {
    for_each = each.value.vpc == null ? {} : { vpc = each.value.vpc }

    content {
      sid     = "MakeNetworkInterfaces"
      actions = ["ec2:CreateNetworkInterface"]
      resources = concat(
        ["${local.ec2}:network-interface/*"], # their ids are EC2's to choose
        local.subnet_arns[each.key],
        [for id in statement.value.security_group_ids : "${local.ec2}:security-group/${id}"],
      )
    }
  }

  dynamic "statement" {
    for_each = each.value.vpc == null ? {} : { vpc = each.value.vpc }

    content {
      sid       = "ChangeNetworkInterfaces"
      actions   = ["ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterface", "ec2:DeleteNetworkInterfacePermission"]
      resources = ["${local.ec2}:network-interface/*"]

      condition {
        test     = "ArnEquals"
        variable = "ec2:Subnet"
        values   = local.subnet_arns[each.key]
      }
    }
  }

  dynamic "statement" {
    for_each = each.value.vpc == null ? {} : { vpc = each.value.vpc }

    content {
      sid = "FindNetworkInterfaces"
      actions = [
        "ec2:DescribeDhcpOptions",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
      ]
      resources = ["*"] # EC2 knows no resource for these actions
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
