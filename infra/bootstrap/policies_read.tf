# What a plan reads, and an apply too: the states, and everything that the stacks made.
data "aws_iam_policy_document" "lock" {
  for_each = local.environments

  source_policy_documents = [data.aws_iam_policy_document.read_extras[each.key].json] # IAM attaches ten policies to a role

  statement {
    sid       = "FindStates"
    actions   = ["s3:ListBucket"]
    resources = [local.state_bucket_arn]
  }

  statement {
    sid       = "ReadStates"
    actions   = ["s3:GetObject"]
    resources = local.states[each.key]
  }

  # A plan takes the lock as well.
  statement {
    sid       = "Lock"
    actions   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    resources = [for state in local.states[each.key] : "${state}.tflock"]
  }

  dynamic "statement" {
    for_each = local.own_keys

    content {
      sid       = "UseStateKey"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [local.state_key]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["s3.${local.region}.${local.suffix}"]
      }
    }
  }
}

data "aws_iam_policy_document" "read" {
  for_each = local.environments

  statement {
    sid       = "ReadModels"
    actions   = ["sagemaker:DescribeEndpoint", "sagemaker:DescribeEndpointConfig", "sagemaker:DescribeModel", "sagemaker:ListTags"]
    resources = concat(local.endpoints[each.key], local.configurations[each.key], local.models[each.key])
  }

  statement {
    sid       = "ReadForeignEndpoints"
    actions   = ["sagemaker:DescribeEndpoint", "sagemaker:DescribeEndpointConfig"]
    resources = concat([for name in sort(each.value.existing_endpoints) : "${local.prefixes[each.key].sagemaker}:endpoint/${lower(name)}"], local.endpoints[each.key])
  }

  statement {
    sid = "ReadFunctions"
    actions = [
      "lambda:GetAlias",
      "lambda:GetFunction",
      "lambda:GetFunctionCodeSigningConfig",
      "lambda:GetFunctionConcurrency",
      "lambda:GetFunctionConfiguration",
      "lambda:GetPolicy",
      "lambda:GetProvisionedConcurrencyConfig",
      "lambda:ListAliases",
      "lambda:ListTags",
      "lambda:ListVersionsByFunction",
    ]
    resources = local.functions[each.key]
  }

  # A key's value is in the state too: who may plan an environment may call its API.
  statement {
    sid     = "ReadApis"
    actions = ["apigateway:GET"]
    resources = [
      for path in ["apikeys/*", "restapis/*", "usageplans/*", "tags/*"] : "${local.api[each.key]}/${path}"
    ]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/${local.tag}"
      values   = [each.key]
    }
  }

  statement {
    sid = "ReadRoles"
    actions = [
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListInstanceProfilesForRole",
      "iam:ListRolePolicies",
      "iam:ListRoleTags",
    ]
    resources = local.roles[each.key]
  }

  statement {
    sid     = "ReadBuckets"
    actions = ["s3:GetAccelerateConfiguration", "s3:GetBucket*", "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration", "s3:GetReplicationConfiguration", "s3:ListBucket"]
    resources = concat(
      local.artifact_buckets[each.key],
      local.shared_buckets[each.key],
    )
  }

  statement {
    sid     = "ReadArtifacts"
    actions = ["s3:GetObject", "s3:GetObjectTagging", "s3:GetObjectVersion"]
    resources = concat(
      [for bucket in local.artifact_buckets[each.key] : "${bucket}/models/*"], # nothing else that lies there
      flatten([for bucket in local.shared_buckets[each.key] : [for name in each.value.names : "${bucket}/models/${name}/*"]]),
    )
  }
}

data "aws_iam_policy_document" "read_more" {
  for_each = local.environments

  statement {
    sid       = "ReadLogGroups"
    actions   = ["logs:DescribeMetricFilters", "logs:ListTagsForResource", "logs:ListTagsLogGroup"]
    resources = concat(local.log_groups[each.key], [local.execution_log_groups[each.key]])
  }

  statement {
    sid       = "ReadAlarmTags"
    actions   = ["cloudwatch:ListTagsForResource"]
    resources = local.alarms[each.key]
  }

  statement {
    sid       = "ReadDashboards"
    actions   = ["cloudwatch:GetDashboard"]
    resources = local.dashboards[each.key]
  }

  statement {
    sid       = "ReadTopics"
    actions   = ["sns:GetTopicAttributes", "sns:ListSubscriptionsByTopic", "sns:ListTagsForResource"]
    resources = local.topics[each.key]
  }

  statement {
    sid       = "ReadParameters"
    actions   = ["ssm:GetParameter", "ssm:GetParameters", "ssm:ListTagsForResource"]
    resources = local.parameters[each.key]
  }

  statement {
    sid       = "ReadKeys"
    actions   = ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"]
    resources = ["${local.prefixes[each.key].kms}:key/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/${local.tag}"
      values   = [each.key]
    }
  }

  statement {
    sid       = "ReadScalingTags"
    actions   = ["application-autoscaling:ListTagsForResource"]
    resources = ["${local.prefixes[each.key]["application-autoscaling"]}:scalable-target/*"] # their ids are AWS's to choose
  }

  statement {
    sid = "ReadLists"
    actions = concat(
      [
        "application-autoscaling:DescribeScalableTargets",
        "application-autoscaling:DescribeScalingPolicies",
        "application-autoscaling:DescribeScheduledActions",
        "cloudwatch:DescribeAlarms", # composite alarms are told of only to who may all
        "logs:DescribeLogGroups",
        "logs:DescribeQueryDefinitions",
        "sns:GetSubscriptionAttributes",
        "ssm:DescribeParameters",
      ],
      contains(each.value.extras, "customer_keys") ? ["kms:DescribeKey"] : [],
      contains(each.value.extras, "domain") ? ["acm:DescribeCertificate"] : [],
    )
    resources = ["*"] # AWS knows no resource for these actions, or its id is not ours to name
  }

  # The smoke test signs its requests to routes of kind iam.
  dynamic "statement" {
    for_each = contains(each.value.extras, "iam_routes") ? { routes = true } : {}

    content {
      sid       = "CallSignedRoutes"
      actions   = ["execute-api:Invoke"]
      resources = ["${local.prefixes[each.key]["execute-api"]}:*/*"] # ids are API Gateway's to choose
    }
  }

  # And logs in for those that ask for a token.
  dynamic "statement" {
    for_each = contains(each.value.extras, "token_secrets") ? { tokens = true } : {}

    content {
      sid       = "ReadLoginsOfSmokeTests"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = local.token_secrets[each.key]
    }
  }
}
