# Each run breaks one rule of every variable that it sets (what, says the line above), and expects each to refuse.
# A plan of this module costs as much with one mistake as with twenty; none of them hides another, since no
# variable's rules look at another one that is wrong in the same run.
mock_provider "aws" {
  source = "../mocks"
}

variables {
  name               = "pump-failure-test"
  openapi_document   = file("files/openapi.json")
  function           = { name = "pump-failure-test" }
  function_alias_arn = "arn:aws:lambda:eu-west-1:123456789012:function:pump-failure-test:live"
  clients            = { tester = {} }
}

run "refuses_wrong_values_1" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    # a web ACL of cloudfront
    waf = { web_acl_arn = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/ours/1" }

    # a domain with a scheme
    domain = { name = "https://models.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e" }

    # to bound a route that is left out
    unpublished_routes = ["POST /"]
    clients            = { tester = { routes = { "POST /" = { rate_limit = 1, burst_limit = 1 } } } }

    # a fragment that is no object
    openapi_fragment = "[]"

    # an ARN as the authorizer's name
    lambda_authorizer = { function_name = "arn:aws:lambda:eu-west-1:123456789012:function:judge" }

    # a VPC endpoint that is none
    endpoint        = { type = "private" }
    resource_policy = { vpc_endpoint_ids = ["vpc-0123"] }

    # a canary of more than all
    canary = { percent_traffic = 101, stable_document_digest = sha256("a") }

    # an origin with a path
    cors_allow_origins = ["https://app.example.com/"]

    # an unknown log level
    logs = { execution_level = "DEBUG" }

    # an unknown kind of auth
    route_auth = { "POST /predict" = "oauth" }

    # a name with spaces
    name = "pump failure"

    # a function without alias
    function_alias_arn = "arn:aws:lambda:eu-west-1:123456789012:function:pump-failure-test"

    # a stage name with a slash
    stage_name = "beta/2"

    # a throttle of nothing
    throttle = { rate_limit = 0 }

    # an unknown validation
    request_validation = "strict"

    # to wait longer than API gateway
    integration_timeout_ms = 30000

    # to compress beyond the limit
    minimum_compression_size = 10485761

    # a user pool that is none
    cognito = { user_pool_arns = ["eu-west-1_a"] }

    # an authorizer's ARN that is none
    lambda_authorizer_arn = "judge"

    # a stage variable with a dash
    stage_variables = { a-b = "c" }
  }

  expect_failures = [
    var.canary,
    var.clients,
    var.cognito,
    var.cors_allow_origins,
    var.domain,
    var.function_alias_arn,
    var.integration_timeout_ms,
    var.lambda_authorizer,
    var.lambda_authorizer_arn,
    var.logs,
    var.minimum_compression_size,
    var.name,
    var.openapi_fragment,
    var.request_validation,
    var.resource_policy,
    var.route_auth,
    var.stage_name,
    var.stage_variables,
    var.throttle,
    var.waf,
  ]
}

run "refuses_wrong_values_2" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    # rules beside a web ACL that has its own
    waf = { web_acl_arn = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/ours/1", rate_limit = { requests = 100 } }

    # a certificate that is none
    domain = { name = "models.example.com", certificate_arn = "arn:aws:iam::123456789012:server-certificate/ours" }

    # a client with a space
    clients = { "my client" = {} }

    # a fragment that sets a variable's setting
    openapi_fragment = jsonencode({ "x-amazon-apigateway-policy" = {} })

    # an unknown type of authorizer
    lambda_authorizer = { function_name = "judge", type = "jwt" }

    # an account that is none
    resource_policy = { account_ids = ["12345"] }
    route_auth      = { "POST /" = "iam", "POST /predict" = "iam" }

    # a canary beside no digest
    canary = { percent_traffic = 5, stable_document_digest = "latest" }

    # any origin beside others
    cors_allow_origins = ["*", "https://app.example.com"]

    # a retention that cloudwatch lacks
    logs = { retention_days = 10 }
  }

  expect_failures = [
    var.canary,
    var.clients,
    var.cors_allow_origins,
    var.domain,
    var.lambda_authorizer,
    var.logs,
    var.openapi_fragment,
    var.resource_policy,
    var.waf,
  ]
}

run "refuses_wrong_values_3" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    # an action that WAF lacks
    waf = { managed_rules = { G = { priority = 10, rule_actions = { R = "drop" } } } }

    # a base path of two segments
    domain = { name = "models.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e", base_path = "bikes/v1" }

    # a client that may ask nothing
    clients = { web = { rate_limit = 0 } }

    # a fragment's operation without integration
    openapi_fragment = jsonencode({ paths = { "/health" = { get = { security = [] } } } })

    # a token in two headers
    lambda_authorizer = { function_name = "judge", identity_headers = ["A", "B"] }

    # an address that is no block
    resource_policy = { allow_cidrs = ["203.0.113.7"] }

    # a stage variable with a dash in the canary
    canary = { percent_traffic = 5, stable_document_digest = sha256("a"), stage_variable_overrides = { a-b = "c" } }

    # auth of a route that is none
    route_auth = { "GET /predict" = "iam" }
  }

  expect_failures = [
    var.canary,
    var.clients,
    var.domain,
    var.lambda_authorizer,
    var.openapi_fragment,
    var.resource_policy,
    var.route_auth,
    var.waf,
  ]
}

run "refuses_wrong_values_4" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    # two groups of one priority
    waf = { managed_rules = { G = { priority = 10 } }, rule_groups = { ours = { arn = "arn:aws:wafv2:eu-west-1:123456789012:regional/rulegroup/ours/1", priority = 10 } } }

    # a private domain
    domain = { name = "models.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e", endpoint_type = "private" }

    # a quota by the hour
    clients = { web = { quota = { limit = 10, period = "HOUR" } } }

    # a fragment's operation silent on security
    openapi_fragment = jsonencode({ paths = { "/health" = { get = { "x-amazon-apigateway-integration" = { type = "mock" } } } } })

    # a token's pattern for a request
    lambda_authorizer = { function_name = "judge", type = "request", token_pattern = "^x" }
  }

  expect_failures = [
    var.clients,
    var.domain,
    var.lambda_authorizer,
    var.openapi_fragment,
    var.waf,
  ]
}

run "refuses_wrong_values_5" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    # a group before the addresses
    waf = { managed_rules = { G = { priority = 2 } } }

    # an unknown security policy
    domain = { name = "models.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e", security_policy = "TLS_1_1" }

    # an offset beyond the week
    clients = { web = { quota = { limit = 10, period = "WEEK", offset = 7 } } }

    # a fragment's schema name with a dash
    openapi_fragment = jsonencode({ components = { schemas = { Health-Report = {} } } })

    # to remember for two hours
    lambda_authorizer = { function_name = "judge", ttl_seconds = 7200 }
  }

  expect_failures = [
    var.clients,
    var.domain,
    var.lambda_authorizer,
    var.openapi_fragment,
    var.waf,
  ]
}

run "refuses_wrong_values_6" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    # a group in the place of a default one
    waf = { rule_groups = { ours = { arn = "arn:aws:wafv2:eu-west-1:123456789012:regional/rulegroup/ours/1", priority = 20 } } }

    # client certificates at the edge
    domain = { name = "models.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/4d1f3f0e", endpoint_type = "edge", mutual_tls = { truststore_uri = "s3://trust/clients.pem" } }

    # a client without keys
    clients = { web = { keys = [] } }

    # a fragment's security that nobody knows
    openapi_fragment = jsonencode({ paths = { "/health" = { get = { security = [{ api_keys = [] }], "x-amazon-apigateway-integration" = { type = "mock" } } } } })

    # to remember an answer to nobody
    lambda_authorizer = { function_name = "judge", type = "request", identity_headers = [] }
  }

  expect_failures = [
    var.clients,
    var.domain,
    var.lambda_authorizer,
    var.openapi_fragment,
    var.waf,
  ]
}

run "refuses_wrong_values_7" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    # a rule group of classic WAF
    waf = { rule_groups = { ours = { arn = "arn:aws:waf::123456789012:rulegroup/1", priority = 40 } } }

    # client certificates over old TLS
    domain = { name = "models.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e", security_policy = "TLS_1_0", mutual_tls = { truststore_uri = "s3://trust/clients.pem" } }

    # to turn off a key that is none
    clients = { web = { disabled_keys = ["2026-11"] } }

    # a fragment's path with a final slash
    openapi_fragment = jsonencode({ paths = { "/health/" = { get = { security = [], "x-amazon-apigateway-integration" = { type = "mock" } } } } })
  }

  expect_failures = [
    var.clients,
    var.domain,
    var.openapi_fragment,
    var.waf,
  ]
}

run "refuses_wrong_values_8" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    # a rate by the second
    waf = { rate_limit = { requests = 100, window_seconds = 1 } }

    # an edge domain with a certificate of the region
    domain = { name = "models.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e", endpoint_type = "edge" }

    # to bound a route that is none
    clients = { web = { routes = { "POST /predicted" = { rate_limit = 1, burst_limit = 1 } } } }
  }

  expect_failures = [
    var.clients,
    var.domain,
    var.waf,
  ]
}

run "refuses_wrong_values_9" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    # an address without length
    waf = { denied_cidrs = ["198.51.100.7"] }

    # a truststore outside S3
    domain = { name = "models.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e", mutual_tls = { truststore_uri = "https://trust.example/clients.pem" } }

    # to bound a route to nothing
    clients = { web = { routes = { "POST /predict" = { rate_limit = 0, burst_limit = 1 } } } }
  }

  expect_failures = [
    var.clients,
    var.domain,
    var.waf,
  ]
}

run "refuses_wrong_values_10" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    # to allow the whole internet
    waf = { allowed_cidrs = ["0.0.0.0/0"] }

    # client certificates for a wildcard
    domain = { name = "*.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e", mutual_tls = { truststore_uri = "s3://trust/clients.pem" } }

    # a model's key with a slash
    openapi_document    = null
    function            = null
    function_alias_arn  = null
    models              = { "a/b" = { openapi_document = file("files/openapi.json"), function = { name = "pumps" } } }
    function_alias_arns = { "a/b" = "arn:aws:lambda:eu-west-1:123456789012:function:pumps:live" }
  }

  expect_failures = [
    var.domain,
    var.models,
    var.waf,
  ]
}

run "refuses_wrong_values_11" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    # a header that is none
    waf = { forwarded_header = "X Forwarded For" }

    # a certificate for a domain that exists
    domain = { name = "models.example.com", exists = true, certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e" }

    # a model's document without routes
    openapi_document    = null
    function            = null
    function_alias_arn  = null
    models              = { pumps = { openapi_document = "{}", function = { name = "pumps" } } }
    function_alias_arns = { pumps = "arn:aws:lambda:eu-west-1:123456789012:function:pumps:live" }
  }

  expect_failures = [
    var.domain,
    var.models,
    var.waf,
  ]
}

run "refuses_wrong_values_12" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    # to inspect more than WAF can
    waf = { body_inspection_kb = 128 }

    # a public name for a private API
    endpoint        = { type = "private" }
    resource_policy = {}
    domain          = { name = "models.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e" }

    # models whose schemas would collide
    openapi_document    = null
    function            = null
    function_alias_arn  = null
    models              = { a-b = { openapi_document = file("files/openapi.json"), function = { name = "pumps" } }, ab = { openapi_document = file("files/openapi.json"), function = { name = "pumps" } } }
    function_alias_arns = { a-b = "arn:aws:lambda:eu-west-1:123456789012:function:pumps:live", ab = "arn:aws:lambda:eu-west-1:123456789012:function:pumps:live" }
  }

  expect_failures = [
    var.endpoint,
    var.models,
    var.waf,
  ]
}

run "refuses_wrong_values_13" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    # a log group of another name
    waf = { log = { destination_arn = "arn:aws:logs:eu-west-1:123456789012:log-group:waf" } }

    # a public domain of a private API
    domain          = { name = "models.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e" }
    endpoint        = { type = "private", vpc_endpoint_ids = ["vpce-0123456789abcdef0"] }
    resource_policy = { vpc_endpoint_ids = ["vpce-0123456789abcdef0"] }

    # a document and models
    models              = { pumps = { openapi_document = file("files/openapi.json"), function = { name = "pumps" } } }
    function_alias_arns = { pumps = "arn:aws:lambda:eu-west-1:123456789012:function:pumps:live" }
  }

  expect_failures = [
    var.endpoint,
    var.openapi_document,
    var.waf,
  ]
}

run "refuses_wrong_values_14" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    # an unknown type of endpoint
    endpoint = { type = "global" }

    # a document without routes
    openapi_document = "{}"

    # an API without any address
    disable_execute_api_endpoint = true
  }

  expect_failures = [
    var.disable_execute_api_endpoint,
    var.endpoint,
    var.openapi_document,
  ]
}

run "refuses_wrong_values_15" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    # VPC endpoints of a public API
    endpoint = { vpc_endpoint_ids = ["vpce-0123"] }

    # schema names that API gateway refuses
    openapi_document = jsonencode({ "x-model-endpoint-api" = { routes = [], request_schemas = [] }, openapi = "3.0.3", info = {}, paths = {}, components = { schemas = { Predict_Request = {} } } })
  }

  expect_failures = [
    var.endpoint,
    var.openapi_document,
  ]
}

run "refuses_wrong_values_16" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    # a private API that lets nobody in
    endpoint = { type = "private" }

    # an alias ARN that is a function's
    openapi_document    = null
    function            = null
    function_alias_arn  = null
    models              = { pumps = { openapi_document = file("files/openapi.json"), function = { name = "pumps" } } }
    function_alias_arns = { pumps = "arn:aws:lambda:eu-west-1:123456789012:function:pumps" }
  }

  expect_failures = [
    var.endpoint,
    var.function_alias_arns,
  ]
}

run "refuses_wrong_values_17" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    # a policy on VPC endpoints for a public API
    resource_policy = { vpc_endpoint_ids = ["vpce-0123"] }

    # a model without alias ARN
    openapi_document   = null
    function           = null
    function_alias_arn = null
    models             = { pumps = { openapi_document = file("files/openapi.json"), function = { name = "pumps" } } }
  }

  expect_failures = [
    var.endpoint,
    var.function_alias_arns,
  ]
}

run "refuses_wrong_values_18" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    # a way round client certificates
    domain                       = { name = "models.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e", mutual_tls = { truststore_uri = "s3://trust/clients.pem" } }
    disable_execute_api_endpoint = false

    # an ARN as name of the function
    function = { name = "arn:aws:lambda:eu-west-1:123456789012:function:pump-failure-test" }
  }

  expect_failures = [
    var.disable_execute_api_endpoint,
    var.function,
  ]
}

run "refuses_wrong_values_19" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    # a document without function
    function = null
  }

  expect_failures = [
    var.function,
  ]
}

run "refuses_wrong_values_20" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway/account_logging"
  }

  variables {
    # a role name with a slash
    role_name = "api/gateway"
  }

  expect_failures = [
    var.role_name,
  ]
}

run "refuses_wrong_values_21" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    # to leave out a route that is none
    unpublished_routes = ["POST /predicted"]
  }

  expect_failures = [
    var.unpublished_routes,
  ]
}
