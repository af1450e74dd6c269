mock_provider "aws" {
  source = "../mocks"
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

run "refuses_an_artifact_without_image" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    image   = null
    package = { arn = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/churn/7" }
  }

  expect_failures = [var.artifact]
}

run "refuses_an_image_beside_a_package" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact = null
    package  = { arn = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/churn/7" }
  }

  expect_failures = [var.image]
}

run "refuses_one_environment_for_several_containers" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact = null
    image    = null
    containers = [
      { hostname = "clean", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/cleaning:1" } },
      { hostname = "score", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/scoring:1" } },
    ]
    environment = { LEVEL = "2" }
  }

  expect_failures = [var.environment]
}

run "refuses_many_models_without_image" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact = null
    image    = null
    containers = [
      { hostname = "clean", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/cleaning:1" } },
      { hostname = "score", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/scoring:1" } },
    ]
    multi_model = { artifact_prefix = "s3://artifacts-of-a-team/shops/" }
  }

  expect_failures = [var.multi_model]
}

run "refuses_a_prefix_without_slash" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact    = null
    multi_model = { artifact_prefix = "s3://artifacts-of-a-team/shops" }
  }

  expect_failures = [var.multi_model]
}

run "refuses_a_list_of_one_container" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact   = null
    image      = null
    containers = [{ hostname = "score", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/scoring:1" } }]
  }

  expect_failures = [var.containers]
}

run "refuses_a_hostname_with_a_dot" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact = null
    image    = null
    containers = [
      { hostname = "clean.up", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/cleaning:1" } },
      { hostname = "score", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/scoring:1" } },
    ]
  }

  expect_failures = [var.containers]
}

run "refuses_a_hostname_twice" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact = null
    image    = null
    containers = [
      { hostname = "score", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/cleaning:1" } },
      { hostname = "score", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/scoring:1" } },
    ]
  }

  expect_failures = [var.containers]
}

run "refuses_a_container_without_image" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact = null
    image    = null
    containers = [
      { hostname = "clean", image = {} },
      { hostname = "score", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/scoring:1" } },
    ]
  }

  expect_failures = [var.containers]
}

run "refuses_a_container_image_outside_ecr" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact = null
    image    = null
    containers = [
      { hostname = "clean", image = { uri = "docker.io/library/python:3.13" } },
      { hostname = "score", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/scoring:1" } },
    ]
  }

  expect_failures = [var.containers]
}

run "refuses_a_container_with_an_empty_artifact" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact = null
    image    = null
    containers = [
      { hostname = "clean", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/cleaning:1" }, artifact = {} },
      { hostname = "score", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/scoring:1" } },
    ]
  }

  expect_failures = [var.containers]
}

run "refuses_a_containers_missing_file" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact = null
    image    = null
    containers = [
      { hostname = "clean", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/cleaning:1" }, artifact = { file = "files/missing.tar.gz" } },
      { hostname = "score", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/scoring:1" } },
    ]
  }

  expect_failures = [var.containers]
}

run "refuses_an_unknown_execution_mode" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact = null
    image    = null
    containers = [
      { hostname = "clean", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/cleaning:1" } },
      { hostname = "score", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/scoring:1" } },
    ]
    execution_mode = "Parallel"
  }

  expect_failures = [var.execution_mode]
}

run "refuses_to_choose_from_one_container" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    execution_mode = "Direct"
  }

  expect_failures = [var.execution_mode]
}

run "refuses_a_package_by_name" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact = null
    image    = null
    package  = { arn = "churn/7" }
  }

  expect_failures = [var.package]
}

run "refuses_a_vpc_without_subnets" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    vpc = { subnet_ids = [], security_group_ids = ["sg-0e3f"] }
  }

  expect_failures = [var.vpc]
}

run "refuses_a_vpc_without_security_groups" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    vpc = { subnet_ids = ["subnet-0a1b"], security_group_ids = [] }
  }

  expect_failures = [var.vpc]
}
