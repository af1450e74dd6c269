provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "unused"
  secret_key                  = "unused"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

override_data {
  target = module.model_api.module.api_gateway["api"].data.aws_caller_identity.this
  values = { account_id = "123456789012" }
}

override_data {
  target = module.model_api.module.endpoint.data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

override_data {
  target = module.model_api.module.lambda.data.aws_caller_identity.shift
  values = { account_id = "123456789012" }
}

override_data {
  target = module.model_api.module.iam.data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

override_data {
  target = module.model_api.module.observability.data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

variables {
  environment = "test"
  api         = { stage_name = "beta", clients = { tester = {} }, unpublished_routes = ["POST /"] }
}

run "names_follow_the_environment" {
  command = plan

  module {
    source = "../../../infra/stacks/bike-rental"
  }

  assert {
    condition     = output.function_name == "bike-rental-test" && output.endpoint_name == "bike-rental-test" && output.dashboard_name == "bike-rental-test"
    error_message = "Everything is named after model and environment."
  }

  assert {
    condition     = output.stage_name == "beta" && output.unpublished_routes == tolist(["POST /"])
    error_message = "The environment's settings arrive."
  }

  assert {
    condition     = !output.deletion_protection && output.domain_url == null
    error_message = "What the environment doesn't ask for isn't there."
  }
}

run "serves_an_endpoint_that_exists" {
  command = plan

  module {
    source = "../../../infra/stacks/bike-rental"
  }

  variables {
    endpoint = { existing_name = "rentals" }
  }

  assert {
    condition     = output.endpoint_name == "rentals" && output.model_name == null
    error_message = "No model is made where the endpoint is someone else's."
  }
}

run "what_the_environment_says_decides" {
  command = plan

  module {
    source = "../../../infra/stacks/bike-rental"
  }

  variables {
    environment         = "prod"
    deletion_protection = false
    model = {
      artifact = { s3_uri = "s3://models/bike-rental/7/model.tar.gz" }
      bucket   = { force_destroy = true }
    }
    # A day that is over; the local stage's comes before it.
    function             = { runtime = { deprecations = { "python3.13" = "2020-01-01" } } }
    runtime_deprecations = { "python3.13" = "9999-12-31" }
  }

  assert {
    condition     = !output.deletion_protection
    error_message = "Protection is lifted."
  }

  assert {
    condition     = output.model_data_url == "s3://models/bike-rental/7/model.tar.gz"
    error_message = "The environment names its artifact."
  }
}

run "refuses_a_name_that_ends_no_name" {
  command = plan

  module {
    source = "../../../infra/stacks/bike-rental"
  }

  variables {
    environment = "Test_1"
  }

  expect_failures = [var.environment]
}

run "refuses_open_routes_in_prod" {
  command = plan

  module {
    source = "../../../infra/stacks/bike-rental"
  }

  variables {
    environment = "production"
    api         = { clients = { tester = {} }, allow_open_routes = true }
  }

  expect_failures = [var.environment]
}

run "refuses_a_target_without_architecture" {
  command = plan

  module {
    source = "../../../infra/stacks/bike-rental"
  }

  variables {
    lambda_target = "python3.13"
  }

  expect_failures = [var.lambda_target]
}

run "refuses_a_protected_bucket_that_empties_itself" {
  command = plan

  module {
    source = "../../../infra/stacks/bike-rental"
  }

  # Protected since its name begins with prod.
  variables {
    environment = "prodeu"
    model       = { bucket = { force_destroy = true } }
  }

  expect_failures = [terraform_data.deletion_protection]
}
