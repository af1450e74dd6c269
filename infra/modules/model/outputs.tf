output "model_name" {
  description = "Name of the SageMaker model; new for every revision. For the endpoint module's model_name."
  value       = aws_sagemaker_model.this.name
}

output "model_arn" {
  description = "ARN of the SageMaker model, for IAM policies."
  value       = aws_sagemaker_model.this.arn
}

output "model_data_url" {
  description = "S3 URI of the artifact that the model loads."
  value       = local.model_data_url
}

output "artifact_sha256" {
  description = "SHA-256 of the uploaded artifact in hexadecimal; null when the artifact is given by S3 URI."
  value       = local.artifact_sha256
}

output "artifact_read_arn" {
  description = "S3 object ARN pattern that the execution role must be able to read. For the iam module's sagemaker.artifact_read_arns."
  value       = local.artifact_read_arn
}

output "artifact_kms_key_arn" {
  description = "Customer key that the execution role needs to decrypt the uploaded artifact; null when there is none. For the iam module's sagemaker.kms_key_arns."
  value       = local.kms_key_arn
}

output "bucket_name" {
  description = "Name of the artifact bucket, made here or given; null when the artifact is given by S3 URI."
  value       = local.bucket_name
}

output "bucket_arn" {
  description = "ARN of the artifact bucket, for IAM policies; null when the artifact is given by S3 URI."
  value       = local.bucket_arn
}

output "image_uri" {
  description = "The serving image with registry and tag, as SageMaker pulls it."
  value       = local.image_uri
}

output "image_repository_arn" {
  description = "ARN of the image's ECR repository. For the iam module's sagemaker.image_repository_arn."
  value       = local.image_repository_arn
}
