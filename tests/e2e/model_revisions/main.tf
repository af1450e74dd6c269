# Model and endpoint with a verification that fails on demand, as a roll-out does that SageMaker rolls back.
terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.90, < 7.0"
    }
  }
}

variable "revision" {
  description = "Which of the two artifacts to serve: one or two."
  type        = string
  nullable    = false
}

variable "roll_out_fails" {
  description = "Let the verification of the endpoint fail."
  type        = bool
  default     = false
  nullable    = false
}

locals {
  name = "revisions"
}

module "model" {
  source = "../../../infra/modules/model"

  name               = local.name
  execution_role_arn = module.iam.sagemaker_role_arn
  artifact           = { file = "${path.module}/artifacts/${var.revision}.txt" }
  bucket             = { lifecycle_rules = false }
  image              = { prebuilt = { repository_name = "sagemaker-xgboost", tag = "3.0-5" } }
}

module "iam" {
  source = "../../../infra/modules/iam"

  name = local.name
  sagemaker = {
    artifact_read_arns    = module.model.artifact_read_arns
    image_repository_arns = module.model.image_repository_arns
    log_group_arn         = module.endpoint.log_group_arn
  }
}

module "endpoint" {
  source = "../../../infra/modules/endpoint"

  name       = local.name
  model_name = module.model.model_name
  instances = {
    type        = "ml.m6i.large"
    autoscaling = { max = 2, invocations_per_instance_per_minute = 600 }
  }
}

resource "terraform_data" "verified" {
  triggers_replace = [module.endpoint.endpoint_configuration_name]

  provisioner "local-exec" {
    command = var.roll_out_fails ? "exit 1" : "exit 0"
  }

  lifecycle {
    create_before_destroy = true
  }
}

output "endpoint_name" {
  description = "The endpoint that both revisions are rolled out to."
  value       = module.endpoint.endpoint_name
}
