# One model, from artifact to URL. The roles need names from the modules that need the roles. Terraform sees through
# modules to single outputs, so there is no circle, as long as nobody refers to a module as a whole:
# module.model["model"].output it is, and neither one(values(module.model)) nor a splat.
locals {
  contract        = jsondecode(file(var.contract_file))
  contract_digest = filesha256(var.contract_file)
  document        = file(var.openapi_file)

  # By themselves, since a failed precondition prints all that it refers to.
  package_digest  = try(jsondecode(file(var.package.manifest)).contract_digest, null)
  document_digest = try(jsondecode(local.document)["x-model-endpoint-api"].contract_digest, null)

  # for_each over this: with an endpoint of someone else's there is no model to make.
  models     = var.model == null ? {} : { model = var.model }
  model_name = var.model == null ? null : module.model["model"].model_name
}

# Three files are built from one contract; a forgotten build step is found here, before anything is made.
resource "terraform_data" "artefacts" {
  input = local.contract_digest

  lifecycle {
    precondition {
      condition     = local.package_digest == local.contract_digest
      error_message = "The function's zip was built from another contract than ${var.contract_file}. Build it again: python -m scripts.package ${local.contract.name} (with --target as before)."
    }
    precondition {
      condition     = local.document_digest == local.contract_digest
      error_message = "The OpenAPI document was rendered from another contract than ${var.contract_file}. Render it again: python -m scripts.openapi ${local.contract.name}"
    }
  }
}

module "model" {
  source   = "../model"
  for_each = local.models

  name               = var.name
  execution_role_arn = module.iam.sagemaker_role_arn
  artifact           = each.value.artifact
  image              = each.value.image
  environment        = each.value.environment
  bucket             = each.value.bucket
  existing_bucket    = each.value.existing_bucket
  network_isolation  = var.endpoint.serverless == null # serverless endpoints refuse isolated models
  tags               = var.tags
}

module "endpoint" {
  source = "../endpoint"

  name                   = var.name
  model_name             = local.model_name
  existing_endpoint_name = var.endpoint.existing_name
  instances              = var.endpoint.instances
  serverless             = var.endpoint.serverless
  variant_name           = var.endpoint.variant_name
  data_capture           = var.endpoint.data_capture
  log                    = var.logs
  tags                   = var.tags
}

module "iam" {
  source = "../iam"

  name = var.name
  sagemaker = var.model == null ? null : {
    artifact_read_arns      = [module.model["model"].artifact_read_arn]
    image_repository_arn    = module.model["model"].image_repository_arn
    log_group_arn           = module.endpoint.log_group_arn
    data_capture_write_arns = local.data_capture_write_arns
    kms_key_arns            = compact([module.model["model"].artifact_kms_key_arn, try(var.endpoint.data_capture.kms_key_arn, null)])
  }
  lambda = {
    endpoint_arn  = module.endpoint.endpoint_arn
    log_group_arn = module.lambda.log_group_arn
    tracing       = var.tracing
  }
  permissions_boundary_arn = var.permissions_boundary_arn
  tags                     = var.tags
}

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

module "api_gateway" {
  source = "../api_gateway"

  name                     = var.name
  openapi_document         = local.document
  function                 = { name = var.name } # plain, no output: see the variable's description
  function_alias_arn       = module.lambda.alias_arn
  stage_name               = var.api.stage_name
  clients                  = var.api.clients
  allow_open_routes        = var.api.allow_open_routes
  unpublished_routes       = var.api.unpublished_routes
  throttle                 = var.api.throttle
  request_validation       = var.api.request_validation
  cors_allow_origins       = var.api.cors_allow_origins
  binary_media_types       = var.api.binary_media_types
  minimum_compression_size = var.api.minimum_compression_size
  logs                     = merge(var.logs, { execution_level = var.api.execution_log_level })
  account_logging_role_arn = var.api.account_logging_role_arn
  xray_tracing             = var.tracing
  tags                     = var.tags
}

module "observability" {
  source = "../observability"

  name = var.name
  api = {
    name       = module.api_gateway.rest_api_name
    stage_name = module.api_gateway.stage_name
  }
  function = {
    name              = module.lambda.function_name
    alias_name        = module.lambda.alias_name
    metrics_namespace = var.function.metrics_namespace
  }
  endpoint = {
    name          = module.endpoint.endpoint_name
    variant_names = module.endpoint.variant_names
  }
  thresholds      = var.observability.thresholds
  disabled_alarms = var.observability.disabled_alarms
  notify          = var.observability.notify
  tags            = var.tags
}

data "aws_partition" "this" {}

locals {
  data_capture_write_arns = [
    for capture in var.endpoint.data_capture == null ? [] : [var.endpoint.data_capture] :
    "arn:${data.aws_partition.this.partition}:s3:::${trimsuffix(trimprefix(capture.destination_s3_uri, "s3://"), "/")}/*"
  ]
}
