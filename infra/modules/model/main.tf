data "aws_partition" "current" {}

locals {
  # One container's image, or several, by hostname. None for a package.
  images = var.containers != null ? { for container in var.containers : container.hostname => container.image } : { for image in [var.image] : "image" => image if image != null }
}

data "aws_sagemaker_prebuilt_ecr_image" "this" {
  for_each = { for key, image in local.images : key => image.prebuilt if image.prebuilt != null }

  repository_name = each.value.repository_name
  image_tag       = each.value.tag
}

locals {
  image_uris = { for key, image in local.images : key => coalesce(image.uri, try(data.aws_sagemaker_prebuilt_ecr_image.this[key].registry_path, null)) }
  image_uri  = try(local.image_uris["image"], null)

  # <account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>
  repositories = [for uri in values(local.image_uris) : regex("^(?P<account>[0-9]{12})\\.dkr\\.ecr\\.(?P<region>[a-z0-9-]+)\\.[^/]+/(?P<repository>[^:@]+)", uri)]
  image_repository_arns = distinct(concat(
    [for image in local.repositories : "arn:${data.aws_partition.current.partition}:ecr:${image.region}:${image.account}:repository/${image.repository}"],
    try(var.package.image_repository_arns, []),
  ))

  # The one container, if there is one: of an image or of a package.
  primary = var.containers != null ? {} : { primary = var.multi_model }
  # Several containers, in their order.
  sequence = [
    for container in coalesce(var.containers, []) : {
      hostname       = container.hostname
      image          = local.image_uris[container.hostname]
      model_data_url = local.model_data_urls[container.hostname]
      environment    = container.environment
    }
  ]

  # What came to this module later, and where it isn't used must not renew models.
  further_triggers = {
    multi_model    = var.multi_model == null ? null : jsonencode({ cache = var.multi_model.cache })
    containers     = var.containers == null ? null : jsonencode(local.sequence)
    execution_mode = var.containers == null ? null : var.execution_mode
    package        = try(var.package.arn, null)
    vpc            = var.vpc == null ? null : jsonencode(var.vpc)
  }
}

# SageMaker can't change a model in place, so every change makes a new one, and the old one is deleted only
# after the endpoint runs on the new. A name must therefore never come back: were it a hash of the content,
# going v1 -> v2 -> v1 while v2's roll-out failed would make "v1" beside a v1 still waiting to be deleted,
# and the deletion, which goes by name, would take the live model. A fresh id for each revision rules that out.
resource "terraform_data" "revision" {
  triggers_replace = merge(
    {
      name               = var.name
      image              = local.image_uri
      model_data_url     = local.model_data_url
      environment        = var.environment
      network_isolation  = var.network_isolation
      execution_role_arn = var.execution_role_arn
    },
    { for name, value in local.further_triggers : name => value if value != null },
  )

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_sagemaker_model" "this" {
  name                     = "${var.name}-${element(split("-", terraform_data.revision.id), 4)}"
  execution_role_arn       = var.execution_role_arn
  enable_network_isolation = var.network_isolation
  tags                     = var.tags

  dynamic "primary_container" {
    for_each = local.primary

    content {
      image              = local.image_uri
      model_data_url     = local.model_data_url
      model_package_name = try(var.package.arn, null)
      environment        = var.environment
      mode               = primary_container.value == null ? null : "MultiModel"

      dynamic "multi_model_config" {
        for_each = primary_container.value == null ? {} : { multi_model = primary_container.value }

        content {
          model_cache_setting = multi_model_config.value.cache ? "Enabled" : "Disabled"
        }
      }
    }
  }

  dynamic "container" {
    for_each = local.sequence

    content {
      container_hostname = container.value.hostname
      image              = container.value.image
      model_data_url     = container.value.model_data_url
      environment        = container.value.environment
    }
  }

  dynamic "inference_execution_config" {
    for_each = var.containers == null ? {} : { mode = var.execution_mode }

    content {
      mode = inference_execution_config.value
    }
  }

  dynamic "vpc_config" {
    for_each = var.vpc == null ? {} : { vpc = var.vpc }

    content {
      subnets            = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}
