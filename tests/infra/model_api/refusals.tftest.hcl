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

run "refuses_a_zip_of_another_contract" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    package = { zip = "files/function.txt", manifest = "files/stale_manifest.json" }
  }

  expect_failures = [terraform_data.artefacts]
}

run "refuses_a_document_of_another_contract" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    openapi_file = "files/stale_openapi.json"
  }

  expect_failures = [terraform_data.artefacts]
}

run "refuses_a_model_of_other_features" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    model = {
      artifact = { file = "files/reordered.tar.gz" }
      image    = { prebuilt = { repository_name = "sagemaker-xgboost", tag = "3.0-5" } }
    }
  }

  expect_failures = [terraform_data.artefacts]
}

run "refuses_an_artifact_that_was_swapped" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    model = {
      artifact = { file = "files/swapped.tar.gz" }
      image    = { prebuilt = { repository_name = "sagemaker-xgboost", tag = "3.0-5" } }
    }
  }

  expect_failures = [terraform_data.artefacts]
}

run "refuses_a_model_beside_an_existing_endpoint" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    endpoint = { existing_name = "rentals" }
  }

  expect_failures = [var.model]
}

run "refuses_two_kinds_of_endpoint" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    endpoint = { serverless = {}, instances = { type = "ml.m6i.large" } }
  }

  expect_failures = [var.endpoint]
}

run "refuses_wrong_names_and_files" {
  command = plan

  module {
    source = "../../../infra/modules/model_api"
  }

  variables {
    # a name in capitals
    name = "PumpFailure"

    # a contract that is not there
    contract_file = "files/none.json"

    # a document that is not there
    openapi_file = "files/none.json"

    # a package that is not there
    package = { zip = "files/none.zip", manifest = "files/manifest.json" }

    # origins beside an API of its own
    cors_allow_origins = ["https://app.example.com"]
  }

  expect_failures = [
    var.contract_file,
    var.cors_allow_origins,
    var.name,
    var.openapi_file,
    var.package,
  ]
}
