mock_provider "aws" {
  source = "../mocks"
}

variables {
  name       = "bike-rental-test"
  model_name = "bike-rental-test-0123456789ab"
}

run "refuses_a_name_with_underscores" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    name       = "bike_rental"
    serverless = {}
  }

  expect_failures = [var.name]
}

run "refuses_no_model" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    model_name = null
    serverless = {}
  }

  expect_failures = [var.model_name]
}

run "refuses_a_model_for_an_existing_endpoint" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    existing_endpoint_name = "churn"
  }

  expect_failures = [var.model_name]
}

run "refuses_an_arn_for_a_name" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    model_name             = null
    existing_endpoint_name = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/churn"
  }

  expect_failures = [var.existing_endpoint_name]
}

run "refuses_no_kind_of_endpoint" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  expect_failures = [var.existing_endpoint_name]
}

run "refuses_two_kinds_of_endpoint" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances  = { type = "ml.m6i.large" }
    serverless = {}
  }

  expect_failures = [var.existing_endpoint_name]
}

run "refuses_an_ec2_instance_type" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "m6i.large" }
  }

  expect_failures = [var.instances]
}

run "refuses_to_start_without_instances" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", initial_count = 0 }
  }

  expect_failures = [var.instances]
}

run "refuses_a_startup_timeout_under_a_minute" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", startup_timeout_seconds = 10 }
  }

  expect_failures = [var.instances]
}

run "refuses_a_maximum_below_the_minimum" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", initial_count = 4, autoscaling = { min = 5, max = 4, invocations_per_instance_per_minute = 600 } }
  }

  expect_failures = [var.instances]
}

run "refuses_to_scale_to_nothing" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", autoscaling = { min = 0, max = 4, invocations_per_instance_per_minute = 600 } }
  }

  expect_failures = [var.async]
}

run "refuses_to_start_outside_the_range" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", initial_count = 5, autoscaling = { max = 4, invocations_per_instance_per_minute = 600 } }
  }

  expect_failures = [var.instances]
}

run "refuses_a_target_of_no_load" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", autoscaling = { max = 4, invocations_per_instance_per_minute = 0 } }
  }

  expect_failures = [var.instances]
}

run "refuses_a_negative_cooldown" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", autoscaling = { max = 4, invocations_per_instance_per_minute = 600, scale_in_cooldown_seconds = -1 } }
  }

  expect_failures = [var.instances]
}

run "refuses_odd_serverless_memory" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    serverless = { memory_mb = 1500 }
  }

  expect_failures = [var.serverless]
}

run "refuses_serverless_concurrency_over_200" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    serverless = { max_concurrency = 201 }
  }

  expect_failures = [var.serverless]
}

run "refuses_more_provisioned_than_concurrent" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    serverless = { max_concurrency = 2, provisioned_concurrency = 3 }
  }

  expect_failures = [var.serverless]
}

run "refuses_a_variant_name_with_spaces" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    serverless   = {}
    variant_name = "All Traffic"
  }

  expect_failures = [var.variant_name]
}

run "refuses_data_capture_on_serverless" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    serverless   = {}
    data_capture = { destination_s3_uri = "s3://captured/bike-rental" }
  }

  expect_failures = [var.data_capture]
}

run "refuses_a_capture_destination_outside_s3" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances    = { type = "ml.m6i.large" }
    data_capture = { destination_s3_uri = "/var/captured" }
  }

  expect_failures = [var.data_capture]
}

run "refuses_sampling_of_nothing" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances    = { type = "ml.m6i.large" }
    data_capture = { destination_s3_uri = "s3://captured/x", sampling_percentage = 0 }
  }

  expect_failures = [var.data_capture]
}

run "refuses_an_unknown_capture_mode" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances    = { type = "ml.m6i.large" }
    data_capture = { destination_s3_uri = "s3://captured/x", modes = ["Inputs"] }
  }

  expect_failures = [var.data_capture]
}

run "refuses_a_retention_that_cloudwatch_lacks" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    serverless = {}
    log        = { retention_days = 31 }
  }

  expect_failures = [var.log]
}
