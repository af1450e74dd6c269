# Written by `make fmt` (scripts/stack_interface) from infra/modules/model_api: change it there.

variable "logs" {
  description = "Log groups of container, function and API: `retention_days`, and the customer key that encrypts them (`kms_key_arn`; left out, CloudWatch's own)."
  type = object({
    retention_days = optional(number, 30)
    kms_key_arn    = optional(string)
  })
  nullable = false
  default  = {}
}

variable "tracing" {
  description = "Record X-Ray traces of API and function."
  type        = bool
  nullable    = false
  default     = true
}

variable "apply_steps" {
  description = <<-EOT
    How the Python scripts that apply runs reach AWS. They don't see the provider block, only the environment of Terraform.
    `python` (3.9 or later, with boto3 or the AWS CLI in PATH), `environment` (e.g. AWS_PROFILE; never a secret), `assume_role_arn`,
    `timeout_seconds` (until the endpoint must be at rest). Left out, the defaults of module `endpoint`.
  EOT
  type = object({
    python          = optional(string)
    environment     = optional(map(string))
    assume_role_arn = optional(string)
    timeout_seconds = optional(number)
  })
  nullable = false
  default  = {}
}

variable "permissions_boundary_arn" {
  description = "Policy that bounds both roles, where an account asks for one. null sets none."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of everything made here, over the provider's default_tags."
  type        = map(string)
  nullable    = false
  default     = {}
}

variable "api" {
  description = <<-EOT
    The API: `stage_name`, `clients` (name → rate_limit, burst_limit, quota, routes, enabled, keys, disabled_keys), `throttle` of the whole stage,
    `request_validation` (envelope or full), `cors_allow_origins`, `allow_open_routes`, `unpublished_routes`, `route_auth`,
    `require_api_key`, `cognito`, `lambda_authorizer`, `endpoint` (regional, edge, private), `resource_policy`, `domain`,
    `disable_execute_api_endpoint`, `waf`, `canary`, `stage_variables`, `openapi_fragment`, `binary_media_types`,
    `minimum_compression_size`, `execution_log_level`, `account_logging_role_arn`. The fields are those of module `api_gateway`;
    left out, its defaults. The origins go to the function as well. Null makes no API: give outputs `backend` and
    `function_alias_arn` to a module `api_gateway` that several models share.
  EOT
  type = object({
    stage_name = optional(string)
    clients = optional(map(object({
      rate_limit  = optional(number)
      burst_limit = optional(number)
      quota = optional(object({
        limit  = number
        period = optional(string)
        offset = optional(number)
      }))
      routes = optional(map(object({
        rate_limit  = number
        burst_limit = number
      })))
      enabled       = optional(bool)
      keys          = optional(set(string))
      disabled_keys = optional(set(string))
    })))
    throttle = optional(object({
      rate_limit  = optional(number)
      burst_limit = optional(number)
    }))
    request_validation       = optional(string)
    cors_allow_origins       = optional(list(string), [])
    allow_open_routes        = optional(bool)
    unpublished_routes       = optional(set(string))
    binary_media_types       = optional(list(string))
    minimum_compression_size = optional(number)
    execution_log_level      = optional(string)
    route_auth               = optional(map(string))
    require_api_key          = optional(bool)
    cognito = optional(object({
      user_pool_arns = set(string)
      scopes         = optional(set(string))
    }))
    lambda_authorizer = optional(object({
      function_name             = string
      alias_name                = optional(string)
      type                      = optional(string)
      identity_headers          = optional(set(string))
      identity_query_parameters = optional(set(string))
      ttl_seconds               = optional(number)
      token_pattern             = optional(string)
      credentials_role_arn      = optional(string)
    }))
    endpoint = optional(object({
      type             = optional(string)
      vpc_endpoint_ids = optional(set(string))
    }))
    resource_policy = optional(object({
      allow_cidrs      = optional(set(string))
      deny_cidrs       = optional(set(string))
      vpc_endpoint_ids = optional(set(string))
      account_ids      = optional(set(string))
    }))
    domain = optional(object({
      name            = string
      certificate_arn = optional(string)
      exists          = optional(bool)
      base_path       = optional(string)
      endpoint_type   = optional(string)
      security_policy = optional(string)
      mutual_tls = optional(object({
        truststore_uri                         = string
        truststore_version                     = optional(string)
        ownership_verification_certificate_arn = optional(string)
      }))
      hosted_zone_id = optional(string)
    }))
    disable_execute_api_endpoint = optional(bool)
    waf = optional(object({
      web_acl_arn = optional(string)
      managed_rules = optional(map(object({
        priority     = number
        vendor       = optional(string)
        version      = optional(string)
        rule_actions = optional(map(string))
        count_only   = optional(bool)
      })))
      rule_groups = optional(map(object({
        arn        = string
        priority   = number
        count_only = optional(bool)
      })))
      rate_limit = optional(object({
        requests       = number
        window_seconds = optional(number)
      }))
      denied_cidrs       = optional(set(string))
      allowed_cidrs      = optional(set(string))
      forwarded_header   = optional(string)
      body_inspection_kb = optional(number)
      log = optional(object({
        destination_arn  = optional(string)
        redacted_headers = optional(set(string))
        all_requests     = optional(bool)
      }))
      sampled_requests = optional(bool)
    }))
    canary = optional(object({
      percent_traffic          = number
      stable_document_digest   = string
      stage_variable_overrides = optional(map(string))
    }))
    stage_variables          = optional(map(string))
    openapi_fragment         = optional(string)
    account_logging_role_arn = optional(string)
  })
  default = {}
}

variable "lambda_authorizer_arn" {
  description = "ARN of the function of `api.lambda_authorizer`, from the resource, so that the permission waits for it; null when it is there already. It stands apart from `api`, which the document is made of (see `function` of module `api_gateway`)."
  type        = string
  default     = null
}

variable "cors_allow_origins" {
  description = "With `api = null`: the origins that the shared API allows (its `cors_allow_origins`), so that the function puts them on its own answers. Otherwise `api.cors_allow_origins` says so."
  type        = list(string)
  nullable    = false
  default     = []
}

variable "endpoint" {
  description = <<-EOT
    Where the model runs; exactly one of `instances`, `serverless` and `existing_name`. The fields are those of module
    `endpoint`, with `variant_name`, `variant_weight`, `data_capture` and `rollout`. Left out: serverless, 2048 MB, five requests at once.
    - `further_variants`, `shadow_variant`: as those of module `endpoint`, each with a `model` of its own (`artifact`, `image` or `package`, `environment`) instead of a model_name. VPC and isolation are those of `model`.
    - `target_model`: the artifact that each request names, where `model` is multi_model: the rest of its key. With `existing_name`, where that endpoint is one.
    - `target_container`: the container that each request names, where `model` has containers in execution_mode Direct. With `existing_name` likewise.
  EOT
  type = object({
    existing_name = optional(string)
    instances = optional(object({
      type                    = string
      initial_count           = optional(number)
      kms_key_arn             = optional(string)
      startup_timeout_seconds = optional(number)
      autoscaling = optional(object({
        min                                 = optional(number)
        max                                 = number
        invocations_per_instance_per_minute = optional(number)
        backlog_per_instance                = optional(number)
        scale_in_cooldown_seconds           = optional(number)
        scale_out_cooldown_seconds          = optional(number)
        disable_scale_in                    = optional(bool)
        schedules = optional(map(object({
          schedule = string
          timezone = optional(string)
          min      = optional(number)
          max      = optional(number)
        })))
        steps = optional(map(object({
          metric             = string
          threshold          = number
          comparison         = optional(string)
          period_seconds     = optional(number)
          evaluation_periods = optional(number)
          adjustment         = optional(string)
          minimum_change     = optional(number)
          cooldown_seconds   = optional(number)
          steps = list(object({
            from   = optional(number)
            to     = optional(number)
            change = number
          }))
        })))
      }))
    }))
    serverless = optional(object({
      memory_mb               = optional(number)
      max_concurrency         = optional(number)
      provisioned_concurrency = optional(number)
      autoscaling = optional(object({
        min                        = optional(number)
        max                        = number
        utilization                = optional(number)
        scale_in_cooldown_seconds  = optional(number)
        scale_out_cooldown_seconds = optional(number)
        disable_scale_in           = optional(bool)
        schedules = optional(map(object({
          schedule = string
          timezone = optional(string)
          min      = optional(number)
          max      = optional(number)
        })))
      }))
    }))
    variant_name     = optional(string)
    variant_weight   = optional(number)
    target_model     = optional(string)
    target_container = optional(string)
    further_variants = optional(map(object({
      model = object({
        artifact = optional(object({
          file        = optional(string)
          s3_uri      = optional(string)
          read_prefix = optional(string)
        }))
        image = optional(object({
          prebuilt = optional(object({
            repository_name = string
            tag             = string
          }))
          uri = optional(string)
        }))
        package = optional(object({
          arn                   = string
          artifact_read_arns    = optional(list(string))
          image_repository_arns = optional(list(string))
          kms_key_arns          = optional(list(string))
        }))
        environment = optional(map(string))
      })
      weight = optional(number)
      instances = object({
        type                    = string
        initial_count           = optional(number)
        startup_timeout_seconds = optional(number)
        autoscaling = optional(object({
          min                                 = optional(number)
          max                                 = number
          invocations_per_instance_per_minute = optional(number)
          backlog_per_instance                = optional(number)
          scale_in_cooldown_seconds           = optional(number)
          scale_out_cooldown_seconds          = optional(number)
          disable_scale_in                    = optional(bool)
          schedules = optional(map(object({
            schedule = string
            timezone = optional(string)
            min      = optional(number)
            max      = optional(number)
          })))
          steps = optional(map(object({
            metric             = string
            threshold          = number
            comparison         = optional(string)
            period_seconds     = optional(number)
            evaluation_periods = optional(number)
            adjustment         = optional(string)
            minimum_change     = optional(number)
            cooldown_seconds   = optional(number)
            steps = list(object({
              from   = optional(number)
              to     = optional(number)
              change = number
            }))
          })))
        }))
      })
    })), {})
    shadow_variant = optional(object({
      name = optional(string)
      model = object({
        artifact = optional(object({
          file        = optional(string)
          s3_uri      = optional(string)
          read_prefix = optional(string)
        }))
        image = optional(object({
          prebuilt = optional(object({
            repository_name = string
            tag             = string
          }))
          uri = optional(string)
        }))
        package = optional(object({
          arn                   = string
          artifact_read_arns    = optional(list(string))
          image_repository_arns = optional(list(string))
          kms_key_arns          = optional(list(string))
        }))
        environment = optional(map(string))
      })
      sampling_percentage = optional(number)
      instances = object({
        type                    = string
        initial_count           = optional(number)
        startup_timeout_seconds = optional(number)
      })
    }))
    data_capture = optional(object({
      destination_s3_uri  = string
      sampling_percentage = optional(number)
      modes               = optional(set(string))
      kms_key_arn         = optional(string)
      csv_content_types   = optional(set(string))
      json_content_types  = optional(set(string))
    }))
    rollout = optional(object({
      canary = optional(object({
        percent      = optional(number)
        instances    = optional(number)
        wait_seconds = optional(number)
      }))
      linear = optional(object({
        percent      = optional(number)
        instances    = optional(number)
        wait_seconds = optional(number)
      }))
      rolling = optional(object({
        percent          = optional(number)
        instances        = optional(number)
        rollback_percent = optional(number)
        wait_seconds     = optional(number)
      }))
      termination_wait_seconds = optional(number)
      maximum_seconds          = optional(number)
      alarms = optional(object({
        server_errors_per_minute = optional(number)
        latency_p99_ms           = optional(number)
      }))
      alarm_names = optional(set(string))
    }))
  })
  nullable = false
  default  = { serverless = {} }
}

variable "function" {
  description = <<-EOT
    The function: `memory_mb`, `timeout_seconds`, `model_timeout_seconds` (read timeout of one call to the model; a call
    is tried twice), `log_level`, `metrics_namespace`, `feature_log_sample_rate` (share of requests whose features are
    logged: they may be personal data), `json_log` (Lambda's own lines as JSON too), and further `environment` variables.
    How it starts: `reserved_concurrency` (null shares the account's pool), `provisioned_concurrency` or `snap_start`.
    How the alias moves to a new version: `shift`; unless it gives `alarm_names`, the alarm on the function's errors brings it back.
    Where and under whose keys: `vpc`, `kms_key_arn`, `code_signing`. When its `runtime` is too old.
    Left out, the defaults of module `lambda`, whose fields these are; the role gets the permissions they take.
  EOT
  type = object({
    memory_mb             = optional(number)
    timeout_seconds       = optional(number)
    model_timeout_seconds = optional(number)
    reserved_concurrency  = optional(number)
    log_level             = optional(string)
    metrics_namespace     = optional(string, "ModelEndpointApi")
    environment           = optional(map(string), {})

    feature_log_sample_rate = optional(number)

    shift = optional(object({
      canary = optional(object({
        percent      = number
        wait_seconds = optional(number)
      }))
      linear = optional(object({
        percent      = number
        wait_seconds = optional(number)
      }))
      alarm_names = optional(set(string))
    }))
    json_log = optional(object({
      application_level = optional(string)
      system_level      = optional(string)
    }))
    provisioned_concurrency = optional(object({
      count = number
      autoscaling = optional(object({
        max                        = number
        utilization                = optional(number)
        scale_in_cooldown_seconds  = optional(number)
        scale_out_cooldown_seconds = optional(number)
        schedules = optional(map(object({
          schedule = string
          timezone = optional(string)
          min      = number
          max      = number
        })))
      }))
    }))
    snap_start = optional(bool)
    vpc = optional(object({
      subnet_ids         = set(string)
      security_group_ids = set(string)
      ipv6               = optional(bool)
    }))
    kms_key_arn = optional(string)
    code_signing = optional(object({
      signing_profile_version_arns = set(string)
      untrusted                    = optional(string)
    }))
    runtime = optional(object({
      warn_days    = optional(number)
      deprecations = optional(map(string))
    }))
  })
  nullable = false
  default  = {}
}

variable "model" {
  description = <<-EOT
    The model: `artifact` by local `file` or `s3_uri`, `image` by `prebuilt` or `uri`, `environment` of the container,
    settings of the artifact `bucket`, or an `existing_bucket`; or `multi_model`, `containers` with `execution_mode`, or
    `package` in their place; in a `vpc`. The fields are those of module `model`.
    `network_isolation` left out: isolated, unless the endpoint is serverless.
    null with `endpoint.existing_name`: then someone else keeps model and endpoint.
  EOT
  type = object({
    artifact = optional(object({
      file        = optional(string)
      s3_uri      = optional(string)
      read_prefix = optional(string)
    }))
    image = optional(object({
      prebuilt = optional(object({
        repository_name = string
        tag             = string
      }))
      uri = optional(string)
    }))
    multi_model = optional(object({
      artifact_prefix = string
      cache           = optional(bool)
      kms_key_arn     = optional(string)
    }))
    containers = optional(list(object({
      hostname = string
      image = object({
        prebuilt = optional(object({
          repository_name = string
          tag             = string
        }))
        uri = optional(string)
      })
      artifact = optional(object({
        file        = optional(string)
        s3_uri      = optional(string)
        read_prefix = optional(string)
      }))
      environment = optional(map(string))
    })))
    execution_mode = optional(string)
    package = optional(object({
      arn                   = string
      artifact_read_arns    = optional(list(string))
      image_repository_arns = optional(list(string))
      kms_key_arns          = optional(list(string))
    }))
    vpc = optional(object({
      subnet_ids         = set(string)
      security_group_ids = set(string)
    }))
    network_isolation = optional(bool)
    environment       = optional(map(string), {})
    bucket = optional(object({
      kms_key_arn             = optional(string)
      noncurrent_version_days = optional(number)
      abort_upload_days       = optional(number)
      access_log = optional(object({
        bucket = string
        prefix = optional(string, "")
      }))
      force_destroy   = optional(bool)
      lifecycle_rules = optional(bool)
    }), {})
    existing_bucket = optional(object({
      name        = string
      kms_key_arn = optional(string)
    }))
  })
  default = null
}

variable "observability" {
  description = <<-EOT
    Alarms and the dashboard: `thresholds`, `disabled_alarms`, objectives (`slo`), what is worth a page (`page_on`), whom
    to tell (`notify`, or `page` and `ticket` apart), where the runbook is read (`runbook_url`), and `prices` for the cost
    on the dashboard. The fields are those of module `observability`.
  EOT
  type = object({
    thresholds = optional(object({
      api_5xx_percent              = optional(number)
      api_4xx_anomaly_deviations   = optional(number)
      api_latency_p99_ms           = optional(number)
      api_latency_p50_ms           = optional(number)
      api_overhead_ms              = optional(number)
      api_throttled_requests       = optional(number)
      api_requests_per_hour        = optional(number)
      function_errors              = optional(number)
      function_throttles           = optional(number)
      function_duration_percent    = optional(number)
      function_concurrency_percent = optional(number)
      endpoint_5xx_errors          = optional(number)
      endpoint_model_errors        = optional(number)
      endpoint_latency_p99_ms      = optional(number)
      endpoint_cpu_percent         = optional(number)
      endpoint_memory_percent      = optional(number)
      endpoint_disk_percent        = optional(number)
      endpoint_load_percent        = optional(number)
      endpoint_concurrency_percent = optional(number)
    }))
    disabled_alarms = optional(set(string))
    runbook_url     = optional(string)
    page_on         = optional(set(string))
    slo = optional(object({
      availability_percent = optional(number)
      latency = optional(object({
        threshold_ms = number
        percent      = number
      }))
    }))
    prices = optional(object({
      currency                      = optional(string)
      api_million_requests          = optional(number)
      function_million_requests     = optional(number)
      function_gb_second            = optional(number)
      endpoint_instance_hour        = optional(number)
      endpoint_serverless_gb_second = optional(number)
      log_gb                        = optional(number)
    }))
    notify = optional(object({
      topic_arn = optional(string)
      emails    = optional(set(string))
    }))
    page = optional(object({
      topic_arn = optional(string)
      emails    = optional(set(string))
    }))
    ticket = optional(object({
      topic_arn = optional(string)
      emails    = optional(set(string))
    }))
  })
  nullable = false
  default  = {}
}
