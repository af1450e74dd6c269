# Who may call: a route's kind of auth in API Gateway's words. The contract says the kind, only Terraform knows ARNs.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
locals {
  # A demanded key is an entry of its own: API Gateway asks for both.
  operation_security = {
    for key, route in local.routes : key => [
      for scheme in compact([
        route.auth == "none" ? "" : route.auth,
        var.require_api_key && !contains(["api_key", "none"], route.auth) ? "api_key" : "",
      ]) : { (scheme) = scheme == "cognito" ? local.cognito_scopes : [] }
    ]
  }
  # Kind → what asks for it: routes of the contracts, operations of the fragment.
  schemes_by_operation = merge(
    { for key, security in local.operation_security : key => flatten([for entry in security : keys(entry)]) },
    { for key, names in local.fragment_security : key => setintersection(names, local.fragment_kinds) },
  )
  used_schemes   = toset(flatten(values(local.schemes_by_operation)))
  askers         = { for kind in ["api_key", "cognito", "lambda_authorizer"] : kind => [for key, names in local.schemes_by_operation : key if contains(names, kind)] }
  cognito_scopes = var.cognito == null ? [] : sort(var.cognito.scopes)

  # Signatures are asked for by this module's kind, and by schemes that a fragment brings for them.
  signing_schemes = concat(["iam"], [for name, scheme in local.fragment_own_schemes : name if lower(try(scheme["x-amazon-apigateway-authtype"], "")) == "awssigv4"])
  unsigned_operations = concat(
    [for key, route in local.routes : key if route.auth != "iam"],
    [
      for key, names in local.fragment_security : key
      if length(setintersection(names, local.signing_schemes)) == 0 && !(local.cors_enabled && startswith(key, "OPTIONS "))
    ],
  )

  security_schemes = {
    for name, scheme in {
      api_key = {
        type        = "apiKey"
        name        = "x-api-key"
        in          = "header"
        description = "Identifies a client, for its rate and quota. It authenticates nobody."
      }
      iam = {
        type                           = "apiKey"
        name                           = "Authorization"
        in                             = "header"
        "x-amazon-apigateway-authtype" = "awsSigv4"
      }
      cognito = {
        type                           = "apiKey"
        name                           = "Authorization"
        in                             = "header"
        "x-amazon-apigateway-authtype" = "cognito_user_pools"
        "x-amazon-apigateway-authorizer" = {
          type         = "cognito_user_pools"
          providerARNs = var.cognito == null ? [] : sort(var.cognito.user_pool_arns)
        }
      }
      lambda_authorizer = {
        type                             = "apiKey"
        name                             = local.authorizer_token_header
        in                               = "header"
        "x-amazon-apigateway-authtype"   = "custom"
        "x-amazon-apigateway-authorizer" = one(values(local.authorizers))
      }
    } : name => scheme if contains(local.used_schemes, name)
  }

  lambda_authorizer = { for authorizer in [var.lambda_authorizer] : "authorizer" => authorizer if authorizer != null }

  # A token's header is the scheme's name; a request's sources are listed.
  authorizer_token_header = try(var.lambda_authorizer.type, "request") == "token" ? one(var.lambda_authorizer.identity_headers) : "Unused"
  authorizers = {
    for key, authorizer in local.lambda_authorizer : key => {
      for field, value in {
        type                         = authorizer.type
        authorizerUri                = "${local.invocation_uri}/${local.authorizer_arn}/invocations"
        authorizerCredentials        = authorizer.credentials_role_arn
        authorizerResultTtlInSeconds = authorizer.ttl_seconds
        identityValidationExpression = authorizer.token_pattern
        identitySource = authorizer.type == "token" ? null : join(", ", concat(
          [for header in authorizer.identity_headers : "method.request.header.${header}"],
          [for parameter in authorizer.identity_query_parameters : "method.request.querystring.${parameter}"],
        ))
      } : field => value if value != null && value != ""
    }
  }
  authorizer_arn = var.lambda_authorizer == null ? "" : join(":", compact([
    local.function_arn_prefix, var.lambda_authorizer.function_name, var.lambda_authorizer.alias_name,
  ]))
  # With a role of its own the gateway needs no permission of the function's.
  permitted_authorizers = { for key, authorizer in local.lambda_authorizer : key => authorizer if authorizer.credentials_role_arn == null }
}

# The import makes the authorizer, so its id is known nowhere.
resource "aws_lambda_permission" "authorizer" {
  for_each = local.permitted_authorizers

  statement_id   = "apigateway-${aws_api_gateway_rest_api.this.id}-authorizer"
  action         = "lambda:InvokeFunction"
  function_name  = var.lambda_authorizer_arn == null ? each.value.function_name : regex(":function:([^:]+)", var.lambda_authorizer_arn)[0]
  qualifier      = each.value.alias_name
  principal      = "apigateway.amazonaws.com"
  source_arn     = "${aws_api_gateway_rest_api.this.execution_arn}/authorizers/*"
  source_account = data.aws_caller_identity.this.account_id
}
