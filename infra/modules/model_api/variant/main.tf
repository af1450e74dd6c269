# A further variant's model with its role. Together in a module of their own, since the two refer to each other, and
# only single outputs keep that from being a circle: module.further["x"].output is one, module.further[each.key] isn't.
terraform {
  required_version = ">= 1.11"
}

module "model" {
  source = "../../model"

  name               = var.name
  execution_role_arn = module.iam.sagemaker_role_arn
  artifact           = var.model.artifact
  image              = var.model.image
  package            = var.model.package
  environment        = var.model.environment
  existing_bucket    = try(var.model.artifact.file, null) == null ? null : var.existing_bucket
  vpc                = var.vpc
  network_isolation  = var.network_isolation
  tags               = var.tags
}

module "iam" {
  source = "../../iam"

  name = var.name
  sagemaker = {
    artifact_read_arns      = module.model.artifact_read_arns
    image_repository_arns   = module.model.image_repository_arns
    log_group_arn           = var.log_group_arn
    rollback_alarm_arns     = var.rollback_alarm_arns
    data_capture_write_arns = var.data_capture_write_arns
    kms_key_arns            = compact(concat(module.model.kms_key_arns, [var.data_capture_kms_key_arn]))
    vpc                     = var.vpc
  }
  permissions_boundary_arn = var.permissions_boundary_arn
  tags                     = var.tags
}
