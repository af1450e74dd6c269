output "alarm_names" {
  description = "Names of the alarms by kind and variant, e.g. api-5xx, endpoint-5xx-AllTraffic: the prefix and the key. Known when planned, so a roll-out can watch them."
  value       = { for key, alarm in aws_cloudwatch_metric_alarm.this : key => alarm.alarm_name }
}

output "alarm_arns" {
  description = "ARNs of the alarms by the same keys, for composite alarms and policies."
  value       = { for key, alarm in aws_cloudwatch_metric_alarm.this : key => alarm.arn }
}

output "composite_alarm_names" {
  description = "Names of the composite alarms: down, slo-availability-page, slo-availability-ticket, slo-latency-page, slo-latency-ticket, as far as they are made."
  value       = { for key, alarm in local.composites : key => alarm.alarm_name }
}

output "composite_alarm_arns" {
  description = "ARNs of the composite alarms by the same keys."
  value       = { for key, alarm in local.composites : key => alarm.arn }
}

output "query_names" {
  description = "Names of the saved Logs Insights queries by file name."
  value       = { for key, query in aws_cloudwatch_query_definition.this : key => query.name }
}

output "dashboard_name" {
  description = "Name of the CloudWatch dashboard."
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}

output "topic_arn" {
  description = "SNS topic of notify, made here or given; null without notify."
  value       = local.topic_arns.alarms
}

output "page_topic_arn" {
  description = "SNS topic of page, made here or given; null without page."
  value       = local.topic_arns.page
}

output "ticket_topic_arn" {
  description = "SNS topic of ticket, made here or given; null without ticket."
  value       = local.topic_arns.ticket
}
