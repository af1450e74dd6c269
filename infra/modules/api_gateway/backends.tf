# What stands behind the API: one model at its root, or several below a path segment each. From here on both are
# routes by `METHOD /path`, each with its model's key: "" for the only one.
locals {
  backends = var.models == null ? tomap({ "" = { openapi_document = var.openapi_document, function = var.function } }) : var.models

  function_alias_arns = var.models == null ? tomap({ "" = var.function_alias_arn }) : var.function_alias_arns

  # API Gateway takes only letters and digits in a schema's name: bike-rental's Problem becomes BikeRentalProblem.
  schema_prefixes = { for model in keys(local.backends) : model => join("", [for word in regexall("[A-Za-z0-9]+", model) : title(word)]) }

  documents = {
    for model, backend in local.backends :
    model => jsondecode(replace(backend.openapi_document, "\"#/components/schemas/", "\"#/components/schemas/${local.schema_prefixes[model]}"))
  }

  # Every route of the contracts, as this environment has it.
  all_routes = flatten([
    for model, document in local.documents : [
      for route in document["x-model-endpoint-api"].routes : {
        model       = model
        path        = model == "" ? route.path : trimsuffix("/${model}${route.path}", "/")
        public_path = route.path # as in the model's own document
        method      = route.method
        auth        = lookup(var.route_auth, "${route.method} ${model == "" ? route.path : trimsuffix("/${model}${route.path}", "/")}", route.auth)
        integration = route.integration
        response    = route.response
      }
    ]
  ])
  published = [for route in local.all_routes : route if !contains(var.unpublished_routes, "${route.method} ${route.path}")]
  routes    = { for route in local.published : "${route.method} ${route.path}" => route }
  paths     = toset([for route in values(local.routes) : route.path])

  # The same without the choices of this environment, for the variables that make them.
  contract_routes = flatten([
    for model, document in { for model, backend in local.backends : model => try(jsondecode(backend.openapi_document), {}) } : [
      for route in try(document["x-model-endpoint-api"].routes, []) :
      "${route.method} ${model == "" ? route.path : trimsuffix("/${model}${route.path}", "/")}"
    ]
  ])

  schemas = merge([
    for model, document in local.documents : {
      for name, schema in document.components.schemas : "${local.schema_prefixes[model]}${name}" => schema
      if var.request_validation == "full" || !contains(document["x-model-endpoint-api"].request_schemas, name)
    }
  ]...)

  info = var.models == null ? local.documents[""].info : {
    title       = var.name
    version     = "1"
    description = "Models: ${join(", ", [for model, document in local.documents : "${document.info.title} ${document.info.version} at /${model}"])}."
  }
}
