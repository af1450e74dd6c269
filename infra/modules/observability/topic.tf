data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  targets = { alarms = var.notify, page = var.page, ticket = var.ticket }
  topics  = { for target, told in local.targets : target => told.emails if length(try(told.emails, [])) > 0 }

  topic_arns = { for target, told in local.targets : target => try(aws_sns_topic.alarms[target].arn, told.topic_arn, null) }

  notify_actions = compact([local.topic_arns.alarms])
  page_actions   = compact([local.topic_arns.page])
  ticket_actions = var.ticket == null ? local.notify_actions : compact([local.topic_arns.ticket])

  subscriptions = merge([
    for target, emails in local.topics : {
      for email in emails : (target == "alarms" ? email : "${target}/${email}") => { topic = target, email = email }
    }
  ]...)

  account  = data.aws_caller_identity.current.account_id
  root_arn = "arn:${data.aws_partition.current.partition}:iam::${local.account}:root"

  # Alarms of this account only, in the topics' and the key's policy alike.
  alarm_arns = "arn:${data.aws_partition.current.partition}:cloudwatch:${data.aws_region.current.id}:${local.account}:alarm:${var.name}-*"

  # One key for all topics.
  keys = length(local.topics) > 0 ? { alarms = "Alarm messages of ${var.name}" } : {}
}

# A key of its own, since alarms can't publish to a topic encrypted with alias/aws/sns: its policy can't be changed.
resource "aws_kms_key" "alarms" {
  for_each = local.keys

  description             = each.value
  enable_key_rotation     = true
  deletion_window_in_days = 7
  policy                  = data.aws_iam_policy_document.key[each.key].json
  tags                    = var.tags
}

data "aws_iam_policy_document" "key" {
  #checkov:skip=CKV_AWS_109:a key policy must leave the key to the account's administrators, or nobody can
  #checkov:skip=CKV_AWS_111:a key policy speaks of its own key alone
  #checkov:skip=CKV_AWS_356:in a key policy * is this key

  for_each = local.keys

  statement {
    sid       = "AccountAdministers"
    actions   = ["kms:*"]
    resources = ["*"] # in a key policy * is this key

    principals {
      type        = "AWS"
      identifiers = [local.root_arn]
    }
  }

  statement {
    sid       = "AlarmsEncrypt"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey*"]
    resources = ["*"] # in a key policy * is this key

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_sns_topic" "alarms" {
  for_each = local.topics

  name              = "${var.name}-${each.key}"
  kms_master_key_id = aws_kms_key.alarms["alarms"].arn
  tags              = var.tags
}

data "aws_iam_policy_document" "topic" {
  for_each = aws_sns_topic.alarms

  statement {
    sid       = "AlarmsPublish"
    actions   = ["sns:Publish"]
    resources = [each.value.arn]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = [local.alarm_arns]
    }
  }
}

resource "aws_sns_topic_policy" "alarms" {
  for_each = aws_sns_topic.alarms

  arn    = each.value.arn
  policy = data.aws_iam_policy_document.topic[each.key].json
}

resource "aws_sns_topic_subscription" "email" {
  for_each = local.subscriptions

  topic_arn = aws_sns_topic.alarms[each.value.topic].arn
  protocol  = "email"
  endpoint  = each.value.email
}
