provider "aws" {
  region                      = "ap-east-2"
  access_key                  = "unused"
  secret_key                  = "unused"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

variables {
  name     = "bike-rental-test"
  role_arn = "arn:aws:iam::123456789012:role/bike-rental-test-lambda"
  package  = { zip = "files/function.txt", manifest = "files/manifest.json" }
  settings = { endpoint_name = "bike-rental-test" }
}

run "refuses_snapshots_in_taipei" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    snap_start = true
  }

  expect_failures = [var.snap_start]
}
