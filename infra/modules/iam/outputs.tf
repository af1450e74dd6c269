output "sagemaker_role_arn" {
  description = "ARN of the endpoint's execution role, for the model module's execution_role_arn; usable at once, since it waits for the role's permissions. null without sagemaker."
  value       = one(values(aws_iam_role.sagemaker)[*].arn)

  depends_on = [aws_iam_role_policy.sagemaker]
}

output "sagemaker_role_name" {
  description = "Name of the endpoint's execution role, to attach further policies. null without sagemaker."
  value       = one(values(aws_iam_role.sagemaker)[*].name)
}

output "lambda_role_arn" {
  description = "ARN of the function's role, for the lambda module's role_arn; usable at once, since it waits for the role's permissions. null without lambda."
  value       = one(values(aws_iam_role.lambda)[*].arn)

  depends_on = [aws_iam_role_policy.lambda]
}

output "lambda_role_name" {
  description = "Name of the function's role, to attach further policies. null without lambda."
  value       = one(values(aws_iam_role.lambda)[*].name)
}
