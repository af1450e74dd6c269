mock_provider "aws" {
  source = "../mocks"
}

variables {
  name = "bike-rental-test"
  sagemaker = {
    artifact_read_arns    = ["arn:aws:s3:::artifacts/models/bike-rental-test/*"]
    image_repository_arns = ["arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost"]
    log_group_arn         = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/sagemaker/Endpoints/bike-rental-test"
  }
  lambda = {
    endpoint_arn  = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/bike-rental-test"
    log_group_arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/bike-rental-test"
  }
}

run "refuses_a_name_ending_in_a_hyphen" {
  command = plan

  module {
    source = "../../../infra/modules/iam"
  }

  variables {
    name = "bike-rental-"
  }

  expect_failures = [var.name]
}

run "refuses_every_object_of_every_bucket" {
  command = plan

  module {
    source = "../../../infra/modules/iam"
  }

  variables {
    sagemaker = {
      artifact_read_arns    = ["arn:aws:s3:::*/*"]
      image_repository_arns = ["arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost"]
      log_group_arn         = "arn:aws:logs:eu-west-1:123456789012:log-group:x"
    }
  }

  expect_failures = [var.sagemaker]
}

run "refuses_every_object_of_a_bucket" {
  command = plan

  module {
    source = "../../../infra/modules/iam"
  }

  variables {
    sagemaker = {
      artifact_read_arns    = ["arn:aws:s3:::artifacts/*"]
      image_repository_arns = ["arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost"]
      log_group_arn         = "arn:aws:logs:eu-west-1:123456789012:log-group:x"
    }
  }

  expect_failures = [var.sagemaker]
}

run "refuses_capture_to_any_bucket" {
  command = plan

  module {
    source = "../../../infra/modules/iam"
  }

  variables {
    sagemaker = {
      artifact_read_arns      = ["arn:aws:s3:::artifacts/models/*"]
      image_repository_arns   = ["arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost"]
      log_group_arn           = "arn:aws:logs:eu-west-1:123456789012:log-group:x"
      data_capture_write_arns = ["*"]
    }
  }

  expect_failures = [var.sagemaker]
}

run "refuses_every_repository" {
  command = plan

  module {
    source = "../../../infra/modules/iam"
  }

  variables {
    sagemaker = {
      artifact_read_arns    = ["arn:aws:s3:::artifacts/models/*"]
      image_repository_arns = ["arn:aws:ecr:eu-west-1:141502667606:repository/*"]
      log_group_arn         = "arn:aws:logs:eu-west-1:123456789012:log-group:x"
    }
  }

  expect_failures = [var.sagemaker]
}

run "refuses_every_endpoint" {
  command = plan

  module {
    source = "../../../infra/modules/iam"
  }

  variables {
    lambda = {
      endpoint_arn  = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/*"
      log_group_arn = "arn:aws:logs:eu-west-1:123456789012:log-group:x"
    }
  }

  expect_failures = [var.lambda]
}

run "refuses_to_list_a_whole_bucket" {
  command = plan

  module {
    source = "../../../infra/modules/iam"
  }

  variables {
    sagemaker = {
      artifact_read_arns    = ["arn:aws:s3:::artifacts/models/*"]
      image_repository_arns = ["arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost"]
      log_group_arn         = "arn:aws:logs:eu-west-1:123456789012:log-group:x"
      artifact_list_arns    = ["arn:aws:s3:::artifacts/*"]
    }
  }

  expect_failures = [var.sagemaker]
}

run "refuses_every_topic" {
  command = plan

  module {
    source = "../../../infra/modules/iam"
  }

  variables {
    sagemaker = {
      artifact_read_arns    = ["arn:aws:s3:::artifacts/models/*"]
      image_repository_arns = ["arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost"]
      log_group_arn         = "arn:aws:logs:eu-west-1:123456789012:log-group:x"
      async                 = { input_read_arns = ["arn:aws:s3:::a/in/*"], output_write_arns = ["arn:aws:s3:::a/out/*"], topic_arns = ["arn:aws:sns:eu-west-1:123456789012:*"] }
    }
  }

  expect_failures = [var.sagemaker]
}

run "refuses_asynchronous_answers_in_any_bucket" {
  command = plan

  module {
    source = "../../../infra/modules/iam"
  }

  variables {
    sagemaker = {
      artifact_read_arns    = ["arn:aws:s3:::artifacts/models/*"]
      image_repository_arns = ["arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost"]
      log_group_arn         = "arn:aws:logs:eu-west-1:123456789012:log-group:x"
      async                 = { input_read_arns = ["arn:aws:s3:::a/in/*"], output_write_arns = ["*"] }
    }
  }

  expect_failures = [var.sagemaker]
}

run "refuses_every_subnet" {
  command = plan

  module {
    source = "../../../infra/modules/iam"
  }

  variables {
    sagemaker = {
      artifact_read_arns    = ["arn:aws:s3:::artifacts/models/*"]
      image_repository_arns = ["arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost"]
      log_group_arn         = "arn:aws:logs:eu-west-1:123456789012:log-group:x"
      vpc                   = { subnet_ids = ["*"], security_group_ids = ["sg-0123"] }
    }
  }

  expect_failures = [var.sagemaker]
}
