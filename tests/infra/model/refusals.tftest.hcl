provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "unused"
  secret_key                  = "unused"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

variables {
  name               = "bike-rental-test"
  execution_role_arn = "arn:aws:iam::123456789012:role/bike-rental-test-sagemaker"
  artifact           = { file = "files/artifact.txt" }
  image              = { prebuilt = { repository_name = "sagemaker-xgboost", tag = "3.0-5" } }
}

run "refuses_a_name_with_capitals" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    name = "Bike-Rental"
  }

  expect_failures = [var.name]
}

run "refuses_a_name_over_36_characters" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    name = "a-name-that-is-longer-than-36-letters"
  }

  expect_failures = [var.name]
}

run "refuses_no_artifact" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact = {}
  }

  expect_failures = [var.artifact]
}

run "refuses_two_artifacts" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact = { file = "files/artifact.txt", s3_uri = "s3://artifacts-of-a-team/model.tar.gz" }
  }

  expect_failures = [var.artifact]
}

run "refuses_a_missing_file" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact = { file = "files/missing.tar.gz" }
  }

  expect_failures = [var.artifact]
}

run "refuses_an_s3_uri_without_key" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact = { s3_uri = "s3://artifacts-of-a-team/" }
  }

  expect_failures = [var.artifact]
}

run "refuses_a_read_prefix_for_an_upload" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact = { file = "files/artifact.txt", read_prefix = "s3://artifacts-of-a-team/models/" }
  }

  expect_failures = [var.artifact]
}

run "refuses_a_read_prefix_elsewhere" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact = { s3_uri = "s3://artifacts-of-a-team/model.tar.gz", read_prefix = "s3://another-bucket/" }
  }

  expect_failures = [var.artifact]
}

run "refuses_versions_kept_for_no_day" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    bucket = { noncurrent_version_days = 0 }
  }

  expect_failures = [var.bucket]
}

run "refuses_uploads_kept_for_half_a_day" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    bucket = { abort_upload_days = 0.5 }
  }

  expect_failures = [var.bucket]
}

run "refuses_a_bucket_for_nothing_to_upload" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact        = { s3_uri = "s3://artifacts-of-a-team/model.tar.gz" }
    existing_bucket = { name = "artifacts-of-a-team" }
  }

  expect_failures = [var.existing_bucket]
}

run "refuses_no_image" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    image = {}
  }

  expect_failures = [var.image]
}

run "refuses_two_images" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    image = { uri = "123456789012.dkr.ecr.us-east-1.amazonaws.com/serving:7", prebuilt = { repository_name = "sagemaker-xgboost", tag = "3.0-5" } }
  }

  expect_failures = [var.image]
}

run "refuses_an_image_outside_ecr" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    image = { uri = "docker.io/library/python:3.13" }
  }

  expect_failures = [var.image]
}

run "refuses_an_image_without_tag" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    image = { uri = "123456789012.dkr.ecr.us-east-1.amazonaws.com/serving" }
  }

  expect_failures = [var.image]
}
