output "api_url" {
  description = "URL of the stage, without a final slash: put a route's path behind it."
  value       = module.api_gateway.api_url
}

output "rest_api_id" {
  description = "Id of the REST API."
  value       = module.api_gateway.rest_api_id
}

output "stage_name" {
  description = "Name of the API's stage."
  value       = module.api_gateway.stage_name
}

output "stage_arn" {
  description = "ARN of the API's stage: what a web ACL is associated with."
  value       = module.api_gateway.stage_arn
}

output "deployment_id" {
  description = "Id of the API's deployment."
  value       = module.api_gateway.deployment_id
}

output "routes" {
  description = "The routes: method, path, auth."
  value       = module.api_gateway.routes
}

output "api_key_ids" {
  description = "Client → id of its API key; fetch the value with `aws apigateway get-api-key --include-value --api-key ID`."
  value       = module.api_gateway.api_key_ids
}

output "usage_plan_ids" {
  description = "Client → id of its usage plan."
  value       = module.api_gateway.usage_plan_ids
}

output "cors_allow_origins" {
  description = "Origins whose pages may call the API."
  value       = module.api_gateway.cors_allow_origins
}

output "function_name" {
  description = "Name of the function."
  value       = module.lambda.function_name
}

output "alias_name" {
  description = "Alias that the API calls."
  value       = module.lambda.alias_name
}

output "function_version" {
  description = "Version that the alias points at."
  value       = module.lambda.function_version
}

output "function_code_sha256" {
  description = "SHA-256 (base64) of the published zip, as GetFunction's CodeSha256."
  value       = module.lambda.function_code_sha256
}

output "endpoint_name" {
  description = "Name of the SageMaker endpoint."
  value       = module.endpoint.endpoint_name
}

output "endpoint_configuration_name" {
  description = "Configuration that the endpoint must be running; null for an existing endpoint."
  value       = module.endpoint.endpoint_configuration_name
}

output "model_name" {
  description = "Name of the SageMaker model; null for an existing endpoint."
  value       = local.model_name
}

output "model_data_url" {
  description = "S3 URI of the artifact that the model loads; null for an existing endpoint."
  value       = var.model == null ? null : module.model["model"].model_data_url
}

output "contract_digest" {
  description = "SHA-256 of the contract file in hex, as in the answer's header X-Contract-Digest."
  value       = local.contract_digest
}

output "contract_version" {
  description = "Version of the contract, as in the answer's header X-Contract-Version."
  value       = local.contract.version
}

output "log_group_names" {
  description = "Log groups: `function`, `api` (a line a request), `api_execution` (the gateway's own errors), `endpoint`."
  value = {
    function      = module.lambda.log_group_name
    api           = module.api_gateway.access_log_group_name
    api_execution = module.api_gateway.execution_log_group_name
    endpoint      = module.endpoint.log_group_name
  }
}

output "dashboard_name" {
  description = "Name of the CloudWatch dashboard."
  value       = module.observability.dashboard_name
}

output "alarm_names" {
  description = "Kind → name of the alarm."
  value       = module.observability.alarm_names
}

output "alarm_arns" {
  description = "Kind → ARN of the alarm."
  value       = module.observability.alarm_arns
}

output "composite_alarm_names" {
  description = "Kind → name of the composite alarm: `down`, and two of each objective."
  value       = module.observability.composite_alarm_names
}
