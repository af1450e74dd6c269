# The public document plus what only Terraform knows: integrations, validators, CORS, answers to refusals.
#
# API Gateway imports OpenAPI 3.0 with a list of exceptions
# (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html), so operations are
# taken over without examples, and only with the models that the gateway enforces.
locals {
  document  = jsondecode(var.openapi_document)
  extension = local.document["x-model-endpoint-api"]
  published = [for route in local.extension.routes : route if !contains(var.unpublished_routes, "${route.method} ${route.path}")]
  routes    = { for route in local.published : "${route.method} ${route.path}" => route }
  paths     = toset([for route in values(local.routes) : route.path])

  # The key of an operation in a path item. OpenAPI has no word for "any method", API Gateway has one.
  operation_keys = {
    for key, route in local.routes : key => route.method == "ANY" ? "x-amazon-apigateway-any-method" : lower(route.method)
  }
  # A GET has no body to validate, and a model on ANY would refuse it.
  takes_body = { for key, route in local.routes : key => contains(["POST", "PUT", "PATCH"], route.method) }

  public_operations = { for key, route in local.routes : key => local.document.paths[route.path][local.operation_keys[key]] }
  request_model     = var.request_validation == "full" ? "PredictRequest" : "RequestEnvelope"

  request_bodies = {
    for key, operation in local.public_operations : key => {
      required = true
      content = {
        for content_type in keys(operation.requestBody.content) :
        content_type => { schema = { "$ref" = local.routes[key].response == "kserve_v2" ? "#/components/schemas/RequestEnvelope" : "#/components/schemas/${local.request_model}" } }
        if content_type == "application/json"
      }
    } if local.takes_body[key]
  }

  responses = {
    for key, operation in local.public_operations : key => {
      for status, response in operation.responses : status => {
        description = response.description
        headers     = merge(try(response.headers, {}), local.direct_response_headers[key])
        # Of text, a model says nothing.
        content = { for content_type, media in response.content : content_type => { schema = media.schema } if endswith(content_type, "json") }
      }
    }
  }

  operations = {
    for key, operation in local.public_operations : key => merge(
      {
        for field, value in operation : field => value
        if !contains(["requestBody", "responses", "x-model-endpoint-api"], field)
      },
      { for field, value in { requestBody = try(local.request_bodies[key], null) } : field => value if local.takes_body[key] },
      {
        responses                               = local.responses[key]
        "x-amazon-apigateway-request-validator" = local.takes_body[key] ? "body_and_parameters" : "parameters"
        "x-amazon-apigateway-integration"       = local.integrations[local.routes[key].integration]
      },
    )
  }

  body = jsonencode(merge(
    {
      openapi = local.document.openapi
      info    = local.document.info
      paths = {
        for path in local.paths : path => merge(
          { for key, operation in local.operations : local.operation_keys[key] => operation if local.routes[key].path == path },
          local.cors_operations[path],
        )
      }
      components = merge(local.document.components, {
        schemas = {
          for name, schema in local.document.components.schemas : name => schema
          if var.request_validation == "full" || !contains(local.extension.request_schemas, name)
        }
      })
      "x-amazon-apigateway-api-key-source"    = "HEADER"
      "x-amazon-apigateway-gateway-responses" = local.gateway_responses
      "x-amazon-apigateway-request-validators" = {
        body_and_parameters = { validateRequestBody = true, validateRequestParameters = true }
        parameters          = { validateRequestBody = false, validateRequestParameters = true }
      }
    },
    {
      for field, value in {
        "x-amazon-apigateway-binary-media-types"       = length(var.binary_media_types) == 0 ? null : var.binary_media_types
        "x-amazon-apigateway-minimum-compression-size" = var.minimum_compression_size
      } : field => value if value != null
    },
  ))
}
