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
  rollout                = var.endpoint.rollout
  apply_steps            = var.apply_steps
  log                    = var.logs
  tags                   = var.tags
}

data "aws_partition" "this" {}

locals {
  data_capture_write_arns = [
    for capture in var.endpoint.data_capture == null ? [] : [var.endpoint.data_capture] :
    "arn:${data.aws_partition.this.partition}:s3:::${trimsuffix(trimprefix(capture.destination_s3_uri, "s3://"), "/")}/*"
  ]
}
