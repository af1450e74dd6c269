locals {
  buckets = length(local.uploads) > 0 && var.existing_bucket == null ? { artifacts = var.bucket } : {}
}

resource "aws_s3_bucket" "artifacts" {
  #checkov:skip=CKV_AWS_144:an artifact can be uploaded again from where it was trained; another region's copy is the account's choice
  #checkov:skip=CKV2_AWS_62:nothing acts on an upload; Terraform makes the model that reads it

  for_each = local.buckets

  bucket_prefix = "${trimsuffix(substr(var.name, 0, 26), "-")}-artifacts-" # AWS appends 26 characters, 63 is the limit
  force_destroy = each.value.force_destroy
  tags          = var.tags
}

resource "aws_s3_bucket_versioning" "artifacts" {
  for_each = aws_s3_bucket.artifacts

  bucket = each.value.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "artifacts" {
  for_each = aws_s3_bucket.artifacts

  bucket = each.value.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = local.buckets[each.key].kms_key_arn
    }
  }
}

resource "aws_s3_bucket_public_access_block" "artifacts" {
  for_each = aws_s3_bucket.artifacts

  bucket                  = each.value.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

data "aws_iam_policy_document" "tls_only" {
  for_each = aws_s3_bucket.artifacts

  statement {
    sid       = "RefusePlainHttp"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [each.value.arn, "${each.value.arn}/*"]

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
}

resource "aws_s3_bucket_policy" "artifacts" {
  for_each = aws_s3_bucket.artifacts

  bucket = each.value.id
  policy = data.aws_iam_policy_document.tls_only[each.key].json

  depends_on = [aws_s3_bucket_public_access_block.artifacts] # S3 refuses both at once
}

resource "aws_s3_bucket_lifecycle_configuration" "artifacts" {
  for_each = { for key, bucket in local.buckets : key => bucket if bucket.lifecycle_rules }

  bucket = aws_s3_bucket.artifacts[each.key].id

  rule {
    id     = "expire-noncurrent-versions"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = each.value.noncurrent_version_days
    }
  }

  rule {
    id     = "abort-unfinished-uploads"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = each.value.abort_upload_days
    }
  }

  depends_on = [aws_s3_bucket_versioning.artifacts]
}

resource "aws_s3_bucket_logging" "artifacts" {
  for_each = { for key, bucket in local.buckets : key => bucket.access_log if bucket.access_log != null }

  bucket        = aws_s3_bucket.artifacts[each.key].id
  target_bucket = each.value.bucket
  target_prefix = each.value.prefix
}
