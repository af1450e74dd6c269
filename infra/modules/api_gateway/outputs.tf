output "rest_api_id" {
  description = "Id of the REST API: the first label of its host name."
  value       = aws_api_gateway_rest_api.this.id
}

output "rest_api_name" {
  description = "Name of the REST API: the dimension `ApiName` of its metrics."
  value       = aws_api_gateway_rest_api.this.name
}

output "stage_name" {
  description = "Name of the stage: the dimension `Stage` of its metrics."
  value       = aws_api_gateway_stage.this.stage_name
}

output "stage_arn" {
  description = "ARN of the stage: what a web ACL is associated with."
  value       = aws_api_gateway_stage.this.arn
}

output "api_url" {
  description = "URL of the stage, without a final slash: put a route's path behind it. That of the domain where the execute-api address is closed. Waits for keys and permissions, so that a call to it works."
  value       = local.execute_api_disabled ? local.domain_url : aws_api_gateway_stage.this.invoke_url
  depends_on = [
    aws_api_gateway_base_path_mapping.this,
    aws_api_gateway_method_settings.all,
    aws_api_gateway_usage_plan_key.client,
    aws_lambda_permission.route,
    aws_route53_record.domain,
    aws_wafv2_web_acl_association.this,
  ]
}

output "execution_arn" {
  description = "ARN that policies on calling this API start with."
  value       = aws_api_gateway_rest_api.this.execution_arn
}

output "deployment_id" {
  description = "Id of the deployment that the stage serves: it changes when the API does, and only then."
  value       = aws_api_gateway_deployment.this.id
}

output "document_digest" {
  description = "SHA-256 of the document as imported, in hex."
  value       = local.document_digest
}

output "stable_document_digest" {
  description = "SHA-256 of the document that the stage's own deployment serves: what `canary.stable_document_digest` has to be to keep it."
  value       = local.stable_digest
}

output "canary_deployment_id" {
  description = "Id of the deployment that the canary's share of the requests gets; null without `canary`."
  value       = one(values(aws_api_gateway_deployment.canary)[*].id)
}

output "routes" {
  description = "The routes: method, path, auth."
  value = [
    for route in local.published : { method = route.method, path = route.path, auth = route.auth }
  ]
}

output "authorizer_headers" {
  description = "Headers in which the Lambda authorizer looks for its token; empty without `lambda_authorizer`."
  value       = var.lambda_authorizer == null ? [] : sort(var.lambda_authorizer.identity_headers)
}

output "api_key_ids" {
  description = "Client → id of its API key, of several the newest that is enabled. The value stays in AWS: `aws apigateway get-api-key --include-value --api-key ID`."
  value       = { for client, key in local.newest_keys : client => aws_api_gateway_api_key.client[key == "default" ? client : "${client}/${key}"].id }
}

output "api_key_ids_by_name" {
  description = "Client → name of a key → its id: for clients that have several."
  value = {
    for client, settings in var.clients : client => {
      for key in settings.keys : key => aws_api_gateway_api_key.client[key == "default" ? client : "${client}/${key}"].id
    }
  }
}

output "usage_plan_ids" {
  description = "Client → id of its usage plan."
  value       = { for client, plan in aws_api_gateway_usage_plan.client : client => plan.id }
}

output "access_log_group_name" {
  description = "Log group with a line a request."
  value       = aws_cloudwatch_log_group.access.name
}

output "execution_log_group_name" {
  description = "Log group with the gateway's own errors."
  value       = aws_cloudwatch_log_group.execution.name
}

output "cors_allow_origins" {
  description = "Origins whose pages may call the API."
  value       = var.cors_allow_origins
}
