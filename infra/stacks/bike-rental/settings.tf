# What an environment leaves open in its settings is filled in here.
locals {
  # A model is what train.py wrote, in the image that main.tf names, unless the environment says something else.
  is_built = alltrue([for other in ["multi_model", "containers", "package"] : try(var.model[other], null) == null])
  built = {
    for name, value in { artifact = { file = "${local.build}/model.tar.gz" }, image = local.image } : name => value
    if local.is_built
  }
  given_model = { for name, value in merge(var.model, {}) : name => value if value != null }

  settings = {
    model = [merge(local.built, local.given_model), var.model][var.endpoint.existing_name == null ? 0 : 1]
    function = merge(var.function, {
      runtime = merge(var.function.runtime, {
        deprecations = merge(try(var.function.runtime.deprecations, null), var.runtime_deprecations)
      })
    })
    api = var.api == null ? null : merge(var.api, {
      account_logging_role_arn = try(module.account_logging["here"].role_arn, var.api.account_logging_role_arn)
    })
  }
}
