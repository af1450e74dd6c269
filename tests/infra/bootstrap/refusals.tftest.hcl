mock_provider "aws" {
  source = "../mocks"
}

variables {
  github       = { repository = "example-org/example" }
  stacks       = ["bike-rental", "breast-cancer"]
  environments = { dev = {}, prod = { github_environment = "production" } }
}

run "refuses_a_name_in_capitals" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    name = "Models"
  }

  expect_failures = [var.name]
}

run "refuses_no_stacks" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    stacks = []
  }

  expect_failures = [var.stacks]
}

run "refuses_a_stack_with_an_underscore" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    stacks = ["bike_rental"]
  }

  expect_failures = [var.stacks]
}

run "refuses_no_environments" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    environments = {}
  }

  expect_failures = [var.environments]
}

run "refuses_an_environment_with_a_hyphen" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    environments = { pre-prod = {} }
  }

  expect_failures = [var.environments]
}

run "refuses_an_environments_stack_that_is_none" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    environments = { dev = { stacks = ["cars"] } }
  }

  expect_failures = [var.environments]
}

run "refuses_an_unknown_extra" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    environments = { dev = { extras = ["lambda"] } }
  }

  expect_failures = [var.environments]
}

run "refuses_a_bucket_by_url" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    environments = { dev = { buckets = ["s3://artifacts"] } }
  }

  expect_failures = [var.environments]
}

run "refuses_all_endpoints" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    environments = { dev = { existing_endpoints = ["*"] } }
  }

  expect_failures = [var.environments]
}

run "refuses_a_shared_github_environment" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    environments = { dev = { github_environment = "prod" }, prod = {} }
  }

  expect_failures = [var.environments]
}

run "refuses_a_name_that_begins_another" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    stacks       = ["bike", "bike-dev-tools"]
    environments = { dev = {}, prod = {} }
  }

  expect_failures = [var.environments]
}

run "refuses_a_repository_without_owner" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    github = { repository = "example" }
  }

  expect_failures = [var.github]
}

run "refuses_a_branch_as_a_reference" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    github = { repository = "example-org/example", plan_branches = ["main:x"] }
  }

  expect_failures = [var.github]
}

run "refuses_a_provider_by_url" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    github = { repository = "example-org/example", oidc_provider_arn = "https://token.actions.githubusercontent.com" }
  }

  expect_failures = [var.github]
}

run "refuses_any_subject" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    github = { repository = "example-org/example", subject_prefix = "repo:*" }
  }

  expect_failures = [var.github]
}

run "refuses_a_host_with_a_scheme" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    github = { repository = "example-org/example", host = "https://github.example.com" }
  }

  expect_failures = [var.github]
}

run "refuses_a_session_of_a_day" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    session_hours = { apply = 24 }
  }

  expect_failures = [var.session_hours]
}

run "refuses_a_session_shorter_than_a_deployment" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    session_hours = { apply = 2 }
  }

  expect_failures = [var.session_hours]
}

run "refuses_a_bucket_with_a_dot" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    state_bucket = { name = "states.example" }
  }

  expect_failures = [var.state_bucket]
}

run "refuses_to_forget_states_soon" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    state_bucket = { noncurrent_version_days = 7 }
  }

  expect_failures = [var.state_bucket]
}

run "refuses_more_versions_than_s3_takes" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    state_bucket = { noncurrent_versions = 200 }
  }

  expect_failures = [var.state_bucket]
}

run "refuses_a_zone_for_all" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    environments = { dev = { hosted_zones = ["*"] } }
  }

  expect_failures = [var.environments]
}

run "refuses_a_truststore_for_all" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    environments = { dev = { truststores = ["s3://company-trust/*"] } }
  }

  expect_failures = [var.environments]
}
