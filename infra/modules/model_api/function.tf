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
  environment             = var.function.environment
  timeout_seconds         = var.function.timeout_seconds
  memory_mb               = var.function.memory_mb
  reserved_concurrency    = var.function.reserved_concurrency
  provisioned_concurrency = var.function.provisioned_concurrency
  snap_start              = var.function.snap_start
  vpc                     = var.function.vpc
  kms_key_arn             = var.function.kms_key_arn
  code_signing            = var.function.code_signing
  runtime                 = var.function.runtime
  tracing                 = var.tracing
  log                     = merge(var.logs, { json = var.function.json_log })
  tags                    = var.tags
}
