locals {
  # One container and one artifact, or several, by hostname.
  artifacts = var.containers == null ? { artifact = var.artifact } : { for container in var.containers : container.hostname => container.artifact }
  uploads   = { for key, artifact in local.artifacts : key => artifact.file if try(artifact.file, null) != null }
  sha256    = { for key, file in local.uploads : key => filesha256(file) }

  bucket_name = length(local.uploads) == 0 ? null : try(aws_s3_bucket.artifacts["artifacts"].bucket, var.existing_bucket.name)
  s3_arn      = "arn:${data.aws_partition.current.partition}:s3:::"
  bucket_arn  = local.bucket_name == null ? null : "${local.s3_arn}${local.bucket_name}"
  kms_key_arn = length(local.uploads) == 0 ? null : try(var.existing_bucket.kms_key_arn, var.bucket.kms_key_arn)

  key_prefix      = "models/${var.name}/"
  model_data_urls = { for key, artifact in local.artifacts : key => try("s3://${local.bucket_name}/${aws_s3_object.artifact[key].key}", artifact.s3_uri, null) }
  model_data_url  = try(var.multi_model.artifact_prefix, local.model_data_urls["artifact"], null)

  # What the role may read covers old revisions too: an old model that still serves must be able to scale out.
  uploaded_read_arns = length(local.uploads) == 0 ? [] : ["${local.bucket_arn}/${local.key_prefix}*"]
  found_read_arns = [
    for artifact in values(local.artifacts) :
    artifact.read_prefix == null ? replace(artifact.s3_uri, "s3://", local.s3_arn) : "${replace(artifact.read_prefix, "s3://", local.s3_arn)}*"
    if try(artifact.s3_uri, null) != null
  ]
  many_read_arns     = var.multi_model == null ? [] : ["${replace(var.multi_model.artifact_prefix, "s3://", local.s3_arn)}*"]
  artifact_read_arns = distinct(concat(local.uploaded_read_arns, local.found_read_arns, local.many_read_arns, try(var.package.artifact_read_arns, [])))
}

# Objects are deleted by key, with all their versions, so keys must not come back either: see terraform_data.revision.
resource "terraform_data" "upload" {
  for_each = local.uploads

  triggers_replace = {
    sha256 = local.sha256[each.key]
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
  key                = "${local.key_prefix}${local.sha256[each.key]}/${element(split("-", terraform_data.upload[each.key].id), 4)}/${basename(each.value)}"
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
