locals {
  # The production variants: the one that is always there, then the further ones by name.
  production_variants = concat(
    [{
      name       = var.variant_name
      model_name = var.model_name
      weight     = var.variant_weight
      instances  = var.instances
      serverless = var.serverless
    }],
    [for name, variant in var.further_variants : {
      name       = name
      model_name = variant.model_name
      weight     = variant.weight
      instances  = variant.instances
      serverless = null
    }],
  )
  production_variant_names = local.production_variants[*].name
  instance_types           = { for variant in local.production_variants : variant.name => try(variant.instances.type, "serverless") }
  initial_counts           = { for variant in local.production_variants : variant.name => try(variant.instances.initial_count, null) }

  # The share that is copied is the shadow's weight by the production variant's.
  shadow_variants = [
    for shadow in var.shadow_variant == null ? [] : [var.shadow_variant] :
    merge(shadow, { weight = var.variant_weight * shadow.sampling_percentage / 100 })
  ]

  # Of instances, and of provisioned concurrency, by variant.
  autoscaling            = { for variant in local.production_variants : variant.name => variant.instances.autoscaling if try(variant.instances.autoscaling, null) != null }
  serverless_autoscaling = { for scaling in [try(var.serverless.autoscaling, null)] : var.variant_name => scaling if scaling != null }
}
