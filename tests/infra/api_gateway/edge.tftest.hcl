provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "unused"
  secret_key                  = "unused"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

override_data {
  target = data.aws_caller_identity.this
  values = { account_id = "123456789012" }
}

variables {
  name               = "pump-failure-test"
  openapi_document   = file("files/openapi.json")
  function           = { name = "pump-failure-test" }
  function_alias_arn = "arn:aws:lambda:eu-west-1:123456789012:function:pump-failure-test:live"
  clients            = { tester = {} }
}

run "serves_a_path_of_a_regional_domain_and_keeps_addresses_out" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    domain = { name = "models.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e", base_path = "bikes", hosted_zone_id = "Z123" }
    waf = {
      managed_rules    = {}
      rate_limit       = { requests = 600, window_seconds = 60 }
      denied_cidrs     = ["198.51.100.0/24", "2001:db8::/32"]
      allowed_cidrs    = ["203.0.113.0/24"]
      forwarded_header = "X-Forwarded-For"
    }
  }

  assert {
    condition     = aws_api_gateway_domain_name.this["this"].regional_certificate_arn == "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e" && aws_api_gateway_domain_name.this["this"].certificate_arn == null && aws_api_gateway_domain_name.this["this"].security_policy == "TLS_1_2"
    error_message = "The certificate is the regional one, and old TLS is refused."
  }

  assert {
    condition     = aws_api_gateway_base_path_mapping.this["this"].base_path == "bikes" && aws_api_gateway_base_path_mapping.this["this"].stage_name == "live" && output.domain_url == "https://models.example.com/bikes"
    error_message = "The path leads to the stage."
  }

  assert {
    condition     = aws_route53_record.domain["this"].zone_id == "Z123" && aws_route53_record.domain["this"].type == "A" && !output.execute_api_disabled
    error_message = "The zone gets its record; the execute-api address stays."
  }

  assert {
    condition     = { for rule in aws_wafv2_web_acl.this["this"].rule : rule.name => rule.priority if length(rule.action[0].block) == 1 } == { denied-addresses = 0, other-addresses = 1, rate = 2 }
    error_message = "Addresses come before the rate, and all three refuse."
  }

  assert {
    condition     = { for key, set in aws_wafv2_ip_set.this : key => join(" ", set.addresses == null ? [] : set.addresses) } == { allowed-ipv4 = "203.0.113.0/24", allowed-ipv6 = "", denied-ipv4 = "198.51.100.0/24", denied-ipv6 = "2001:db8::/32" } && aws_wafv2_ip_set.this["denied-ipv6"].ip_address_version == "IPV6"
    error_message = "A set holds one version of IP."
  }

  assert {
    condition     = one([for rule in aws_wafv2_web_acl.this["this"].rule : "${rule.statement[0].rate_based_statement[0].limit} in ${rule.statement[0].rate_based_statement[0].evaluation_window_sec} by ${rule.statement[0].rate_based_statement[0].aggregate_key_type} ${rule.statement[0].rate_based_statement[0].forwarded_ip_config[0].header_name}" if rule.name == "rate"]) == "600 in 60 by FORWARDED_IP X-Forwarded-For"
    error_message = "The rate is an address's, as the header names it."
  }
}

run "serves_an_edge_domain_and_filters_by_groups_as_told" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    domain = { name = "models.example.com", certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/4d1f3f0e", endpoint_type = "edge" }
    waf = {
      managed_rules = {
        AWSManagedRulesSQLiRuleSet = { priority = 50, version = "Version_2.0", count_only = true, rule_actions = { SQLi_BODY = "challenge", SQLi_COOKIE = "captcha", SQLi_QUERYARGUMENTS = "allow", SQLi_URIPATH = "block" } }
      }
      rule_groups        = { ours = { arn = "arn:aws:wafv2:eu-west-1:123456789012:regional/rulegroup/ours/1", priority = 40 } }
      body_inspection_kb = 64
      sampled_requests   = true
    }
  }

  assert {
    condition     = aws_api_gateway_domain_name.this["this"].certificate_arn == "arn:aws:acm:us-east-1:123456789012:certificate/4d1f3f0e" && aws_api_gateway_domain_name.this["this"].regional_certificate_arn == null && aws_api_gateway_domain_name.this["this"].endpoint_configuration[0].types == tolist(["EDGE"])
    error_message = "The certificate is CloudFront's."
  }

  assert {
    condition     = length(aws_route53_record.domain) == 0 && aws_api_gateway_base_path_mapping.this["this"].base_path == null && output.domain_url == "https://models.example.com"
    error_message = "Without a zone there is no record; without a path the whole host is the stage's."
  }

  assert {
    condition     = { for rule in aws_wafv2_web_acl.this["this"].rule : rule.name => length(rule.override_action[0].count) } == { AWSManagedRulesSQLiRuleSet = 1, ours = 0 }
    error_message = "One counts, the other acts."
  }

  assert {
    condition     = one([for rule in aws_wafv2_web_acl.this["this"].rule : rule.statement[0].rule_group_reference_statement[0].arn if rule.name == "ours"]) == "arn:aws:wafv2:eu-west-1:123456789012:regional/rulegroup/ours/1" && one([for rule in aws_wafv2_web_acl.this["this"].rule : rule.statement[0].managed_rule_group_statement[0].version if rule.name != "ours"]) == "Version_2.0"
    error_message = "Group and version are those named."
  }

  assert {
    condition     = one([for rule in aws_wafv2_web_acl.this["this"].rule : { for override in rule.statement[0].managed_rule_group_statement[0].rule_action_override : override.name => one([for action, set in { allow = override.action_to_use[0].allow, block = override.action_to_use[0].block, captcha = override.action_to_use[0].captcha, challenge = override.action_to_use[0].challenge, count = override.action_to_use[0].count } : action if length(set) == 1]) } if rule.name != "ours"]) == { SQLi_BODY = "challenge", SQLi_COOKIE = "captcha", SQLi_QUERYARGUMENTS = "allow", SQLi_URIPATH = "block" }
    error_message = "Each rule does what its name was given."
  }

  assert {
    condition     = aws_wafv2_web_acl.this["this"].association_config[0].request_body[0].api_gateway[0].default_size_inspection_limit == "KB_64" && aws_wafv2_web_acl.this["this"].visibility_config[0].sampled_requests_enabled
    error_message = "Rules see 64 KB, and samples are kept when asked for."
  }
}

run "asks_for_certificates_and_logs_refusals_without_secrets" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    domain = { name = "models.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e", mutual_tls = { truststore_uri = "s3://trust/clients.pem", truststore_version = "3" } }
    waf    = { log = { redacted_headers = ["X-Patient"] } }
  }

  assert {
    condition     = aws_api_gateway_domain_name.this["this"].mutual_tls_authentication[0].truststore_uri == "s3://trust/clients.pem" && aws_api_gateway_domain_name.this["this"].mutual_tls_authentication[0].truststore_version == "3"
    error_message = "The truststore is named, with its version."
  }

  assert {
    condition     = aws_api_gateway_rest_api.this.disable_execute_api_endpoint && aws_api_gateway_deployment.this.triggers.execute_api == "disabled" && output.api_url == "https://models.example.com"
    error_message = "The execute-api address is closed by a new deployment, and the URL is the domain's."
  }

  assert {
    condition     = aws_cloudwatch_log_group.waf["this"].name == "aws-waf-logs-pump-failure-test-live" && aws_cloudwatch_log_group.waf["this"].retention_in_days == 30
    error_message = "The group has the name that WAF asks for, and an end."
  }

  assert {
    condition     = toset(flatten([for field in aws_wafv2_web_acl_logging_configuration.this["this"].redacted_fields : [for header in field.single_header : header.name]])) == toset(["authorization", "cookie", "x-api-key", "x-patient"])
    error_message = "Headers with secrets are left out."
  }

  assert {
    condition     = length(flatten([for field in aws_wafv2_web_acl_logging_configuration.this["this"].redacted_fields : concat(field.query_string, field.uri_path)])) == 2
    error_message = "So are path and query."
  }

  assert {
    condition     = aws_wafv2_web_acl_logging_configuration.this["this"].logging_filter[0].default_behavior == "DROP"
    error_message = "Requests that pass are not logged."
  }
}

run "closes_the_execute_api_address_and_logs_every_request_when_told_to" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    domain                       = { name = "models.example.com", certificate_arn = "arn:aws:acm:eu-west-1:123456789012:certificate/4d1f3f0e" }
    disable_execute_api_endpoint = true
    waf                          = { log = { all_requests = true, destination_arn = "arn:aws:s3:::aws-waf-logs-ours" } }
  }

  assert {
    condition     = aws_api_gateway_rest_api.this.disable_execute_api_endpoint && output.execute_api_disabled
    error_message = "Only the domain answers."
  }

  assert {
    condition     = length(aws_cloudwatch_log_group.waf) == 0 && aws_wafv2_web_acl_logging_configuration.this["this"].log_destination_configs == toset(["arn:aws:s3:::aws-waf-logs-ours"]) && length(aws_wafv2_web_acl_logging_configuration.this["this"].logging_filter) == 0
    error_message = "The bucket gets them all."
  }
}

run "filters_with_rules_that_let_large_bodies_through" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    waf = {}
  }

  assert {
    condition     = { for rule in aws_wafv2_web_acl.this["this"].rule : rule.name => rule.priority } == { AWSManagedRulesAmazonIpReputationList = 10, AWSManagedRulesKnownBadInputsRuleSet = 20, AWSManagedRulesCommonRuleSet = 30 }
    error_message = "The default rules are these three."
  }

  assert {
    condition     = alltrue([for rule in aws_wafv2_web_acl.this["this"].rule : length(rule.override_action[0].none) == 1 && length(rule.override_action[0].count) == 0 && !rule.visibility_config[0].sampled_requests_enabled && rule.visibility_config[0].cloudwatch_metrics_enabled])
    error_message = "They act, they count into metrics, and keep no samples of what clients send."
  }

  assert {
    condition     = { for rule in aws_wafv2_web_acl.this["this"].rule : rule.name => join(" ", [for override in rule.statement[0].managed_rule_group_statement[0].rule_action_override : override.name if length(override.action_to_use[0].count) == 1]) } == { AWSManagedRulesAmazonIpReputationList = "", AWSManagedRulesKnownBadInputsRuleSet = "", AWSManagedRulesCommonRuleSet = "SizeRestrictions_BODY" }
    error_message = "A body over 8 KB is counted, not refused."
  }

  assert {
    condition     = length(aws_wafv2_web_acl.this["this"].association_config) == 0 && length(aws_wafv2_web_acl_logging_configuration.this) == 0 && length(aws_wafv2_web_acl_association.this) == 1 && !aws_wafv2_web_acl.this["this"].visibility_config[0].sampled_requests_enabled
    error_message = "The stage has it; nothing is logged."
  }
}

run "stands_behind_a_domain_and_a_web_acl_that_exist" {
  command = plan

  module {
    source = "../../../infra/modules/api_gateway"
  }

  variables {
    domain                       = { name = "models.example.com", exists = true, base_path = "pumps" }
    disable_execute_api_endpoint = true
    waf                          = { web_acl_arn = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/ours/1" }
  }

  assert {
    condition     = length(aws_api_gateway_domain_name.this) == 0 && aws_api_gateway_base_path_mapping.this["this"].domain_name == "models.example.com" && aws_api_gateway_base_path_mapping.this["this"].base_path == "pumps"
    error_message = "Only the path is added."
  }

  assert {
    condition     = output.domain_url == "https://models.example.com/pumps" && output.api_url == "https://models.example.com/pumps" && output.domain_target == null && output.domain_name == null
    error_message = "The URL is known, the record somebody else's."
  }

  assert {
    condition     = length(aws_wafv2_web_acl.this) == 0 && aws_wafv2_web_acl_association.this["this"].web_acl_arn == "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/ours/1" && output.web_acl_arn == "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/ours/1"
    error_message = "Only the association is made."
  }
}
