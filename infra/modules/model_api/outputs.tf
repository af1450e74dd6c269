output "api_url" {
  description = "URL of the stage, without a final slash: put a route's path behind it. This and what else is the API's is null with `api = null`."
  value       = var.api == null ? null : module.api_gateway["api"].api_url
}

output "rest_api_id" {
  description = "Id of the REST API."
  value       = var.api == null ? null : module.api_gateway["api"].rest_api_id
}

output "stage_name" {
  description = "Name of the API's stage."
  value       = var.api == null ? null : module.api_gateway["api"].stage_name
}

output "stage_arn" {
  description = "ARN of the API's stage: what a web ACL is associated with."
  value       = var.api == null ? null : module.api_gateway["api"].stage_arn
}

output "deployment_id" {
  description = "Id of the API's deployment."
  value       = var.api == null ? null : module.api_gateway["api"].deployment_id
}

output "routes" {
  description = "The routes: method, path, auth."
  value       = var.api == null ? null : module.api_gateway["api"].routes
}

output "authorizer_headers" {
  description = "Headers in which the Lambda authorizer looks for its token; empty without `api.lambda_authorizer`."
  value       = var.api == null ? null : module.api_gateway["api"].authorizer_headers
}

output "api_key_ids" {
  description = "Client → id of its API key; fetch the value with `aws apigateway get-api-key --include-value --api-key ID`."
  value       = var.api == null ? null : module.api_gateway["api"].api_key_ids
}

output "usage_plan_ids" {
  description = "Client → id of its usage plan."
  value       = var.api == null ? null : module.api_gateway["api"].usage_plan_ids
}

output "cors_allow_origins" {
  description = "Origins whose pages may call the API."
  value       = var.api == null ? null : module.api_gateway["api"].cors_allow_origins
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
    api           = var.api == null ? null : module.api_gateway["api"].access_log_group_name
    api_execution = var.api == null ? null : module.api_gateway["api"].execution_log_group_name
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

output "backend" {
  description = "What a module `api_gateway` that several models share takes as one of its `models`: the document, and the function by plain names."
  value       = { openapi_document = local.document, function = local.plain_function }
}

output "function_alias_arn" {
  description = "ARN of the alias that an API calls: one of `function_alias_arns` of a shared module `api_gateway`."
  value       = module.lambda.alias_arn
}

output "stable_document_digest" {
  description = "Digest of the document that most requests are answered by: `api.canary.stable_document_digest` for the next canary."
  value       = var.api == null ? null : module.api_gateway["api"].stable_document_digest
}
