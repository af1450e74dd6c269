# What an apply changes: the states, and what the stacks make.
data "aws_iam_policy_document" "write_state" {
  for_each = local.environments

  statement {
    sid       = "WriteStates"
    actions   = ["s3:PutObject"]
    resources = local.states[each.key]
  }
}

data "aws_iam_policy_document" "write_endpoint" {
  for_each = local.environments

  statement {
    sid = "WriteModels"
    actions = [
      "sagemaker:AddTags",
      "sagemaker:CreateEndpoint",
      "sagemaker:CreateEndpointConfig",
      "sagemaker:CreateModel",
      "sagemaker:DeleteEndpoint",
      "sagemaker:DeleteEndpointConfig",
      "sagemaker:DeleteModel",
      "sagemaker:DeleteTags",
      "sagemaker:UpdateEndpoint",
      "sagemaker:UpdateEndpointWeightsAndCapacities",
    ]
    resources = concat(local.endpoints[each.key], local.configurations[each.key], local.models[each.key])
  }

  # `make rollback` finds the copies that it keeps by their names.
  statement {
    sid       = "ListModels"
    actions   = ["sagemaker:ListEndpointConfigs", "sagemaker:ListModels"]
    resources = ["*"] # SageMaker knows no resource for these actions
  }

  statement {
    sid = "WriteBuckets"
    actions = [
      "s3:CreateBucket",
      "s3:DeleteBucket",
      "s3:DeleteBucketPolicy",
      "s3:ListBucketVersions",
      "s3:PutBucketLogging",
      "s3:PutBucketPolicy",
      "s3:PutBucketPublicAccessBlock",
      "s3:PutBucketTagging",
      "s3:PutBucketVersioning",
      "s3:PutEncryptionConfiguration",
      "s3:PutLifecycleConfiguration",
    ]
    resources = local.artifact_buckets[each.key]
  }

  statement {
    sid     = "WriteArtifacts"
    actions = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject", "s3:PutObjectTagging"]
    resources = concat(
      [for bucket in local.artifact_buckets[each.key] : "${bucket}/*"],
      flatten([for bucket in local.shared_buckets[each.key] : [for name in each.value.names : "${bucket}/models/${name}/*"]]),
    )
  }

  dynamic "statement" {
    for_each = length(each.value.buckets) > 0 ? { shared = true } : {}

    content {
      sid       = "ListSharedBuckets"
      actions   = ["s3:ListBucketVersions"]
      resources = local.shared_buckets[each.key]
    }
  }

  statement {
    sid       = "WriteParameters"
    actions   = ["ssm:AddTagsToResource", "ssm:DeleteParameter", "ssm:PutParameter", "ssm:RemoveTagsFromResource"]
    resources = local.parameters[each.key]
  }

  statement {
    sid = "Scale"
    actions = [
      "application-autoscaling:DeleteScalingPolicy",
      "application-autoscaling:DeleteScheduledAction",
      "application-autoscaling:DeregisterScalableTarget",
      "application-autoscaling:PutScalingPolicy",
      "application-autoscaling:PutScheduledAction",
      "application-autoscaling:RegisterScalableTarget",
    ]
    resources = ["${local.prefixes[each.key]["application-autoscaling"]}:scalable-target/*"] # their ids are AWS's to choose

    condition {
      test     = "StringEquals"
      variable = "application-autoscaling:service-namespace"
      values   = ["lambda", "sagemaker"]
    }
  }

  statement {
    sid       = "TagScaling"
    actions   = ["application-autoscaling:TagResource", "application-autoscaling:UntagResource"]
    resources = ["${local.prefixes[each.key]["application-autoscaling"]}:scalable-target/*"] # their ids are AWS's to choose
  }

  # A target-tracking policy makes its alarms, as the SageMaker guide has it, in the caller's name.
  statement {
    sid     = "WriteScalingAlarms"
    actions = ["cloudwatch:DeleteAlarms", "cloudwatch:DescribeAlarms", "cloudwatch:PutMetricAlarm"]
    resources = flatten([
      for name in each.value.names : ["${local.prefixes[each.key].cloudwatch}:alarm:TargetTracking-endpoint/${name}/*", "${local.prefixes[each.key].cloudwatch}:alarm:TargetTracking-function:${name}:*"]
    ])
  }
}

data "aws_iam_policy_document" "write_function" {
  for_each = local.environments

  statement {
    sid = "WriteFunctions"
    actions = [
      "lambda:AddPermission",
      "lambda:CreateAlias",
      "lambda:CreateFunction",
      "lambda:DeleteAlias",
      "lambda:DeleteFunction",
      "lambda:DeleteFunctionConcurrency",
      "lambda:DeleteProvisionedConcurrencyConfig",
      "lambda:PublishVersion",
      "lambda:PutFunctionConcurrency",
      "lambda:PutProvisionedConcurrencyConfig",
      "lambda:RemovePermission",
      "lambda:TagResource",
      "lambda:UntagResource",
      "lambda:UpdateAlias",
      "lambda:UpdateFunctionCode",
      "lambda:UpdateFunctionConfiguration",
    ]
    resources = local.functions[each.key]
  }

  statement {
    sid = "WriteLogGroups"
    actions = concat(
      [
        "logs:CreateLogGroup",
        "logs:DeleteLogGroup",
        "logs:DeleteMetricFilter",
        "logs:DeleteRetentionPolicy",
        "logs:PutMetricFilter",
        "logs:PutRetentionPolicy",
        "logs:TagResource",
        "logs:UntagResource",
      ],
      local.log_keys[each.key],
    )
    resources = local.log_groups[each.key]
  }

  statement {
    sid       = "MakeExecutionLogGroup"
    actions   = ["logs:CreateLogGroup", "logs:TagResource"]
    resources = [local.execution_log_groups[each.key]]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/${local.tag}"
      values   = [each.key]
    }
  }

  statement {
    sid       = "WriteExecutionLogGroup"
    actions   = concat(["logs:DeleteLogGroup", "logs:DeleteRetentionPolicy", "logs:PutRetentionPolicy", "logs:UntagResource"], local.log_keys[each.key])
    resources = [local.execution_log_groups[each.key]]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/${local.tag}"
      values   = [each.key]
    }
  }
}
