# A host name of the team's own, what it serves, and whether it is the only way in.
locals {
  domain                = var.domain == null ? {} : { this = var.domain }
  execute_api_disabled  = coalesce(var.disable_execute_api_endpoint, try(var.domain.mutual_tls, null) != null)
  domain_url            = var.domain == null ? null : join("/", compact(["https://${var.domain.name}", var.domain.base_path]))
  domain_target         = one([for domain in aws_api_gateway_domain_name.this : var.domain.endpoint_type == "edge" ? domain.cloudfront_domain_name : domain.regional_domain_name])
  domain_target_zone_id = one([for domain in aws_api_gateway_domain_name.this : var.domain.endpoint_type == "edge" ? domain.cloudfront_zone_id : domain.regional_zone_id])
}

resource "aws_api_gateway_domain_name" "this" {
  # checkov:skip=CKV_AWS_206: domain.security_policy is TLS_1_2 by default, which checkov does not find in an object's default
  for_each = { for key, domain in local.domain : key => domain if !domain.exists }

  domain_name                            = each.value.name
  certificate_arn                        = each.value.endpoint_type == "edge" ? each.value.certificate_arn : null
  regional_certificate_arn               = each.value.endpoint_type == "edge" ? null : each.value.certificate_arn
  ownership_verification_certificate_arn = try(each.value.mutual_tls.ownership_verification_certificate_arn, null)
  security_policy                        = each.value.security_policy
  tags                                   = var.tags

  endpoint_configuration {
    types = [upper(each.value.endpoint_type)]
  }
  dynamic "mutual_tls_authentication" {
    for_each = each.value.mutual_tls == null ? [] : [each.value.mutual_tls]
    content {
      truststore_uri     = mutual_tls_authentication.value.truststore_uri
      truststore_version = mutual_tls_authentication.value.truststore_version
    }
  }
}

resource "aws_api_gateway_base_path_mapping" "this" {
  for_each = local.domain

  domain_name = each.value.exists ? each.value.name : aws_api_gateway_domain_name.this[each.key].domain_name
  base_path   = each.value.base_path == "" ? null : each.value.base_path
  api_id      = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.this.stage_name
}

resource "aws_route53_record" "domain" {
  for_each = { for key, domain in local.domain : key => domain if domain.hosted_zone_id != null }

  zone_id = each.value.hosted_zone_id
  name    = aws_api_gateway_domain_name.this[each.key].domain_name
  type    = "A"

  alias {
    name                   = local.domain_target
    zone_id                = local.domain_target_zone_id
    evaluate_target_health = false
  }
}
