# CORS: the preflight is answered by the gateway itself (MOCK), the function adds the headers to its own answers,
# and refusals get them in gateway_responses.tf.
locals {
  cors_enabled = length(var.cors_allow_origins) > 0
  cors_first   = try(var.cors_allow_origins[0], "")
  # With several origins the one that asks has to be looked up; one, or "*", is simply said.
  cors_needs_choice = length(var.cors_allow_origins) > 1
  cors_varies       = !contains(var.cors_allow_origins, "*")

  cors_choose_origin = join("", [
    "#set($origin = $input.params(\"Origin\"))",
    "#if($origin == \"\")#set($origin = $input.params(\"origin\"))#end",
    "#if(${join(" || ", [for origin in var.cors_allow_origins : "$origin == \"${origin}\""])})",
    "#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)",
    "#end",
  ])

  cors_headers_on_answers = {
    for header, value in {
      Access-Control-Allow-Origin   = "'${local.cors_first}'"
      Access-Control-Expose-Headers = "'Retry-After,X-Amzn-RequestId,X-Contract-Digest,X-Contract-Version,X-Function-Version,X-Request-Id'"
      Vary                          = local.cors_varies ? "'Origin'" : null
    } : header => value if local.cors_enabled && value != null
  }

  # A gateway response can't compute. An error holds no data and the preflight has decided already who may send a
  # key, so with several origins refusals may be read by any.
  cors_headers_on_refusals = {
    for header, value in local.cors_headers_on_answers : "gatewayresponse.header.${header}" =>
    header == "Access-Control-Allow-Origin" && local.cors_needs_choice ? "'*'" : value
  }

  # What a page may send: with the kinds of auth in use, what they read.
  cors_request_headers = distinct(concat(
    ["Accept", "Authorization", "Content-Encoding", "Content-Type", "X-Api-Key"],
    local.asks_for_signature ? ["X-Amz-Content-Sha256", "X-Amz-Date", "X-Amz-Security-Token"] : [],
    contains(local.used_schemes, "lambda_authorizer") && var.lambda_authorizer != null ? sort(var.lambda_authorizer.identity_headers) : [],
  ))

  cors_methods = {
    for path in local.paths : path => join(",", sort(distinct(concat(["OPTIONS"], flatten([
      for route in values(local.routes) : route.method == "ANY" ? ["DELETE", "GET", "PATCH", "POST", "PUT"] : [route.method] if route.path == path
    ])))))
  }
  cors_preflight_headers = {
    for path in local.paths : path => {
      for header, value in {
        Access-Control-Allow-Origin  = "'${local.cors_first}'"
        Access-Control-Allow-Methods = "'${local.cors_methods[path]}'"
        Access-Control-Allow-Headers = "'${join(",", local.cors_request_headers)}'"
        Access-Control-Max-Age       = "'600'"
        Vary                         = local.cors_varies ? "'Origin'" : null
      } : header => value if value != null
    }
  }

  cors_operations = {
    for path in local.paths : path => {
      for method in ["options"] : method => {
        summary  = "CORS preflight"
        security = []
        responses = {
          "204" = {
            description = "What a page of an allowed origin may send."
            headers     = { for header in keys(local.cors_preflight_headers[path]) : header => { schema = { type = "string" } } }
          }
        }
        "x-amazon-apigateway-integration" = {
          type                = "mock"
          passthroughBehavior = "when_no_match"
          requestTemplates    = { "application/json" = jsonencode({ statusCode = 204 }) }
          responses = {
            default = merge(
              {
                statusCode         = "204"
                responseParameters = { for header, value in local.cors_preflight_headers[path] : "method.response.header.${header}" => value }
              },
              { for field, template in { responseTemplates = local.cors_choose_origin } : field => { "application/json" = template } if local.cors_needs_choice },
            )
          }
        }
      } if local.cors_enabled
    }
  }
}
