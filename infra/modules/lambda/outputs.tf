output "function_name" {
  description = "Name of the function, for aws lambda invoke, permissions and metrics."
  value       = aws_lambda_function.this.function_name
}

output "function_arn" {
  description = "ARN of the function without a qualifier, for IAM policies. Do not integrate with it: it runs $LATEST."
  value       = aws_lambda_function.this.arn
}

output "function_version" {
  description = "Version that the alias points at, as in the reply header X-Function-Version."
  value       = aws_lambda_alias.live.function_version
}

output "function_code_sha256" {
  description = "SHA-256 (base64) of the zip that was published, as GetFunction's CodeSha256."
  value       = local.code_sha256
}

output "alias_name" {
  description = "Name of the alias: the qualifier of invocations and permissions."
  value       = aws_lambda_alias.live.name
}

output "alias_arn" {
  description = "ARN of the alias, for resources that name whom they call."
  value       = aws_lambda_alias.live.arn
}

output "alias_invoke_arn" {
  description = "URI of the alias for API Gateway integrations."
  value       = aws_lambda_alias.live.invoke_arn
}

output "timeout_seconds" {
  description = "The function's timeout."
  value       = aws_lambda_function.this.timeout
}

output "memory_mb" {
  description = "The function's memory in MB."
  value       = aws_lambda_function.this.memory_size
}

output "log_group_name" {
  description = "Log group of the function."
  value       = aws_cloudwatch_log_group.this.name
}

output "log_group_arn" {
  description = "ARN of that log group. For the iam module's lambda.log_group_arn. Known before the function is, so there is no cycle."
  value       = aws_cloudwatch_log_group.this.arn
}
