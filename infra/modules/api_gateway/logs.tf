locals {
  access_log_group    = "/aws/apigateway/${var.name}/${var.stage_name}/access"
  execution_log_group = "API-Gateway-Execution-Logs_${aws_api_gateway_rest_api.this.id}/${var.stage_name}"

  # Who (by key, signature, authorizer or Cognito token), what, how long and how it ended. No path with its parameters, no query string, no key's value, no
  # validation message: those can carry data.
  access_log_format = jsonencode({
    request_id          = "$context.requestId"
    extended_request_id = "$context.extendedRequestId"
    trace_id            = "$context.xrayTraceId"
    time                = "$context.requestTime"
    source_ip           = "$context.identity.sourceIp"
    api_key_id          = "$context.identity.apiKeyId"
    caller_arn          = "$context.identity.userArn"
    principal_id        = "$context.authorizer.principalId"
    subject             = "$context.authorizer.claims.sub"
    deployment_id       = "$context.deploymentId"
    canary              = "$context.isCanaryRequest"
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
  name              = local.access_log_group
  retention_in_days = var.logs.retention_days
  kms_key_id        = var.logs.kms_key_arn
  tags              = var.tags
}

# API Gateway would make this group by itself at the first request, without retention, and leave it behind.
resource "aws_cloudwatch_log_group" "execution" {
  # checkov:skip=CKV_AWS_158: a key of the team's own is an option (logs.kms_key_arn); CloudWatch encrypts anyway
  # checkov:skip=CKV_AWS_338: how long to keep logs is the team's choice (logs.retention_days)
  name              = local.execution_log_group
  retention_in_days = var.logs.retention_days
  kms_key_id        = var.logs.kms_key_arn
  tags              = var.tags
}

# A canary's requests are logged a second time, to groups that API Gateway would make and leave behind likewise.
resource "aws_cloudwatch_log_group" "canary" {
  # checkov:skip=CKV_AWS_158: a key of the team's own is an option (logs.kms_key_arn); CloudWatch encrypts anyway
  # checkov:skip=CKV_AWS_338: how long to keep logs is the team's choice (logs.retention_days)
  for_each = var.canary == null ? {} : { access = local.access_log_group, execution = local.execution_log_group }

  name              = "${each.value}/Canary"
  retention_in_days = var.logs.retention_days
  kms_key_id        = var.logs.kms_key_arn
  tags              = var.tags

  # Goes after the stage has ended the canary.
  lifecycle {
    create_before_destroy = true
  }
}

# Something to depend on: a module's `depends_on` would put off reading its data sources.
resource "terraform_data" "account_logging" {
  input = var.account_logging_role_arn
}
