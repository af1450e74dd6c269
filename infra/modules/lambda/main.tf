data "aws_region" "current" {}

locals {
  manifest    = jsondecode(file(var.package.manifest))
  code_sha256 = coalesce(try(var.package.s3.sha256_base64, null), local.manifest.sha256_base64)

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
  #checkov:skip=CKV_AWS_117:calls SageMaker's public API over TLS; var.vpc is for those who need it
  #checkov:skip=CKV_AWS_173:no secret is in the environment, and Lambda encrypts it with its own key; var.kms_key_arn sets another
  #checkov:skip=CKV_AWS_272:var.code_signing needs a signing profile of the account; the zip's hash is pinned either way

  function_name                  = var.name
  description                    = "Validates, transforms and scores requests for the endpoint of ${var.name}"
  role                           = var.role_arn
  runtime                        = local.manifest.runtime
  architectures                  = [local.manifest.architecture]
  handler                        = local.manifest.handler
  filename                       = var.package.zip
  s3_bucket                      = try(var.package.s3.bucket, null)
  s3_key                         = try(var.package.s3.key, null)
  s3_object_version              = try(var.package.s3.object_version, null)
  source_code_hash               = local.code_sha256
  code_signing_config_arn        = one(values(aws_lambda_code_signing_config.this)[*].arn)
  kms_key_arn                    = var.kms_key_arn
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

  # Always there: the provider takes a removed block for "as it is", and JSON would stay.
  logging_config {
    log_format            = var.log.json == null ? "Text" : "JSON"
    log_group             = aws_cloudwatch_log_group.this.name
    application_log_level = try(var.log.json.application_level, null)
    system_log_level      = try(var.log.json.system_level, null)
  }

  dynamic "vpc_config" {
    for_each = var.vpc == null ? {} : { vpc = var.vpc }

    content {
      subnet_ids                  = vpc_config.value.subnet_ids
      security_group_ids          = vpc_config.value.security_group_ids
      ipv6_allowed_for_dual_stack = vpc_config.value.ipv6
    }
  }

  dynamic "snap_start" {
    for_each = var.snap_start ? { versions = "PublishedVersions" } : {}

    content {
      apply_on = snap_start.value
    }
  }

  lifecycle {
    precondition {
      condition     = local.runtime_is_known
      error_message = "The function's code runs on Python 3.11 or later, and ${local.manifest.runtime} is none of ${join(", ", keys(local.runtime_deprecations))}. Package for one of these: python -m scripts.package <model> --target ..."
    }

    precondition {
      condition     = !local.runtime_is_over
      error_message = "Lambda has deprecated ${local.manifest.runtime} on ${local.runtime_deprecation}: it is patched no more. Package for a later one: python -m scripts.package <model> --target ... If AWS has moved that day, or to go back to such a version once more, set runtime.deprecations."
    }
  }

  depends_on = [aws_cloudwatch_log_group.this]
}

resource "aws_lambda_alias" "live" {
  name             = local.alias_name
  description      = "The version that the API calls"
  function_name    = aws_lambda_function.this.function_name
  function_version = aws_lambda_function.this.version

  depends_on = [data.aws_lambda_function.published, terraform_data.shift]
}
