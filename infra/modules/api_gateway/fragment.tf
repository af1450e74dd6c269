# A team's own part of the document: paths such as a MOCK /health, tags, servers, components.
locals {
  fragment            = jsondecode(coalesce(var.openapi_fragment, "{}"))
  fragment_paths      = try(local.fragment.paths, {})
  fragment_components = try(local.fragment.components, {})

  http_methods = ["get", "put", "post", "delete", "options", "head", "patch", "x-amazon-apigateway-any-method"]

  # `METHOD /path` → operation
  fragment_operations = merge([
    for path, item in local.fragment_paths : {
      for key, operation in item : "${key == "x-amazon-apigateway-any-method" ? "ANY" : upper(key)} ${path}" => operation
      if contains(local.http_methods, key)
    }
  ]...)

  # What its operations ask for by name: kinds of this module's, or schemes that it brings.
  fragment_security    = { for key, operation in local.fragment_operations : key => flatten([for entry in try(operation.security, []) : keys(entry)]) }
  fragment_own_schemes = try(local.fragment_components.securitySchemes, {})
  fragment_kinds       = setsubtract(flatten(values(local.fragment_security)), keys(local.fragment_own_schemes))

  own_components = {
    schemas         = keys(local.schemas)
    securitySchemes = keys(local.security_schemes)
  }
  fragment_collisions = concat(
    [for key in keys(local.fragment_operations) : key if contains(concat(keys(local.routes), [for path in local.paths : "OPTIONS ${path}" if local.cors_enabled]), key)],
    flatten([
      for section, names in local.own_components : [
        for name in keys(try(local.fragment_components[section], {})) : "components.${section}.${name}" if contains(names, name)
      ]
    ]),
    [for name in keys(try(local.fragment["x-amazon-apigateway-request-validators"], {})) : "request validator ${name}" if contains(keys(local.request_validators), name)],
  )

  # API Gateway takes one variable at each place of its paths: /pumps/{id} beside /pumps/{name}/state is refused.
  path_variables = {
    for found in flatten([
      for path in setunion(local.paths, keys(local.fragment_paths)) : [
        for index, segment in split("/", path) : { place = join("/", slice(split("/", path), 0, index)), name = segment } if startswith(segment, "{")
      ]
    ]) : found.place => found.name...
  }
  path_clashes = [for place, names in local.path_variables : "${join(" and ", distinct(names))} below ${place}/" if length(distinct(names)) > 1]

  # What a variable says, a fragment can't.
  settings_by_variable = {
    "openapi"                                      = "openapi_document"
    "security"                                     = "route_auth"
    "x-amazon-apigateway-policy"                   = "resource_policy"
    "x-amazon-apigateway-endpoint-configuration"   = "endpoint"
    "x-amazon-apigateway-binary-media-types"       = "binary_media_types"
    "x-amazon-apigateway-minimum-compression-size" = "minimum_compression_size"
    "x-amazon-apigateway-api-key-source"           = "clients"
  }
  merged_below = ["info", "paths", "components", "x-amazon-apigateway-gateway-responses", "x-amazon-apigateway-request-validators"]
}
