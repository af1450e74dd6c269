locals {
  state_bucket     = coalesce(var.state_bucket.name, "${var.name}-state-${local.account}-${local.region}")
  state_bucket_arn = "${local.s3}${local.state_bucket}"
  own_keys         = var.state_bucket.own_key ? { state = "States of ${var.name}" } : {}
  state_key        = one(values(aws_kms_key.state)[*].arn)

  # environment → what lies in the bucket for it
  states = {
    for key, environment in local.environments : key => [for stack in environment.stacks : "${local.state_bucket_arn}/${stack}/${key}.tfstate"]
  }
}

resource "aws_kms_key" "state" {
  for_each = local.own_keys

  description             = each.value
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.state_key[each.key].json
}

data "aws_iam_policy_document" "state_key" {
  #checkov:skip=CKV_AWS_109:a key policy must leave the key to the account's administrators, or nobody can
  #checkov:skip=CKV_AWS_111:a key policy speaks of its own key alone
  #checkov:skip=CKV_AWS_356:in a key policy * is this key

  for_each = local.own_keys

  statement {
    sid       = "AccountAdministers"
    actions   = ["kms:*"]
    resources = ["*"] # in a key policy * is this key

    principals {
      type        = "AWS"
      identifiers = ["${local.iam}:root"]
    }
  }
}

resource "aws_s3_bucket" "state" {
  #checkov:skip=CKV_AWS_144:a copy in another region is the account's choice; every version of a state is kept
  #checkov:skip=CKV2_AWS_62:nothing acts on a written state
  #checkov:skip=CKV_AWS_18:who read and wrote is an option (state_bucket.access_log), since it needs a bucket beside this one
  #checkov:skip=CKV_AWS_19:encrypted either way; checkov does not see through the choice of the key
  #checkov:skip=CKV_AWS_145:a KMS key is the default; S3's own keys are a choice (state_bucket.own_key)

  bucket        = local.state_bucket
  force_destroy = !var.deletion_protection
}

resource "aws_s3_bucket_versioning" "state" {
  bucket = aws_s3_bucket.state.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_ownership_controls" "state" {
  bucket = aws_s3_bucket.state.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "state" {
  bucket = aws_s3_bucket.state.id

  rule {
    bucket_key_enabled = var.state_bucket.own_key

    apply_server_side_encryption_by_default {
      sse_algorithm     = var.state_bucket.own_key ? "aws:kms" : "AES256"
      kms_master_key_id = local.state_key
    }
  }
}

resource "aws_s3_bucket_public_access_block" "state" {
  bucket                  = aws_s3_bucket.state.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

data "aws_iam_policy_document" "state_bucket" {
  statement {
    sid       = "RefusePlainHttp"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [local.state_bucket_arn, "${local.state_bucket_arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }

  # A backend without kms_key_id would take S3's own key, against the bucket's default. What says nothing gets that.
  dynamic "statement" {
    for_each = local.own_keys

    content {
      sid       = "RefuseOtherEncryption"
      effect    = "Deny"
      actions   = ["s3:PutObject"]
      resources = ["${local.state_bucket_arn}/*"]

      principals {
        type        = "*"
        identifiers = ["*"]
      }

      condition {
        test     = "StringNotEquals"
        variable = "s3:x-amz-server-side-encryption"
        values   = ["aws:kms"]
      }

      condition {
        test     = "Null"
        variable = "s3:x-amz-server-side-encryption"
        values   = ["false"]
      }
    }
  }

  dynamic "statement" {
    for_each = local.own_keys

    content {
      sid       = "RefuseOtherKeys"
      effect    = "Deny"
      actions   = ["s3:PutObject"]
      resources = ["${local.state_bucket_arn}/*"]

      principals {
        type        = "*"
        identifiers = ["*"]
      }

      condition {
        test     = "StringNotEquals"
        variable = "s3:x-amz-server-side-encryption-aws-kms-key-id"
        values   = [local.state_key]
      }

      condition {
        test     = "Null"
        variable = "s3:x-amz-server-side-encryption-aws-kms-key-id"
        values   = ["false"]
      }
    }
  }

  dynamic "statement" {
    for_each = var.deletion_protection ? { protected = true } : {}

    content {
      sid       = "KeepStates"
      effect    = "Deny"
      actions   = ["s3:DeleteBucket", "s3:DeleteObjectVersion"]
      resources = [local.state_bucket_arn, "${local.state_bucket_arn}/*"]

      principals {
        type        = "*"
        identifiers = ["*"]
      }
    }
  }
}

resource "aws_s3_bucket_policy" "state" {
  bucket = aws_s3_bucket.state.id
  policy = data.aws_iam_policy_document.state_bucket.json

  depends_on = [aws_s3_bucket_public_access_block.state] # S3 refuses both at once
}

resource "aws_s3_bucket_lifecycle_configuration" "state" {
  for_each = var.state_bucket.lifecycle_rules ? { state = var.state_bucket } : {}

  bucket = aws_s3_bucket.state.id

  rule {
    id     = "expire-old-states"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days           = each.value.noncurrent_version_days
      newer_noncurrent_versions = each.value.noncurrent_versions
    }
  }

  # Every lock leaves a delete marker.
  rule {
    id     = "clear-up"
    status = "Enabled"

    filter {}

    expiration {
      expired_object_delete_marker = true
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.state]
}

resource "aws_s3_bucket_logging" "state" {
  for_each = var.state_bucket.access_log == null ? {} : { state = var.state_bucket.access_log }

  bucket        = aws_s3_bucket.state.id
  target_bucket = each.value.bucket
  target_prefix = each.value.prefix
}

# Destroyed before all else, so that a protected bucket keeps its roles and its key too.
resource "terraform_data" "protection" {
  input = { protected = var.deletion_protection, bucket = local.state_bucket }

  provisioner "local-exec" {
    when        = destroy
    interpreter = ["/bin/sh", "-c"]
    command     = self.input.protected ? "echo 'The states in ${self.input.bucket} are protected. Set deletion_protection = false, apply, then destroy.' >&2; exit 1" : "true"
  }

  depends_on = [
    aws_iam_role_policy_attachment.this,
    aws_kms_key.state,
    aws_s3_bucket_lifecycle_configuration.state,
    aws_s3_bucket_logging.state,
    aws_s3_bucket_ownership_controls.state,
    aws_s3_bucket_policy.state,
    aws_s3_bucket_server_side_encryption_configuration.state,
    aws_s3_bucket_versioning.state,
    module.account_logging,
  ]
}

module "account_logging" {
  source   = "../modules/api_gateway/account_logging"
  for_each = var.account_logging == null ? {} : { here = var.account_logging }

  role_name = each.value.role_name
}
