module "lambda" {
  source = "../lambda"

  name     = var.name
  role_arn = module.iam.lambda_role_arn
  package  = var.package
  settings = {
    endpoint_name         = module.endpoint.endpoint_name
    model_timeout_seconds = var.function.model_timeout_seconds
    cors_allow_origins    = var.api.cors_allow_origins
    metrics_namespace     = var.function.metrics_namespace
    log_level             = var.function.log_level

    feature_log_sample_rate = var.function.feature_log_sample_rate
  }
  environment          = var.function.environment
  timeout_seconds      = var.function.timeout_seconds
  memory_mb            = var.function.memory_mb
  reserved_concurrency = var.function.reserved_concurrency
  tracing              = var.tracing
  log                  = var.logs
  tags                 = var.tags
}
