output "domain_url" {
  description = "URL of the stage at its own domain, without a final slash; null without `api.domain`."
  value       = var.api == null ? null : module.api_gateway["api"].domain_url
}

output "domain_target" {
  description = "Host name that the domain's DNS record must point at; null without `api.domain`."
  value       = var.api == null ? null : module.api_gateway["api"].domain_target
}

output "domain_target_zone_id" {
  description = "Hosted zone of `domain_target`, for an alias record in Route 53; null without `api.domain`."
  value       = var.api == null ? null : module.api_gateway["api"].domain_target_zone_id
}

output "web_acl_arn" {
  description = "ARN of the web ACL in front of the stage; null without `api.waf`."
  value       = var.api == null ? null : module.api_gateway["api"].web_acl_arn
}

output "api_key_ids_by_name" {
  description = "Client → name of a key → its id, for clients that have several; null without an API."
  value       = var.api == null ? null : module.api_gateway["api"].api_key_ids_by_name
}
