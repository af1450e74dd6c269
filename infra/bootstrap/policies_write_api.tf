# Tags of an API hold for all below it, a plan's for its keys:
# https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-supported-resources.html
data "aws_iam_policy_document" "write_api" {
  for_each = local.environments

  statement {
    sid       = "MakeApis"
    actions   = ["apigateway:POST"]
    resources = [for path in ["apikeys", "restapis", "usageplans"] : "${local.api[each.key]}/${path}"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/${local.tag}"
      values   = [each.key]
    }
  }

  statement {
    sid       = "WriteApis"
    actions   = ["apigateway:DELETE", "apigateway:PATCH", "apigateway:POST", "apigateway:PUT", "apigateway:UpdateRestApiPolicy"]
    resources = [for path in ["apikeys/*", "restapis/*", "usageplans/*"] : "${local.api[each.key]}/${path}"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/${local.tag}"
      values   = [each.key]
    }
  }

  statement {
    sid       = "Tag"
    actions   = ["apigateway:DELETE", "apigateway:PUT"]
    resources = ["${local.api[each.key]}/tags/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/${local.tag}"
      values   = [each.key]
    }
  }

  # Something new has no tag of its own yet.
  statement {
    sid       = "TagWhatIsMade"
    actions   = ["apigateway:PUT"]
    resources = ["${local.api[each.key]}/tags/*"]

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

  # Or a thing could be handed to another environment, whose pipeline would then delete it.
  statement {
    sid       = "KeepTheEnvironment"
    effect    = "Deny"
    actions   = ["apigateway:PUT"]
    resources = ["${local.api[each.key]}/tags/*"]

    condition {
      test     = "StringNotEquals"
      variable = "aws:RequestTag/${local.tag}"
      values   = [each.key]
    }

    condition {
      test     = "Null"
      variable = "aws:RequestTag/${local.tag}"
      values   = ["false"]
    }
  }
}

data "aws_iam_policy_document" "write_observability" {
  for_each = local.environments

  statement {
    sid = "WriteAlarms"
    actions = [
      "cloudwatch:DeleteAlarms",
      "cloudwatch:PutMetricAlarm",
      "cloudwatch:TagResource",
      "cloudwatch:UntagResource",
    ]
    resources = local.alarms[each.key]
  }

  # CloudWatch asks for * here, whatever the alarm is called; the provider sends the tags at every change.
  # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
  statement {
    sid       = "WriteCompositeAlarms"
    actions   = ["cloudwatch:PutCompositeAlarm"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/${local.tag}"
      values   = [each.key]
    }
  }

  statement {
    sid       = "WriteDashboards"
    actions   = ["cloudwatch:DeleteDashboards", "cloudwatch:PutDashboard"]
    resources = local.dashboards[each.key]
  }

  statement {
    sid       = "WriteTopics"
    actions   = ["sns:CreateTopic", "sns:DeleteTopic", "sns:SetTopicAttributes", "sns:Subscribe", "sns:TagResource", "sns:UntagResource"]
    resources = local.topics[each.key]
  }

  statement {
    sid       = "WriteQueries"
    actions   = ["logs:DeleteQueryDefinition", "logs:PutQueryDefinition", "sns:Unsubscribe"]
    resources = ["*"] # AWS knows no resource for these actions
  }

  # The key of the alarms' topics.
  statement {
    sid       = "MakeKeys"
    actions   = ["kms:CreateKey", "kms:TagResource"]
    resources = ["*"] # it has no id yet

    condition {
      test     = "StringEquals"
      variable = "aws:RequestTag/${local.tag}"
      values   = [each.key]
    }

    condition {
      test     = "StringEqualsIfExists"
      variable = "aws:ResourceTag/${local.tag}"
      values   = [each.key]
    }
  }

  statement {
    sid = "WriteKeys"
    actions = [
      "kms:CancelKeyDeletion",
      "kms:EnableKeyRotation",
      "kms:PutKeyPolicy",
      "kms:ScheduleKeyDeletion",
      "kms:UpdateKeyDescription",
    ]
    resources = ["${local.prefixes[each.key].kms}:key/*"]

    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/${local.tag}"
      values   = [each.key]
    }
  }
}
