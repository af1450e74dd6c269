output "role_arn" {
  description = "ARN of the role, once the account uses it: pass it to `account_logging_role_arn`, and stages wait for it."
  value       = aws_iam_role.this.arn
  depends_on  = [aws_api_gateway_account.this]
}
