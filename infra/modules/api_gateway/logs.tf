locals {
  # Who, what, how long and how it ended. No path with its parameters, no query string, no key's value, no
  # validation message: those can carry data.
  access_log_format = jsonencode({
    request_id          = "$context.requestId"
    extended_request_id = "$context.extendedRequestId"
    trace_id            = "$context.xrayTraceId"
    time                = "$context.requestTime"
    source_ip           = "$context.identity.sourceIp"
    api_key_id          = "$context.identity.apiKeyId"
    method              = "$context.httpMethod"
    resource            = "$context.resourcePath"
    protocol            = "$context.protocol"
    status              = "$context.status"
    response_bytes      = "$context.responseLength"
    latency_ms          = "$context.responseLatency"
    integration_ms      = "$context.integrationLatency"
    integration_status  = "$context.integrationStatus"
    function_status     = "$context.integration.status"
    refusal             = "$context.error.responseType"
  })
}

resource "aws_cloudwatch_log_group" "access" {
  # checkov:skip=CKV_AWS_158: a key of the team's own is an option (logs.kms_key_arn); CloudWatch encrypts anyway
  # checkov:skip=CKV_AWS_338: how long to keep logs is the team's choice (logs.retention_days)
  name              = "/aws/apigateway/${var.name}/${var.stage_name}/access"
  retention_in_days = var.logs.retention_days
  kms_key_id        = var.logs.kms_key_arn
  tags              = var.tags
}

# API Gateway would make this group by itself at the first request, without retention, and leave it behind.
resource "aws_cloudwatch_log_group" "execution" {
  # checkov:skip=CKV_AWS_158: a key of the team's own is an option (logs.kms_key_arn); CloudWatch encrypts anyway
  # checkov:skip=CKV_AWS_338: how long to keep logs is the team's choice (logs.retention_days)
  name              = "API-Gateway-Execution-Logs_${aws_api_gateway_rest_api.this.id}/${var.stage_name}"
  retention_in_days = var.logs.retention_days
  kms_key_id        = var.logs.kms_key_arn
  tags              = var.tags
}

# Something to depend on: a module's `depends_on` would put off reading its data sources.
resource "terraform_data" "account_logging" {
  input = var.account_logging_role_arn
}
