output "domain_url" {
  description = "URL of the stage at its own domain, base path included, without a final slash; null without `domain`. Waits for mapping and record."
  value       = local.domain_url
  depends_on  = [aws_api_gateway_base_path_mapping.this, aws_route53_record.domain]
}

output "domain_target" {
  description = "Host name that the domain's DNS record must point at (CNAME, or an alias to it); null without `domain`, and of one that exists."
  value       = local.domain_target
}

output "domain_target_zone_id" {
  description = "Hosted zone of `domain_target`, for an alias record in Route 53; null without `domain`, and of one that exists."
  value       = local.domain_target_zone_id
}

output "domain_name" {
  description = "Host name made here: another API's `domain.name` with `exists`, below a base path of its own. Null without `domain`, and for one that exists."
  value       = one([for domain in aws_api_gateway_domain_name.this : domain.domain_name])
}

output "execute_api_disabled" {
  description = "Whether the execute-api address is closed, so that only the domain answers."
  value       = local.execute_api_disabled
}

output "web_acl_arn" {
  description = "ARN of the web ACL in front of the stage; null without `waf`."
  value       = local.web_acl_arn
}

output "waf_log_group_name" {
  description = "Log group of the web ACL; null unless `waf.log` keeps one here."
  value       = one([for group in aws_cloudwatch_log_group.waf : group.name])
}
