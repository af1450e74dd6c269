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

run "refuses_a_domain_with_a_scheme" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    domain = { name = "https://models.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e" }
  }

  expect_failures = [var.domain]
}

run "refuses_a_certificate_that_is_none" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    domain = { name = "models.example.com", certificate_arn = "arn:aws:iam::123456789012:server-certificate/ours" }
  }

  expect_failures = [var.domain]
}

run "refuses_a_base_path_of_two_segments" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    domain = { name = "models.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e", base_path = "bikes/v1" }
  }

  expect_failures = [var.domain]
}

run "refuses_a_private_domain" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    domain = { name = "models.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e", endpoint_type = "private" }
  }

  expect_failures = [var.domain]
}

run "refuses_a_public_domain_of_a_private_api" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    domain          = { name = "models.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e" }
    endpoint        = { type = "private", vpc_endpoint_ids = ["vpce-0123456789abcdef0"] }
    resource_policy = { vpc_endpoint_ids = ["vpce-0123456789abcdef0"] }
  }

  expect_failures = [var.endpoint]
}

run "refuses_an_unknown_security_policy" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    domain = { name = "models.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e", security_policy = "TLS_1_1" }
  }

  expect_failures = [var.domain]
}

run "refuses_client_certificates_at_the_edge" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    domain = { name = "models.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/4d1f3f0e", endpoint_type = "edge", mutual_tls = { truststore_uri = "s3://trust/clients.pem" } }
  }

  expect_failures = [var.domain]
}

run "refuses_client_certificates_over_old_tls" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    domain = { name = "models.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e", security_policy = "TLS_1_0", mutual_tls = { truststore_uri = "s3://trust/clients.pem" } }
  }

  expect_failures = [var.domain]
}

run "refuses_an_edge_domain_with_a_certificate_of_the_region" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    domain = { name = "models.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e", endpoint_type = "edge" }
  }

  expect_failures = [var.domain]
}

run "refuses_a_truststore_outside_s3" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    domain = { name = "models.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e", mutual_tls = { truststore_uri = "https://trust.example/clients.pem" } }
  }

  expect_failures = [var.domain]
}

run "refuses_client_certificates_for_a_wildcard" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    domain = { name = "*.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e", mutual_tls = { truststore_uri = "s3://trust/clients.pem" } }
  }

  expect_failures = [var.domain]
}

run "refuses_a_way_round_client_certificates" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    domain                       = { name = "models.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e", mutual_tls = { truststore_uri = "s3://trust/clients.pem" } }
    disable_execute_api_endpoint = false
  }

  expect_failures = [var.disable_execute_api_endpoint]
}

run "refuses_an_api_without_any_address" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    disable_execute_api_endpoint = true
  }

  expect_failures = [var.disable_execute_api_endpoint]
}

run "refuses_a_web_acl_of_cloudfront" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    waf = { web_acl_arn = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/ours/1" }
  }

  expect_failures = [var.waf]
}

run "refuses_rules_beside_a_web_acl_that_has_its_own" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    waf = { web_acl_arn = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/ours/1", rate_limit = { requests = 100 } }
  }

  expect_failures = [var.waf]
}

run "refuses_an_action_that_waf_lacks" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    waf = { managed_rules = { G = { priority = 10, rule_actions = { R = "drop" } } } }
  }

  expect_failures = [var.waf]
}

run "refuses_two_groups_of_one_priority" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    waf = { managed_rules = { G = { priority = 10 } }, rule_groups = { ours = { arn = "arn:aws:wafv2:eu-west-1:123456789012:regional/rulegroup/ours/1", priority = 10 } } }
  }

  expect_failures = [var.waf]
}

run "refuses_a_group_before_the_addresses" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    waf = { managed_rules = { G = { priority = 2 } } }
  }

  expect_failures = [var.waf]
}

run "refuses_a_group_in_the_place_of_a_default_one" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    waf = { rule_groups = { ours = { arn = "arn:aws:wafv2:eu-west-1:123456789012:regional/rulegroup/ours/1", priority = 20 } } }
  }

  expect_failures = [var.waf]
}

run "refuses_a_rule_group_of_classic_waf" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    waf = { rule_groups = { ours = { arn = "arn:aws:waf::123456789012:rulegroup/1", priority = 40 } } }
  }

  expect_failures = [var.waf]
}

run "refuses_a_rate_by_the_second" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    waf = { rate_limit = { requests = 100, window_seconds = 1 } }
  }

  expect_failures = [var.waf]
}

run "refuses_an_address_without_length" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    waf = { denied_cidrs = ["198.51.100.7"] }
  }

  expect_failures = [var.waf]
}

run "refuses_to_allow_the_whole_internet" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    waf = { allowed_cidrs = ["0.0.0.0/0"] }
  }

  expect_failures = [var.waf]
}

run "refuses_a_header_that_is_none" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    waf = { forwarded_header = "X Forwarded For" }
  }

  expect_failures = [var.waf]
}

run "refuses_to_inspect_more_than_waf_can" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    waf = { body_inspection_kb = 128 }
  }

  expect_failures = [var.waf]
}

run "refuses_a_log_group_of_another_name" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    waf = { log = { destination_arn = "arn:aws:logs:eu-west-1:123456789012:log-group:waf" } }
  }

  expect_failures = [var.waf]
}

run "refuses_a_certificate_for_a_domain_that_exists" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    domain = { name = "models.example.com", exists = true, certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e" }
  }

  expect_failures = [var.domain]
}
