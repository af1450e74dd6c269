output "api_url" {
  description = "URL of the stage, without a final slash: put a route's path behind it."
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

output "unpublished_routes" {
  description = "Routes of the contract that this environment leaves out."
  value       = sort(var.unpublished_routes)
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
