variable "async" {
  description = <<-EOT
    Queue requests and leave answers in S3, for clients that call InvokeEndpointAsync themselves; null answers at once. Such an endpoint refuses InvokeEndpoint, so it can't stand behind this project's API.
    - `output_s3_uri`, `failure_s3_uri`: s3://bucket/prefix of the answers, and of what went wrong (left out, nowhere).
    - `kms_key_arn`: customer key of the stored answers. Left out, the bucket's default applies.
    - `success_topic_arn`, `error_topic_arn`: SNS topics that are told of each. `include_answer_in`: SUCCESS_NOTIFICATION_TOPIC, ERROR_NOTIFICATION_TOPIC or both get the answer in the message.
    - `max_concurrent_invocations_per_instance`: requests that a container gets at once, 1 to 1000. Left out, SageMaker chooses.
  EOT
  type = object({
    output_s3_uri                           = string
    failure_s3_uri                          = optional(string)
    kms_key_arn                             = optional(string)
    success_topic_arn                       = optional(string)
    error_topic_arn                         = optional(string)
    include_answer_in                       = optional(set(string), [])
    max_concurrent_invocations_per_instance = optional(number)
  })
  default = null

  validation {
    condition     = var.async == null || var.instances != null
    error_message = "async works on instances only: SageMaker refuses it on serverless endpoints, and an existing endpoint is not changed."
  }

  validation {
    condition     = var.async != null || alltrue(flatten([for instances in concat([var.instances], values(var.further_variants)[*].instances) : [for scaling in try([instances.autoscaling.min, values(instances.autoscaling.schedules)[*].min], []) : [for least in flatten([scaling]) : coalesce(least, 1) >= 1]]]))
    error_message = "The min of autoscaling and of its schedules is 1 or more: only an endpoint with async scales to nothing."
  }

  validation {
    condition     = var.async != null || alltrue([for instances in concat([var.instances], values(var.further_variants)[*].instances) : try(instances.autoscaling.backlog_per_instance, null) == null])
    error_message = "backlog_per_instance goes with async: only an asynchronous endpoint has a queue."
  }

  validation {
    condition     = alltrue([for uri in try([var.async.output_s3_uri, var.async.failure_s3_uri], []) : uri == null || can(regex("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/.+$", uri))])
    error_message = "Write async.output_s3_uri and async.failure_s3_uri as s3://bucket/prefix."
  }

  validation {
    condition     = alltrue([for arn in try([var.async.success_topic_arn, var.async.error_topic_arn], []) : arn == null || can(regex("^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[a-zA-Z0-9_-]{1,256}$", arn))])
    error_message = "async.success_topic_arn and async.error_topic_arn are ARNs of SNS topics, no FIFO topics."
  }

  validation {
    condition     = length(setsubtract(try(var.async.include_answer_in, []), concat(try(var.async.success_topic_arn, null) == null ? [] : ["SUCCESS_NOTIFICATION_TOPIC"], try(var.async.error_topic_arn, null) == null ? [] : ["ERROR_NOTIFICATION_TOPIC"]))) == 0
    error_message = "async.include_answer_in names SUCCESS_NOTIFICATION_TOPIC, ERROR_NOTIFICATION_TOPIC or both, each with its topic given."
  }

  validation {
    condition     = try(var.async.max_concurrent_invocations_per_instance >= 1 && var.async.max_concurrent_invocations_per_instance <= 1000, true)
    error_message = "async.max_concurrent_invocations_per_instance must lie between 1 and 1000."
  }
}
