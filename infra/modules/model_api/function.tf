locals {
  # Behind a shared API a segment that names the model stands in front of its routes.
  shared_environment = { for name, value in { SHARED_API = "true" } : name => value if var.api == null }

  # By its plain name: the alarm measures the alias, which waits for the shift. It exists when there is an alias to shift.
  error_alarms = contains(coalesce(var.observability.disabled_alarms, []), "function-errors") ? [] : ["${var.name}-function-errors"]
  shift        = var.function.shift == null ? null : merge(var.function.shift, { alarm_names = coalesce(var.function.shift.alarm_names, local.error_alarms) })
}

module "lambda" {
  source = "../lambda"

  name     = var.name
  role_arn = module.iam.lambda_role_arn
  package  = var.package
  settings = {
    endpoint_name         = module.endpoint.endpoint_name
    model_timeout_seconds = var.function.model_timeout_seconds
    cors_allow_origins    = local.cors_allow_origins
    metrics_namespace     = var.function.metrics_namespace
    log_level             = var.function.log_level

    feature_log_sample_rate = var.function.feature_log_sample_rate
  }
  environment             = merge(var.function.environment, local.target_environment, local.shared_environment)
  timeout_seconds         = var.function.timeout_seconds
  memory_mb               = var.function.memory_mb
  reserved_concurrency    = var.function.reserved_concurrency
  provisioned_concurrency = var.function.provisioned_concurrency
  snap_start              = var.function.snap_start
  vpc                     = var.function.vpc
  kms_key_arn             = var.function.kms_key_arn
  code_signing            = var.function.code_signing
  runtime                 = var.function.runtime
  shift                   = local.shift
  apply_steps             = var.apply_steps
  tracing                 = var.tracing
  log                     = merge(var.logs, { json = var.function.json_log })
  tags                    = var.tags
}
