mock_provider "aws" {
  source = "../mocks"
}

variables {
  name       = "bike-rental-test"
  model_name = "bike-rental-test-0123456789ab"
}


run "refuses_a_backlog_of_nothing" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = {
      type = "ml.m6i.large"
      autoscaling = {
        max                  = 4
        backlog_per_instance = 0
      }
    }
  }

  expect_failures = [var.instances]
}

run "refuses_nothing_to_scale_by" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = {
      type = "ml.m6i.large"
      autoscaling = {
        max = 4
      }
    }
  }

  expect_failures = [var.instances]
}

run "refuses_a_schedule_in_words" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = {
      type = "ml.m6i.large"
      autoscaling = {
        max       = 4
        schedules = { morning = { schedule = "every morning", min = 2 } }
      }
    }
  }

  expect_failures = [var.instances]
}

run "refuses_a_schedule_over_the_maximum" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = {
      type = "ml.m6i.large"
      autoscaling = {
        max       = 4
        schedules = { morning = { schedule = "cron(0 7 * * ? *)", min = 5 } }
      }
    }
  }

  expect_failures = [var.instances]
}

run "refuses_an_unknown_step_metric" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = {
      type = "ml.m6i.large"
      autoscaling = {
        max   = 4
        steps = { busy = { metric = "Invocations", threshold = 70, steps = [{ from = 0, change = 1 }] } }
      }
    }
  }

  expect_failures = [var.instances]
}

run "refuses_an_unknown_comparison" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = {
      type = "ml.m6i.large"
      autoscaling = {
        max   = 4
        steps = { busy = { metric = "CPUUtilization", threshold = 70, steps = [{ from = 0, change = 1 }], comparison = ">=" } }
      }
    }
  }

  expect_failures = [var.instances]
}

run "refuses_an_unknown_adjustment" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = {
      type = "ml.m6i.large"
      autoscaling = {
        max   = 4
        steps = { busy = { metric = "CPUUtilization", threshold = 70, steps = [{ from = 0, change = 1 }], adjustment = "Double" } }
      }
    }
  }

  expect_failures = [var.instances]
}

run "refuses_a_minimum_change_in_instances" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = {
      type = "ml.m6i.large"
      autoscaling = {
        max   = 4
        steps = { busy = { metric = "CPUUtilization", threshold = 70, steps = [{ from = 0, change = 1 }], minimum_change = 2 } }
      }
    }
  }

  expect_failures = [var.instances]
}

run "refuses_a_period_of_half_a_minute" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = {
      type = "ml.m6i.large"
      autoscaling = {
        max   = 4
        steps = { busy = { metric = "CPUUtilization", threshold = 70, steps = [{ from = 0, change = 1 }], period_seconds = 30 } }
      }
    }
  }

  expect_failures = [var.instances]
}

run "refuses_steps_upside_down" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = {
      type = "ml.m6i.large"
      autoscaling = {
        max   = 4
        steps = { busy = { metric = "CPUUtilization", threshold = 70, steps = [{ from = 10, to = 0, change = 1 }] } }
      }
    }
  }

  expect_failures = [var.instances]
}

run "refuses_a_maximum_below_the_minimum_in_a_further_variant" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large" }
    further_variants = {
      "Challenger" = {
        model_name = "challenger"
        instances = {
          type = "ml.m6i.large"
          autoscaling = {
            max                                 = 4
            min                                 = 5
            invocations_per_instance_per_minute = 600
          }
        }
      }
    }
  }

  expect_failures = [var.further_variants]
}

run "refuses_a_target_of_no_load_in_a_further_variant" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large" }
    further_variants = {
      "Challenger" = {
        model_name = "challenger"
        instances = {
          type = "ml.m6i.large"
          autoscaling = {
            max                                 = 4
            invocations_per_instance_per_minute = 0
          }
        }
      }
    }
  }

  expect_failures = [var.further_variants]
}

run "refuses_a_negative_cooldown_in_a_further_variant" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large" }
    further_variants = {
      "Challenger" = {
        model_name = "challenger"
        instances = {
          type = "ml.m6i.large"
          autoscaling = {
            max                                 = 4
            invocations_per_instance_per_minute = 600
            scale_in_cooldown_seconds           = -1
          }
        }
      }
    }
  }

  expect_failures = [var.further_variants]
}

run "refuses_a_backlog_of_nothing_in_a_further_variant" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large" }
    further_variants = {
      "Challenger" = {
        model_name = "challenger"
        instances = {
          type = "ml.m6i.large"
          autoscaling = {
            max                  = 4
            backlog_per_instance = 0
          }
        }
      }
    }
  }

  expect_failures = [var.further_variants]
}

run "refuses_nothing_to_scale_by_in_a_further_variant" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large" }
    further_variants = {
      "Challenger" = {
        model_name = "challenger"
        instances = {
          type = "ml.m6i.large"
          autoscaling = {
            max = 4
          }
        }
      }
    }
  }

  expect_failures = [var.further_variants]
}

run "refuses_a_schedule_in_words_in_a_further_variant" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large" }
    further_variants = {
      "Challenger" = {
        model_name = "challenger"
        instances = {
          type = "ml.m6i.large"
          autoscaling = {
            max       = 4
            schedules = { morning = { schedule = "every morning", min = 2 } }
          }
        }
      }
    }
  }

  expect_failures = [var.further_variants]
}

run "refuses_a_schedule_over_the_maximum_in_a_further_variant" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large" }
    further_variants = {
      "Challenger" = {
        model_name = "challenger"
        instances = {
          type = "ml.m6i.large"
          autoscaling = {
            max       = 4
            schedules = { morning = { schedule = "cron(0 7 * * ? *)", min = 5 } }
          }
        }
      }
    }
  }

  expect_failures = [var.further_variants]
}

run "refuses_an_unknown_step_metric_in_a_further_variant" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large" }
    further_variants = {
      "Challenger" = {
        model_name = "challenger"
        instances = {
          type = "ml.m6i.large"
          autoscaling = {
            max   = 4
            steps = { busy = { metric = "Invocations", threshold = 70, steps = [{ from = 0, change = 1 }] } }
          }
        }
      }
    }
  }

  expect_failures = [var.further_variants]
}

run "refuses_an_unknown_comparison_in_a_further_variant" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large" }
    further_variants = {
      "Challenger" = {
        model_name = "challenger"
        instances = {
          type = "ml.m6i.large"
          autoscaling = {
            max   = 4
            steps = { busy = { metric = "CPUUtilization", threshold = 70, steps = [{ from = 0, change = 1 }], comparison = ">=" } }
          }
        }
      }
    }
  }

  expect_failures = [var.further_variants]
}

run "refuses_an_unknown_adjustment_in_a_further_variant" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large" }
    further_variants = {
      "Challenger" = {
        model_name = "challenger"
        instances = {
          type = "ml.m6i.large"
          autoscaling = {
            max   = 4
            steps = { busy = { metric = "CPUUtilization", threshold = 70, steps = [{ from = 0, change = 1 }], adjustment = "Double" } }
          }
        }
      }
    }
  }

  expect_failures = [var.further_variants]
}

run "refuses_a_minimum_change_in_instances_in_a_further_variant" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large" }
    further_variants = {
      "Challenger" = {
        model_name = "challenger"
        instances = {
          type = "ml.m6i.large"
          autoscaling = {
            max   = 4
            steps = { busy = { metric = "CPUUtilization", threshold = 70, steps = [{ from = 0, change = 1 }], minimum_change = 2 } }
          }
        }
      }
    }
  }

  expect_failures = [var.further_variants]
}

run "refuses_a_period_of_half_a_minute_in_a_further_variant" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large" }
    further_variants = {
      "Challenger" = {
        model_name = "challenger"
        instances = {
          type = "ml.m6i.large"
          autoscaling = {
            max   = 4
            steps = { busy = { metric = "CPUUtilization", threshold = 70, steps = [{ from = 0, change = 1 }], period_seconds = 30 } }
          }
        }
      }
    }
  }

  expect_failures = [var.further_variants]
}

run "refuses_steps_upside_down_in_a_further_variant" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large" }
    further_variants = {
      "Challenger" = {
        model_name = "challenger"
        instances = {
          type = "ml.m6i.large"
          autoscaling = {
            max   = 4
            steps = { busy = { metric = "CPUUtilization", threshold = 70, steps = [{ from = 10, to = 0, change = 1 }] } }
          }
        }
      }
    }
  }

  expect_failures = [var.further_variants]
}

run "refuses_variants_beside_a_serverless_one" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    serverless       = {}
    further_variants = { Challenger = { model_name = "challenger", instances = { type = "ml.m6i.large" } } }
  }

  expect_failures = [var.further_variants]
}

run "refuses_eleven_variants" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances        = { type = "ml.m6i.large" }
    further_variants = { V0 = { model_name = "challenger", instances = { type = "ml.m6i.large" } }, V1 = { model_name = "challenger", instances = { type = "ml.m6i.large" } }, V2 = { model_name = "challenger", instances = { type = "ml.m6i.large" } }, V3 = { model_name = "challenger", instances = { type = "ml.m6i.large" } }, V4 = { model_name = "challenger", instances = { type = "ml.m6i.large" } }, V5 = { model_name = "challenger", instances = { type = "ml.m6i.large" } }, V6 = { model_name = "challenger", instances = { type = "ml.m6i.large" } }, V7 = { model_name = "challenger", instances = { type = "ml.m6i.large" } }, V8 = { model_name = "challenger", instances = { type = "ml.m6i.large" } }, V9 = { model_name = "challenger", instances = { type = "ml.m6i.large" } } }
  }

  expect_failures = [var.further_variants]
}

run "refuses_a_further_variant_of_the_same_name" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large" }
    further_variants = {
      "AllTraffic" = {
        model_name = "challenger"
        instances = {
          type = "ml.m6i.large"
        }
      }
    }
  }

  expect_failures = [var.further_variants]
}

run "refuses_a_negative_weight" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large" }
    further_variants = {
      "Challenger" = {
        model_name = "challenger"
        weight     = -1
        instances = {
          type = "ml.m6i.large"
        }
      }
    }
  }

  expect_failures = [var.further_variants]
}

run "refuses_an_ec2_type_in_a_further_variant" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large" }
    further_variants = {
      "Challenger" = {
        model_name = "challenger"
        instances = {
          type = "m6i.large"
        }
      }
    }
  }

  expect_failures = [var.further_variants]
}

run "refuses_a_further_variant_without_instances" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large" }
    further_variants = {
      "Challenger" = {
        model_name = "challenger"
        instances = {
          type          = "ml.m6i.large"
          initial_count = 0
        }
      }
    }
  }

  expect_failures = [var.further_variants]
}

run "refuses_a_short_startup_of_a_further_variant" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large" }
    further_variants = {
      "Challenger" = {
        model_name = "challenger"
        instances = {
          type                    = "ml.m6i.large"
          startup_timeout_seconds = 10
        }
      }
    }
  }

  expect_failures = [var.further_variants]
}

run "refuses_weights_of_nothing" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances      = { type = "ml.m6i.large" }
    variant_weight = 0
  }

  expect_failures = [var.variant_weight]
}

run "refuses_a_shadow_of_a_serverless_variant" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    serverless     = {}
    shadow_variant = { model_name = "next", instances = { type = "ml.m6i.large" } }
  }

  expect_failures = [var.shadow_variant]
}

run "refuses_a_shadow_of_the_same_name" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances      = { type = "ml.m6i.large" }
    shadow_variant = { model_name = "next", instances = { type = "ml.m6i.large" }, name = "AllTraffic" }
  }

  expect_failures = [var.shadow_variant]
}

run "refuses_to_copy_more_than_all" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances      = { type = "ml.m6i.large" }
    shadow_variant = { model_name = "next", instances = { type = "ml.m6i.large" }, sampling_percentage = 101 }
  }

  expect_failures = [var.shadow_variant]
}

run "refuses_a_shadow_of_no_requests" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large" }
    further_variants = {
      "Challenger" = {
        model_name = "challenger"
        instances = {
          type = "ml.m6i.large"
        }
      }
    }
    variant_weight = 0
    shadow_variant = { model_name = "next", instances = { type = "ml.m6i.large" } }
  }

  expect_failures = [var.shadow_variant]
}

run "refuses_a_shadow_on_an_ec2_type" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances      = { type = "ml.m6i.large" }
    shadow_variant = { model_name = "next", instances = { type = "m6i.large" } }
  }

  expect_failures = [var.shadow_variant]
}

run "refuses_a_short_startup_of_a_shadow" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances      = { type = "ml.m6i.large" }
    shadow_variant = { model_name = "next", instances = { type = "ml.m6i.large", startup_timeout_seconds = 10 } }
  }

  expect_failures = [var.shadow_variant]
}

run "refuses_a_queue_before_a_serverless_variant" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    serverless = {}
    async      = { output_s3_uri = "s3://queue/out" }
  }

  expect_failures = [var.async]
}

run "refuses_a_queue_length_without_queue" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = {
      type = "ml.m6i.large"
      autoscaling = {
        max                  = 4
        backlog_per_instance = 5
      }
    }
  }

  expect_failures = [var.async]
}

run "refuses_a_schedule_to_nothing" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = {
      type = "ml.m6i.large"
      autoscaling = {
        max       = 4
        schedules = { night = { schedule = "cron(0 20 * * ? *)", min = 0 } }
      }
    }
  }

  expect_failures = [var.async]
}

run "refuses_answers_outside_s3" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large" }
    async     = { output_s3_uri = "/var/out" }
  }

  expect_failures = [var.async]
}

run "refuses_a_topic_by_name" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large" }
    async     = { output_s3_uri = "s3://queue/out", success_topic_arn = "done" }
  }

  expect_failures = [var.async]
}

run "refuses_answers_in_a_topic_that_is_not_given" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large" }
    async     = { output_s3_uri = "s3://queue/out", include_answer_in = ["SUCCESS_NOTIFICATION_TOPIC"] }
  }

  expect_failures = [var.async]
}

run "refuses_no_request_at_once" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large" }
    async     = { output_s3_uri = "s3://queue/out", max_concurrent_invocations_per_instance = 0 }
  }

  expect_failures = [var.async]
}

run "refuses_to_provision_less_than_the_minimum" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    serverless = { max_concurrency = 20, provisioned_concurrency = 1, autoscaling = { min = 2, max = 10 } }
  }

  expect_failures = [var.serverless]
}

run "refuses_a_utilization_over_all" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    serverless = { max_concurrency = 20, provisioned_concurrency = 1, autoscaling = { max = 10, utilization = 70 } }
  }

  expect_failures = [var.serverless]
}

run "refuses_a_negative_serverless_cooldown" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    serverless = { max_concurrency = 20, provisioned_concurrency = 1, autoscaling = { max = 10, scale_in_cooldown_seconds = -1 } }
  }

  expect_failures = [var.serverless]
}

run "refuses_a_serverless_schedule_in_words" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    serverless = { max_concurrency = 20, provisioned_concurrency = 1, autoscaling = { max = 10, schedules = { night = { schedule = "at night", max = 2 } } } }
  }

  expect_failures = [var.serverless]
}

run "refuses_a_serverless_schedule_of_nothing" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    serverless = { max_concurrency = 20, provisioned_concurrency = 1, autoscaling = { max = 10, schedules = { night = { schedule = "cron(0 20 * * ? *)" } } } }
  }

  expect_failures = [var.serverless]
}
