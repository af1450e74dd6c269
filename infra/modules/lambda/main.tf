locals {
  manifest = jsondecode(file(var.package.manifest))

  environment = merge(
    var.environment,
    {
      ENDPOINT_NAME         = var.settings.endpoint_name
      MODEL_TIMEOUT_SECONDS = tostring(var.settings.model_timeout_seconds)
      METRICS_NAMESPACE     = var.settings.metrics_namespace
      LOG_LEVEL             = var.settings.log_level
      OPENBLAS_NUM_THREADS  = lookup(var.environment, "OPENBLAS_NUM_THREADS", "1") # threads cost 45 to 70 ms of cold start and gain nothing here
    },
    length(var.settings.cors_allow_origins) == 0 ? {} : { CORS_ALLOW_ORIGINS = join(",", var.settings.cors_allow_origins) },
    var.settings.feature_log_sample_rate == 0 ? {} : { FEATURE_LOG_SAMPLE_RATE = tostring(var.settings.feature_log_sample_rate) },
    var.settings.contract_file == null ? {} : { CONTRACT_FILE = var.settings.contract_file },
  )
}

# Made here, so that it has a retention and the role needs no logs:CreateLogGroup.
resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts logs with its own key; a customer key is set by log.kms_key_arn
  #checkov:skip=CKV_AWS_338:log.retention_days decides; logs hold no values of clients, and a year of them costs more than it tells

  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log.retention_days
  kms_key_id        = var.log.kms_key_arn
  tags              = var.tags
}

resource "aws_lambda_function" "this" {
  #checkov:skip=CKV_AWS_116:called synchronously only; the caller gets the error, nothing is queued
  #checkov:skip=CKV_AWS_117:calls SageMaker's public API over TLS; a VPC adds cost and cold start, so it is for those who need it
  #checkov:skip=CKV_AWS_173:no secret is in the environment, and Lambda encrypts it with its own key
  #checkov:skip=CKV_AWS_272:code signing needs a signing profile of the account; the zip's hash is pinned instead

  function_name                  = var.name
  description                    = "Validates, transforms and scores requests for the endpoint of ${var.name}"
  role                           = var.role_arn
  runtime                        = local.manifest.runtime
  architectures                  = [local.manifest.architecture]
  handler                        = local.manifest.handler
  filename                       = var.package.zip
  source_code_hash               = local.manifest.sha256_base64
  publish                        = true
  timeout                        = var.timeout_seconds
  memory_size                    = var.memory_mb
  reserved_concurrent_executions = coalesce(var.reserved_concurrency, -1)
  tags                           = var.tags

  environment {
    variables = local.environment
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  depends_on = [aws_cloudwatch_log_group.this]
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = "The version that the API calls"
  function_name    = aws_lambda_function.this.function_name
  function_version = aws_lambda_function.this.version
}
