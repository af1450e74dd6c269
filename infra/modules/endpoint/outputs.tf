output "endpoint_name" {
  description = "Name of the endpoint, for InvokeEndpoint and the Lambda's ENDPOINT_NAME. Known to others when the roll-out is proven: a function made for the new model is not deployed beside the old one."
  value       = local.endpoint_name

  # Also brings the proof into `apply -target` of whatever calls the endpoint.
  depends_on = [terraform_data.verify]
}

output "endpoint_arn" {
  description = "ARN of the endpoint. For the iam module's lambda.endpoint_arn."
  value       = local.endpoint_arn
}

output "endpoint_configuration_name" {
  description = "Name of the configuration that Terraform gave the endpoint; new for every revision, so equal to DescribeEndpoint's only when this revision is live. null for an existing endpoint."
  value       = local.configuration_name
}

output "variant_names" {
  description = "Names of the production variants: dimensions of the endpoint's metrics."
  value       = tolist(local.production_variant_names)
}

output "instances" {
  description = "Production variant → the `type` of its instances, and `invocations_per_minute_target` of its autoscaling (null without): the observability module's endpoint.instances. Empty for a serverless and for an existing endpoint."
  value = {
    for variant in local.production_variants : variant.name => {
      type                          = variant.instances.type
      invocations_per_minute_target = try(variant.instances.autoscaling.invocations_per_instance_per_minute, null)
    } if variant.instances != null
  }
}

output "shadow_variant_names" {
  description = "Names of the shadow variants; their metrics have the same dimension."
  value       = tolist(local.shadow_variants[*].name)
}

output "async_write_arns" {
  description = "S3 object ARNs that an asynchronous endpoint's answers go to, for the iam module's sagemaker.async.output_write_arns; empty without async."
  value       = tolist(local.async_write_arns)
}

output "async_topic_arns" {
  description = "SNS topics that it tells, for the iam module's sagemaker.async.topic_arns."
  value       = local.async_topic_arns
}

output "log_group_name" {
  description = "Log group that the containers write to."
  value       = local.log_group_name
}

output "log_group_arn" {
  description = "ARN of that log group, for the iam module's sagemaker.log_group_arn; null for an existing endpoint. Known before the endpoint is, so there is no cycle."
  value       = one(values(aws_cloudwatch_log_group.containers)[*].arn)
}
