output "alarm_names" {
  description = "Names of the alarms by kind and variant, e.g. api-5xx, endpoint-5xx-AllTraffic."
  value       = { for key, alarm in aws_cloudwatch_metric_alarm.this : key => alarm.alarm_name }
}

output "alarm_arns" {
  description = "ARNs of the alarms by the same keys, for composite alarms and policies."
  value       = { for key, alarm in aws_cloudwatch_metric_alarm.this : key => alarm.arn }
}

output "dashboard_name" {
  description = "Name of the CloudWatch dashboard."
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}

output "topic_arn" {
  description = "SNS topic that alarms report to, made here or given; null without notify."
  value       = local.topic_arn
}
