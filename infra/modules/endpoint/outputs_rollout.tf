output "rollback_alarm_names" {
  description = "Names of the alarms that roll an update back; empty without rollout."
  value       = local.rollback_alarm_names
}

output "rollback_alarm_arns" {
  description = "ARNs of those alarms, for the iam module's sagemaker.rollback_alarm_arns: SageMaker looks at them in the execution role's name. Known before the alarms are, so there is no cycle."
  value       = local.rollback_alarm_arns
}
