# How a route reaches the function. `proxy` hands over the whole request and takes status, headers and body from
# the answer; `direct` hands over the body alone and passes the function's answer through as it is, in a 200.
data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}
data "aws_region" "this" {}

locals {
  function_arn_prefix = "arn:${data.aws_partition.this.partition}:lambda:${data.aws_region.this.id}:${data.aws_caller_identity.this.account_id}:function"
  invocation_uri      = "arn:${data.aws_partition.this.partition}:apigateway:${data.aws_region.this.id}:lambda:path/2015-03-31/functions"

  alias_arns = {
    for model, backend in local.backends : model => "${local.function_arn_prefix}:${backend.function.name}:${backend.function.alias_name}"
  }
  integration_bases = {
    for model, alias_arn in local.alias_arns : model => {
      httpMethod      = "POST"
      uri             = "${local.invocation_uri}/${alias_arn}/invocations"
      timeoutInMillis = var.integration_timeout_ms
    }
  }

  integrations = {
    for model, base in local.integration_bases : model => {
      proxy = merge(base, { type = "aws_proxy" })
      direct = merge(base, {
        type                = "aws"
        passthroughBehavior = "when_no_match"
        responses = {
          default = merge(
            { statusCode = "200", responseParameters = local.direct_response_parameters },
            { for field, template in { responseTemplates = "${local.cors_choose_origin}$input.body" } : field => { "application/json" = template } if local.cors_needs_choice },
          )
          # The pattern meets the errorMessage of a function that crashed or ran out of time, and nothing else.
          "(\\n|.)+" = {
            statusCode         = "502"
            responseParameters = local.direct_response_parameters
            responseTemplates  = { "application/json" = local.problem_documents.INTEGRATION_FAILURE }
          }
        }
      })
    }
  }

  # A non-proxy answer carries only headers that the method declares and the integration fills.
  direct_response_parameters = {
    for header, value in local.cors_headers_on_answers : "method.response.header.${header}" => value
  }
  direct_response_headers = {
    for key, route in local.routes : key => {
      for header in keys(local.cors_headers_on_answers) : header => { schema = { type = "string" } }
      if route.integration == "direct"
    }
  }
}
