# The public documents plus what only Terraform knows: integrations, authorizers, validators, CORS, answers to
# refusals, the resource policy; and a team's own fragment.
#
# API Gateway imports OpenAPI 3.0 with a list of exceptions
# (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html), so operations are
# taken over without examples, and only with the models that the gateway enforces.
locals {
  # The key of an operation in a path item. OpenAPI has no word for "any method", API Gateway has one.
  operation_keys = {
    for key, route in local.routes : key => route.method == "ANY" ? "x-amazon-apigateway-any-method" : lower(route.method)
  }
  # A GET has no body to validate, and a model on ANY would refuse it.
  takes_body = { for key, route in local.routes : key => contains(["POST", "PUT", "PATCH"], route.method) }

  public_operations = { for key, route in local.routes : key => local.documents[route.model].paths[route.public_path][local.operation_keys[key]] }
  request_models = {
    for key, route in local.routes : key =>
    "${local.schema_prefixes[route.model]}${var.request_validation == "full" && route.response != "kserve_v2" ? "PredictRequest" : "RequestEnvelope"}"
  }

  request_bodies = {
    for key, operation in local.public_operations : key => {
      required = true
      content = {
        for content_type in keys(operation.requestBody.content) :
        content_type => { schema = { "$ref" = "#/components/schemas/${local.request_models[key]}" } }
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
      # An operation's name is one of the whole API's.
      { for field, value in { operationId = "${local.routes[key].model}_${operation.operationId}" } : field => value if local.routes[key].model != "" },
      {
        security                                = local.operation_security[key]
        responses                               = local.responses[key]
        "x-amazon-apigateway-request-validator" = local.takes_body[key] ? "body_and_parameters" : "parameters"
        "x-amazon-apigateway-integration"       = local.integrations[local.routes[key].model][local.routes[key].integration]
      },
    )
  }

  request_validators = {
    body_and_parameters = { validateRequestBody = true, validateRequestParameters = true }
    parameters          = { validateRequestBody = false, validateRequestParameters = true }
  }

  components = {
    for section, entries in {
      schemas         = local.schemas
      securitySchemes = local.security_schemes
    } : section => entries if length(entries) > 0
  }

  body = jsonencode(merge(
    { for field, value in local.fragment : field => value if !contains(local.merged_below, field) },
    {
      openapi = values(local.documents)[0].openapi
      info    = merge(local.info, try(local.fragment.info, {}))
      paths = {
        for path in setunion(local.paths, keys(local.fragment_paths)) : path => merge(
          { for key, operation in local.operations : local.operation_keys[key] => operation if local.routes[key].path == path },
          try(local.cors_operations[path], {}),
          try(local.fragment_paths[path], {}),
        )
      }
      components = {
        for section in setunion(keys(local.components), keys(local.fragment_components)) :
        section => merge(try(local.components[section], {}), try(local.fragment_components[section], {}))
      }
      "x-amazon-apigateway-api-key-source"     = "HEADER"
      "x-amazon-apigateway-gateway-responses"  = merge(local.gateway_responses, try(local.fragment["x-amazon-apigateway-gateway-responses"], {}))
      "x-amazon-apigateway-request-validators" = merge(local.request_validators, try(local.fragment["x-amazon-apigateway-request-validators"], {}))
    },
    {
      for field, value in {
        "x-amazon-apigateway-binary-media-types"       = length(var.binary_media_types) == 0 ? null : var.binary_media_types
        "x-amazon-apigateway-minimum-compression-size" = var.minimum_compression_size
        "x-amazon-apigateway-policy"                   = local.resource_policy
      } : field => value if value != null
    },
  ))
}
