data "aws_partition" "current" {}

data "aws_sagemaker_prebuilt_ecr_image" "this" {
  for_each = var.image.prebuilt == null ? {} : { prebuilt = var.image.prebuilt }

  repository_name = each.value.repository_name
  image_tag       = each.value.tag
}

locals {
  image_uri = coalesce(var.image.uri, one(values(data.aws_sagemaker_prebuilt_ecr_image.this)[*].registry_path))

  # <account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>
  image                = regex("^(?P<account>[0-9]{12})\\.dkr\\.ecr\\.(?P<region>[a-z0-9-]+)\\.[^/]+/(?P<repository>[^:@]+)", local.image_uri)
  image_repository_arn = "arn:${data.aws_partition.current.partition}:ecr:${local.image.region}:${local.image.account}:repository/${local.image.repository}"
}

# SageMaker can't change a model in place, so every change makes a new one, and the old one is deleted only
# after the endpoint runs on the new. A name must therefore never come back: were it a hash of the content,
# going v1 -> v2 -> v1 while v2's roll-out failed would make "v1" beside a v1 still waiting to be deleted,
# and the deletion, which goes by name, would take the live model. A fresh id for each revision rules that out.
resource "terraform_data" "revision" {
  triggers_replace = {
    name               = var.name
    image              = local.image_uri
    model_data_url     = local.model_data_url
    environment        = var.environment
    network_isolation  = var.network_isolation
    execution_role_arn = var.execution_role_arn
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_sagemaker_model" "this" {
  name                     = "${var.name}-${element(split("-", terraform_data.revision.id), 4)}"
  execution_role_arn       = var.execution_role_arn
  enable_network_isolation = var.network_isolation
  tags                     = var.tags

  primary_container {
    image          = local.image_uri
    model_data_url = local.model_data_url
    environment    = var.environment
  }

  lifecycle {
    create_before_destroy = true
  }
}
