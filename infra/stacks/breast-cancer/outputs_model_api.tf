# Written by `make fmt` (scripts/stack_interface) from infra/modules/model_api: change it there.

output "api_url" {
  description = "URL of the stage, without a final slash: put a route's path behind it. This and what else is the API's is null with `api = null`."
  value       = module.model_api.api_url
}

output "rest_api_id" {
  description = "Id of the REST API."
  value       = module.model_api.rest_api_id
}

output "stage_name" {
  description = "Name of the API's stage."
  value       = module.model_api.stage_name
}

output "stage_arn" {
  description = "ARN of the API's stage: what a web ACL is associated with."
  value       = module.model_api.stage_arn
}

output "deployment_id" {
  description = "Id of the API's deployment."
  value       = module.model_api.deployment_id
}

output "routes" {
  description = "The routes: method, path, auth."
  value       = module.model_api.routes
}

output "authorizer_headers" {
  description = "Headers in which the Lambda authorizer looks for its token; empty without `api.lambda_authorizer`."
  value       = module.model_api.authorizer_headers
}

output "api_key_ids" {
  description = "Client → id of its API key; fetch the value with `aws apigateway get-api-key --include-value --api-key ID`."
  value       = module.model_api.api_key_ids
}

output "usage_plan_ids" {
  description = "Client → id of its usage plan."
  value       = module.model_api.usage_plan_ids
}

output "cors_allow_origins" {
  description = "Origins whose pages may call the API."
  value       = module.model_api.cors_allow_origins
}

output "function_name" {
  description = "Name of the function."
  value       = module.model_api.function_name
}

output "alias_name" {
  description = "Alias that the API calls."
  value       = module.model_api.alias_name
}

output "function_version" {
  description = "Version that the alias points at."
  value       = module.model_api.function_version
}

output "function_code_sha256" {
  description = "SHA-256 (base64) of the published zip, as GetFunction's CodeSha256."
  value       = module.model_api.function_code_sha256
}

output "endpoint_name" {
  description = "Name of the SageMaker endpoint."
  value       = module.model_api.endpoint_name
}

output "endpoint_configuration_name" {
  description = "Configuration that the endpoint must be running; null for an existing endpoint."
  value       = module.model_api.endpoint_configuration_name
}

output "model_name" {
  description = "Name of the SageMaker model; null for an existing endpoint."
  value       = module.model_api.model_name
}

output "model_data_url" {
  description = "S3 URI of the artifact that the model loads; null for an existing endpoint."
  value       = module.model_api.model_data_url
}

output "contract_digest" {
  description = "SHA-256 of the contract file in hex, as in the answer's header X-Contract-Digest."
  value       = module.model_api.contract_digest
}

output "contract_version" {
  description = "Version of the contract, as in the answer's header X-Contract-Version."
  value       = module.model_api.contract_version
}

output "log_group_names" {
  description = "Log groups: `function`, `api` (a line a request), `api_execution` (the gateway's own errors), `endpoint`."
  value       = module.model_api.log_group_names
}

output "dashboard_name" {
  description = "Name of the CloudWatch dashboard."
  value       = module.model_api.dashboard_name
}

output "alarm_names" {
  description = "Kind → name of the alarm."
  value       = module.model_api.alarm_names
}

output "alarm_arns" {
  description = "Kind → ARN of the alarm."
  value       = module.model_api.alarm_arns
}

output "composite_alarm_names" {
  description = "Kind → name of the composite alarm: `down`, and two of each objective."
  value       = module.model_api.composite_alarm_names
}

output "function_alias_arn" {
  description = "ARN of the alias that an API calls: one of `function_alias_arns` of a shared module `api_gateway`."
  value       = module.model_api.function_alias_arn
}

output "stable_document_digest" {
  description = "Digest of the document that most requests are answered by: `api.canary.stable_document_digest` for the next canary."
  value       = module.model_api.stable_document_digest
}

output "domain_url" {
  description = "URL of the stage at its own domain, without a final slash; null without `api.domain`."
  value       = module.model_api.domain_url
}

output "domain_target" {
  description = "Host name that the domain's DNS record must point at; null without `api.domain`."
  value       = module.model_api.domain_target
}

output "domain_target_zone_id" {
  description = "Hosted zone of `domain_target`, for an alias record in Route 53; null without `api.domain`."
  value       = module.model_api.domain_target_zone_id
}

output "web_acl_arn" {
  description = "ARN of the web ACL in front of the stage; null without `api.waf`."
  value       = module.model_api.web_acl_arn
}

output "api_key_ids_by_name" {
  description = "Client → name of a key → its id, for clients that have several; null without an API."
  value       = module.model_api.api_key_ids_by_name
}
