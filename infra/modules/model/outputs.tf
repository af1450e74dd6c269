output "model_name" {
  description = "Name of the SageMaker model; new for every revision. For the endpoint module's model_name."
  value       = aws_sagemaker_model.this.name
}

output "model_arn" {
  description = "ARN of the SageMaker model, for IAM policies."
  value       = aws_sagemaker_model.this.arn
}

output "model_data_url" {
  description = "S3 URI of the artifact that the model loads; of a multi-model container, the prefix of its artifacts. null for several containers and for a package."
  value       = local.model_data_url
}

output "artifact_sha256" {
  description = "SHA-256 of the uploaded artifact in hexadecimal; null where none is uploaded, and for several containers."
  value       = lookup(local.sha256, "artifact", null)
}

output "artifact_read_arns" {
  description = "S3 object ARN patterns that the execution role must be able to read. For the iam module's sagemaker.artifact_read_arns."
  value       = local.artifact_read_arns
}

output "artifact_list_arns" {
  description = "S3 prefixes that a multi-model container lists, as object ARN patterns; empty otherwise. For the iam module's sagemaker.artifact_list_arns."
  value       = local.many_read_arns
}

output "kms_key_arns" {
  description = "Customer keys that the execution role needs to decrypt the artifacts. For the iam module's sagemaker.kms_key_arns."
  value       = distinct(compact(concat([local.kms_key_arn, try(var.multi_model.kms_key_arn, null)], try(var.package.kms_key_arns, []))))
}

output "bucket_name" {
  description = "Name of the artifact bucket, made here or given; null where nothing is uploaded."
  value       = local.bucket_name

  # What else is uploaded to it is to be versioned and encrypted.
  depends_on = [
    aws_s3_bucket_versioning.artifacts,
    aws_s3_bucket_server_side_encryption_configuration.artifacts,
    aws_s3_bucket_policy.artifacts,
  ]
}

output "bucket_arn" {
  description = "ARN of the artifact bucket, for IAM policies; null where nothing is uploaded."
  value       = local.bucket_arn
}

output "image_uri" {
  description = "The serving image with registry and tag, as SageMaker pulls it; null for several containers and for a package."
  value       = local.image_uri
}

output "image_repository_arns" {
  description = "ARNs of the images' ECR repositories. For the iam module's sagemaker.image_repository_arns."
  value       = local.image_repository_arns
}

output "vpc" {
  description = "The VPC's subnets and security groups as given, for the iam module's sagemaker.vpc; null without one."
  value       = var.vpc
}
