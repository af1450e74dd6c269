mock_provider "aws" {
  source = "../mocks"
}

variables {
  name          = "pump-failure-test"
  contract_file = "files/contract.json"
  openapi_file  = "files/openapi.json"
  package       = { zip = "files/function.txt", manifest = "files/manifest.json" }
  model = {
    artifact = { file = "files/artifact.txt" }
    image    = { prebuilt = { repository_name = "sagemaker-xgboost", tag = "3.0-5" } }
  }
  api = { clients = { tester = {} } }
}


run "refuses_a_variant_whose_name_is_too_long" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    endpoint = { instances = { type = "ml.m6i.large" }, further_variants = { ChallengerOfTheThirdQuarter = { model = { image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/serving:7" }, artifact = { s3_uri = "s3://artifacts/next/model.tar.gz" } }, instances = { type = "ml.m6i.large" } } } }
  }

  expect_failures = [var.endpoint]
}

run "refuses_many_models_without_target" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    model = {
      image       = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/serving:7" }
      multi_model = { artifact_prefix = "s3://artifacts/shops/" }
    }
    endpoint = { instances = { type = "ml.m6i.large" } }
  }

  expect_failures = [var.model]
}

run "refuses_containers_without_target" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    model = {
      containers     = [{ hostname = "big", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/serving:7" } }, { hostname = "small", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/serving:7" } }]
      execution_mode = "Direct"
    }
    endpoint = { instances = { type = "ml.m6i.large" } }
  }

  expect_failures = [var.model]
}

run "refuses_a_serverless_pipeline" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    model = {
      containers     = [{ hostname = "big", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/serving:7" } }, { hostname = "small", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/serving:7" } }]
      execution_mode = "Serial"
    }
  }

  expect_failures = [var.model]
}

run "refuses_a_shadow_of_a_pipeline" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    model = {
      containers     = [{ hostname = "big", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/serving:7" } }, { hostname = "small", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/serving:7" } }]
      execution_mode = "Serial"
    }
    endpoint = { instances = { type = "ml.m6i.large" }, shadow_variant = { model = { image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/serving:7" }, artifact = { s3_uri = "s3://artifacts/next/model.tar.gz" } }, instances = { type = "ml.m6i.large" } } }
  }

  expect_failures = [var.model]
}

run "refuses_to_capture_many_models" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    model = {
      image       = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/serving:7" }
      multi_model = { artifact_prefix = "s3://artifacts/shops/" }
    }
    endpoint = { instances = { type = "ml.m6i.large" }, target_model = "north/model.tar.gz", data_capture = { destination_s3_uri = "s3://captured/x" } }
  }

  expect_failures = [var.model]
}

run "refuses_a_target_among_one_model" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    endpoint = { instances = { type = "ml.m6i.large" }, target_model = "north/model.tar.gz" }
  }

  expect_failures = [var.model]
}

run "refuses_a_target_in_a_single_container" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    endpoint = { instances = { type = "ml.m6i.large" }, target_container = "small" }
  }

  expect_failures = [var.model]
}

run "refuses_a_target_that_is_no_container" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    model = {
      containers     = [{ hostname = "big", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/serving:7" } }, { hostname = "small", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/serving:7" } }]
      execution_mode = "Direct"
    }
    endpoint = { instances = { type = "ml.m6i.large" }, target_container = "tiny" }
  }

  expect_failures = [var.model]
}

run "refuses_two_kinds_of_target" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    model    = null
    endpoint = { existing_name = "shared", target_model = "north/model.tar.gz", target_container = "small" }
  }

  expect_failures = [var.endpoint]
}

run "refuses_a_target_model_by_its_path" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    model    = null
    endpoint = { existing_name = "shared", target_model = "/north/model.tar.gz" }
  }

  expect_failures = [var.endpoint]
}

run "refuses_a_target_container_that_is_no_name" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    model    = null
    endpoint = { existing_name = "shared", target_container = "small one" }
  }

  expect_failures = [var.endpoint]
}
