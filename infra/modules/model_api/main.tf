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

  # What a training script wrote beside the artifact; a model from elsewhere has nothing there, and is not asked.
  # As text, since lists of unlike nodes are never equal.
  artifact_file     = try(var.model.artifact.file, null)
  trained           = try(jsondecode(file(replace(local.artifact_file, "/\\.tar\\.gz$/", ".json"))), null)
  trained_features  = try(jsonencode(local.trained.features), null)
  contract_features = jsonencode(try(local.contract.features, null))
  trained_sha256    = try(local.trained.sha256, null)
  artifact_sha256   = try(filesha256(local.artifact_file), null)

  # How the commands that build from the contract are told which: by its name in models/, anywhere else by its path.
  contract_argument = endswith(abspath(var.contract_file), "/models/${local.contract.name}/contract.json") ? local.contract.name : abspath(var.contract_file)

  # for_each over this: with an endpoint of someone else's there is no model to make.
  models     = var.model == null ? {} : { model = var.model }
  model_name = var.model == null ? null : module.model["model"].model_name
}

# Four files are built from one contract; a forgotten build step is found here, before anything is made.
resource "terraform_data" "artefacts" {
  input = local.contract_digest

  lifecycle {
    precondition {
      condition     = local.package_digest == local.contract_digest
      error_message = "The function's zip was built from another contract than ${var.contract_file}. Build it again: python -m scripts.package ${local.contract_argument} (with --target as before)."
    }
    precondition {
      condition     = local.document_digest == local.contract_digest
      error_message = "The OpenAPI document was rendered from another contract than ${var.contract_file}. Render it again: python -m scripts.openapi ${local.contract_argument}"
    }
    precondition {
      condition     = local.trained_sha256 == null || local.trained_sha256 == local.artifact_sha256
      error_message = "The artifact is another one than was trained for this contract: the file beside it describes other bytes. Train it again: make train MODEL=${local.contract.name}. For a model from elsewhere, remove that file."
    }
    precondition {
      condition     = local.trained_features == null || local.trained_features == local.contract_features
      error_message = "The model was trained on other features than ${var.contract_file} has, or on these in another order. Train it again: make train MODEL=${local.contract.name}"
    }
  }
}

module "iam" {
  source = "../iam"

  name = var.name
  sagemaker = var.model == null ? null : {
    artifact_read_arns      = module.model["model"].artifact_read_arns
    artifact_list_arns      = module.model["model"].artifact_list_arns
    image_repository_arns   = module.model["model"].image_repository_arns
    log_group_arn           = module.endpoint.log_group_arn
    rollback_alarm_arns     = module.endpoint.rollback_alarm_arns
    data_capture_write_arns = local.data_capture_write_arns
    vpc                     = var.model.vpc
    kms_key_arns            = compact(concat(module.model["model"].kms_key_arns, [try(var.endpoint.data_capture.kms_key_arn, null)]))
  }
  lambda = {
    endpoint_arn  = module.endpoint.endpoint_arn
    log_group_arn = module.lambda.log_group_arn
    tracing       = var.tracing
    kms_key_arn   = var.function.kms_key_arn
    vpc           = var.function.vpc
  }
  permissions_boundary_arn = var.permissions_boundary_arn
  tags                     = var.tags
}
