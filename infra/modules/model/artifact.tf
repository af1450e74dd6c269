locals {
  artifact_sha256 = var.artifact.file == null ? null : filesha256(var.artifact.file)
  uploads         = var.artifact.file == null ? {} : { artifact = var.artifact.file }

  bucket_name = try(aws_s3_bucket.artifacts["artifacts"].bucket, var.existing_bucket.name, null)
  bucket_arn  = local.bucket_name == null ? null : "arn:${data.aws_partition.current.partition}:s3:::${local.bucket_name}"
  kms_key_arn = var.artifact.file == null ? null : try(var.existing_bucket.kms_key_arn, var.bucket.kms_key_arn)

  key_prefix     = "models/${var.name}/"
  model_data_url = try("s3://${local.bucket_name}/${aws_s3_object.artifact["artifact"].key}", var.artifact.s3_uri)

  # What the role may read covers old revisions too: an old model that still serves must be able to scale out.
  artifact_read_arn = (
    var.artifact.s3_uri == null ? "${local.bucket_arn}/${local.key_prefix}*" :
    var.artifact.read_prefix == null ? replace(var.artifact.s3_uri, "s3://", "arn:${data.aws_partition.current.partition}:s3:::") :
    "${replace(var.artifact.read_prefix, "s3://", "arn:${data.aws_partition.current.partition}:s3:::")}*"
  )
}

# Objects are deleted by key, with all their versions, so keys must not come back either: see terraform_data.revision.
resource "terraform_data" "upload" {
  for_each = local.uploads

  triggers_replace = {
    sha256 = local.artifact_sha256
    bucket = local.bucket_name
    prefix = local.key_prefix
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_s3_object" "artifact" {
  for_each = local.uploads

  bucket             = local.bucket_name
  key                = "${local.key_prefix}${local.artifact_sha256}/${element(split("-", terraform_data.upload[each.key].id), 4)}/${basename(each.value)}"
  source             = each.value
  checksum_algorithm = "SHA256"
  tags               = var.tags

  # An object from before versioning has no version, and destroy would leave it behind.
  depends_on = [
    aws_s3_bucket_versioning.artifacts,
    aws_s3_bucket_server_side_encryption_configuration.artifacts,
    aws_s3_bucket_policy.artifacts,
  ]

  lifecycle {
    create_before_destroy = true
  }
}
