# The most that a role of the stacks can ever do, whatever policy it is given: the apply role may make roles, but
# only with this boundary, so that it can't make one that may do more than itself.
data "aws_iam_policy_document" "boundary" {
  for_each = local.environments

  statement {
    sid     = "Invoke"
    actions = ["sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointAsync"]
    resources = concat(
      local.endpoints[each.key],
      [for name in sort(each.value.existing_endpoints) : "${local.prefixes[each.key].sagemaker}:endpoint/${lower(name)}"],
    )
  }

  statement {
    sid     = "WriteLogs"
    actions = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = flatten([for name in each.value.names : [
      for group in ["/aws/lambda/${name}", "/aws/sagemaker/Endpoints/${name}"] : [
        for end in [":*", "-*"] : "${local.prefixes[each.key].logs}:log-group:${group}${end}"
      ]
    ]])
  }

  statement {
    sid     = "UseArtifacts"
    actions = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListBucket", "s3:PutObject"]
    resources = flatten([
      for bucket in concat(local.artifact_buckets[each.key], local.shared_buckets[each.key]) : [bucket, "${bucket}/*"]
    ])
  }

  # Images of AWS's own accounts and of this one.
  statement {
    sid       = "PullImages"
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = ["arn:${local.partition}:ecr:${each.value.region}:*:repository/*"]
  }

  statement {
    sid       = "WatchRollouts"
    actions   = ["cloudwatch:DescribeAlarms"]
    resources = local.alarms[each.key]
  }

  statement {
    sid       = "Announce"
    actions   = ["sns:Publish"]
    resources = local.topics[each.key]
  }

  statement {
    sid       = "TraceAndLogIn"
    actions   = ["ecr:GetAuthorizationToken", "xray:PutTelemetryRecords", "xray:PutTraceSegments"]
    resources = ["*"] # AWS knows no resource for these actions
  }

  statement {
    sid       = "WriteMetrics"
    actions   = ["cloudwatch:PutMetricData"]
    resources = ["*"] # AWS knows no resource for this action, only the namespace bounds it

    condition {
      test     = "StringLike"
      variable = "cloudwatch:namespace"
      values   = ["/aws/sagemaker/*", "AWS/SageMaker"]
    }
  }

  # Not directly: the apply role, which writes what these roles run, can't use a key directly either.
  dynamic "statement" {
    for_each = contains(each.value.extras, "customer_keys") ? { keys = true } : {}

    content {
      sid       = "UseKeysThroughServices"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = ["${local.prefixes[each.key].kms}:key/*"] # the key is an ARN in the stack's settings; its policy decides too

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = [for service in ["lambda", "s3", "sns"] : "${service}.${each.value.region}.${local.suffix}"]
      }
    }
  }

  # A function that starts has its variables decrypted under its role, without a word of Lambda but this context.
  dynamic "statement" {
    for_each = contains(each.value.extras, "customer_keys") ? { keys = true } : {}

    content {
      sid       = "DecryptVariables"
      actions   = ["kms:Decrypt"]
      resources = ["${local.prefixes[each.key].kms}:key/*"]

      condition {
        test     = "StringLike"
        variable = "kms:EncryptionContext:aws:lambda:FunctionArn"
        values   = [for arn in local.functions[each.key] : "*:${local.account}${trimprefix(arn, local.prefixes[each.key].lambda)}"] # short, as IAM counts characters; the key is of the region
      }
    }
  }

  dynamic "statement" {
    for_each = contains(each.value.extras, "vpc") ? { vpc = true } : {}

    content {
      sid = "JoinNetworks"
      actions = [
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:CreateNetworkInterfacePermission",
        "ec2:DeleteNetworkInterface",
        "ec2:DeleteNetworkInterfacePermission",
        "ec2:UnassignPrivateIpAddresses",
      ]
      resources = [for kind in ["network-interface", "security-group", "subnet"] : "${local.prefixes[each.key].ec2}:${kind}/*"] # the roles' own policies name them

      # Lambda and SageMaker do, and no function's own code.
      condition {
        test     = "Null"
        variable = "lambda:SourceFunctionArn"
        values   = ["true"]
      }
    }
  }

  dynamic "statement" {
    for_each = contains(each.value.extras, "vpc") ? { vpc = true } : {}

    content {
      sid = "FindNetworks"
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

resource "aws_iam_policy" "boundary" {
  for_each = local.environments

  name        = "${var.name}-boundary-${each.key}"
  path        = local.path
  description = "The most that a role of the stacks of ${each.key} can ever do"
  policy      = data.aws_iam_policy_document.boundary[each.key].json

  lifecycle {
    precondition {
      condition     = length(replace(data.aws_iam_policy_document.boundary[each.key].json, "/\\s/", "")) <= 6144
      error_message = "The boundary of ${each.key} is longer than the 6,144 characters that IAM takes: too many stacks. Bootstrap some of them under another name (variable name)."
    }
  }
}

locals {
  # Composed, so that the policies that name them are known when a plan is made.
  boundary_arns = { for key in keys(local.environments) : key => "${local.iam}:policy${local.path}${var.name}-boundary-${key}" }
}

data "aws_iam_policy_document" "write_roles" {
  for_each = local.environments

  statement {
    sid       = "MakeBoundedRoles"
    actions   = ["iam:CreateRole", "iam:DeleteRolePolicy", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"]
    resources = local.roles[each.key]

    condition {
      test     = "StringEquals"
      variable = "iam:PermissionsBoundary"
      values   = [local.boundary_arns[each.key]]
    }
  }

  # None of these gives a role more than its policies and its boundary.
  statement {
    sid = "WriteRoles"
    actions = [
      "iam:DeleteRole",
      "iam:TagRole",
      "iam:UntagRole",
      "iam:UpdateAssumeRolePolicy",
      "iam:UpdateRole",
      "iam:UpdateRoleDescription",
    ]
    resources = local.roles[each.key]
  }

  statement {
    sid       = "PassToLambda"
    actions   = ["iam:PassRole"]
    resources = [for role in local.roles[each.key] : "${role}lambda"]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["lambda.amazonaws.com"]
    }
  }

  statement {
    sid       = "PassToSageMaker"
    actions   = ["iam:PassRole"]
    resources = [for role in local.roles[each.key] : "${role}sagemaker"]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["sagemaker.amazonaws.com"]
    }
  }

  # AWS makes them once an account, with rights that AWS writes.
  statement {
    sid       = "LetServicesMakeTheirRoles"
    actions   = ["iam:CreateServiceLinkedRole"]
    resources = ["${local.iam}:role/aws-service-role/*"]

    condition {
      test     = "StringEquals"
      variable = "iam:AWSServiceName"
      values = concat(
        ["lambda.application-autoscaling.amazonaws.com", "ops.apigateway.amazonaws.com", "sagemaker.application-autoscaling.amazonaws.com"],
        contains(each.value.extras, "waf") ? ["wafv2.amazonaws.com"] : [],
      )
    }
  }
}
