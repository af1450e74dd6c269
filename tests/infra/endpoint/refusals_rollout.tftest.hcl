mock_provider "aws" {
  source = "../mocks"
}

variables {
  name       = "bike-rental-test"
  model_name = "bike-rental-test-0123456789ab"
}

run "refuses_a_rollout_on_serverless" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    serverless = {}
    rollout    = {}
  }

  expect_failures = [var.rollout]
}

run "refuses_two_ways_to_roll_out" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", initial_count = 4 }
    rollout   = { canary = { percent = 10 }, linear = { percent = 10 } }
  }

  expect_failures = [var.rollout]
}

run "refuses_a_canary_of_no_size" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", initial_count = 4 }
    rollout   = { canary = {} }
  }

  expect_failures = [var.rollout]
}

run "refuses_a_canary_of_more_than_half" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", initial_count = 4 }
    rollout   = { canary = { percent = 60 } }
  }

  expect_failures = [var.rollout]
}

run "refuses_a_linear_step_under_a_tenth" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", initial_count = 4 }
    rollout   = { linear = { percent = 5 } }
  }

  expect_failures = [var.rollout]
}

run "refuses_a_batch_of_more_than_half" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", initial_count = 4 }
    rollout   = { rolling = { percent = 60 } }
  }

  expect_failures = [var.rollout]
}

run "refuses_half_an_instance" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", initial_count = 4 }
    rollout   = { canary = { instances = 0.5 } }
  }

  expect_failures = [var.rollout]
}

run "refuses_to_wait_over_an_hour" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", initial_count = 4 }
    rollout   = { canary = { percent = 10, wait_seconds = 3601 } }
  }

  expect_failures = [var.rollout]
}

run "refuses_to_roll_back_more_than_everything" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", initial_count = 4 }
    rollout   = { rolling = { percent = 20, rollback_percent = 101 } }
  }

  expect_failures = [var.rollout]
}

run "refuses_to_keep_the_old_fleet_over_an_hour" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", initial_count = 4 }
    rollout   = { termination_wait_seconds = 3601 }
  }

  expect_failures = [var.rollout]
}

run "refuses_a_termination_wait_without_a_second_fleet" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", initial_count = 4 }
    rollout   = { rolling = { percent = 20 }, termination_wait_seconds = 60 }
  }

  expect_failures = [var.rollout]
}

run "refuses_a_maximum_under_ten_minutes" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", initial_count = 4 }
    rollout   = { maximum_seconds = 300 }
  }

  expect_failures = [var.rollout]
}

run "refuses_a_negative_number_of_errors" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", initial_count = 4 }
    rollout   = { alarms = { server_errors_per_minute = -1 } }
  }

  expect_failures = [var.rollout]
}

run "refuses_more_alarms_than_sagemaker_watches" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", initial_count = 4 }
    rollout   = { alarm_names = [for number in range(10) : "alarm-${number}"] }
  }

  expect_failures = [var.rollout]
}

run "refuses_steps_without_time" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances   = { type = "ml.m6i.large", initial_count = 4 }
    apply_steps = { timeout_seconds = 0 }
  }

  expect_failures = [var.apply_steps]
}

run "refuses_a_rollout_that_outlasts_the_provider" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", initial_count = 4 }
    rollout   = { linear = { percent = 10, wait_seconds = 360 }, termination_wait_seconds = 360 }
  }

  expect_failures = [var.rollout]
}

run "refuses_a_runbook_with_an_anchor" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances   = { type = "ml.m6i.large", initial_count = 4 }
    runbook_url = "https://git.example.com/docs/runbook.md#down"
  }

  expect_failures = [var.runbook_url]
}

run "refuses_a_canary_of_a_fleet_that_may_shrink_to_one" {
  command = plan

  module {
    source = "../../../infra/modules/endpoint"
  }

  variables {
    instances = { type = "ml.m6i.large", initial_count = 2, autoscaling = { max = 4, invocations_per_instance_per_minute = 600 } }
    rollout   = { canary = { percent = 10 } }
  }

  expect_failures = [terraform_data.ready]
}
