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
  multi_model        = each.value.multi_model
  containers         = each.value.containers
  execution_mode     = each.value.execution_mode
  package            = each.value.package
  vpc                = each.value.vpc
  network_isolation  = local.network_isolation
  tags               = var.tags
}

# A role for each: it reads no other variant's artifact.
module "variant" {
  source   = "./variant"
  for_each = local.variants

  name                     = "${var.name}-${lower(each.key)}"
  model                    = each.value.model
  existing_bucket          = local.artifact_bucket
  vpc                      = try(var.model.vpc, null)
  network_isolation        = local.network_isolation
  log_group_arn            = module.endpoint.log_group_arn
  rollback_alarm_arns      = module.endpoint.rollback_alarm_arns
  data_capture_write_arns  = local.data_capture_write_arns
  data_capture_kms_key_arn = try(var.endpoint.data_capture.kms_key_arn, null)
  permissions_boundary_arn = var.permissions_boundary_arn
  tags                     = var.tags
}

module "endpoint" {
  source = "../endpoint"

  name                   = var.name
  model_name             = local.model_name
  existing_endpoint_name = var.endpoint.existing_name
  instances              = var.endpoint.instances
  serverless             = var.endpoint.serverless
  variant_name           = var.endpoint.variant_name
  variant_weight         = var.endpoint.variant_weight
  further_variants       = { for name, variant in var.endpoint.further_variants : name => merge(variant, { model_name = module.variant[name].model_name }) }
  shadow_variant         = one([for shadow in local.shadows : merge(shadow, { model_name = module.variant["shadow"].model_name })])
  data_capture           = var.endpoint.data_capture
  rollout                = var.endpoint.rollout
  runbook_url            = var.observability.runbook_url
  apply_steps            = var.apply_steps
  log                    = var.logs
  tags                   = var.tags
}

data "aws_partition" "this" {}

locals {
  network_isolation = coalesce(try(var.model.network_isolation, null), var.endpoint.serverless == null) # serverless endpoints refuse isolated models

  # Further models go where the first one's artifact went, if it was uploaded.
  artifact_bucket = try(var.model.artifact.file, null) == null ? null : {
    name        = module.model["model"].bucket_name
    kms_key_arn = try(var.model.existing_bucket.kms_key_arn, var.model.bucket.kms_key_arn)
  }
  shadows  = var.endpoint.shadow_variant == null ? [] : [var.endpoint.shadow_variant]
  variants = merge(var.endpoint.further_variants, { for shadow in local.shadows : "shadow" => shadow })

  # What the function says in each call, where one endpoint has a choice.
  target_environment = { for name, target in { TARGET_MODEL = var.endpoint.target_model, TARGET_CONTAINER = var.endpoint.target_container } : name => target if target != null }

  data_capture_write_arns = [
    for capture in var.endpoint.data_capture == null ? [] : [var.endpoint.data_capture] :
    "arn:${data.aws_partition.this.partition}:s3:::${trimsuffix(trimprefix(capture.destination_s3_uri, "s3://"), "/")}/*"
  ]
}
