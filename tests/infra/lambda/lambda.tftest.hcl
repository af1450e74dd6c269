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
  name     = "bike-rental-test"
  role_arn = "arn:aws:iam::123456789012:role/bike-rental-test-lambda"
  package  = { zip = "files/function.txt", manifest = "files/manifest.json" }
  settings = { endpoint_name = "bike-rental-test" }
}

run "takes_runtime_architecture_and_handler_from_the_manifest" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  assert {
    condition     = aws_lambda_function.this.runtime == "python3.13" && aws_lambda_function.this.architectures == tolist(["arm64"]) && aws_lambda_function.this.handler == "scoring.handler.handle"
    error_message = "The manifest decides how the zip is run."
  }

  assert {
    condition     = aws_lambda_function.this.source_code_hash == "w1XBtbU1nLmSL/buLVgcsCihIHuiYCrTDh9CsILb4ts=" && output.function_code_sha256 == "w1XBtbU1nLmSL/buLVgcsCihIHuiYCrTDh9CsILb4ts="
    error_message = "The hash is that of the zip, as openssl dgst -sha256 -binary | base64 gives it."
  }
}

run "publishes_behind_the_alias_live" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  assert {
    condition     = aws_lambda_function.this.publish == true && aws_lambda_alias.live.name == "live" && output.alias_name == "live"
    error_message = "Each change is a version, and live points at it."
  }

  assert {
    condition     = aws_cloudwatch_log_group.this.name == "/aws/lambda/bike-rental-test" && aws_cloudwatch_log_group.this.retention_in_days == 30
    error_message = "The log group is made with a retention."
  }

  assert {
    condition     = aws_lambda_function.this.tracing_config[0].mode == "Active" && aws_lambda_function.this.reserved_concurrent_executions == -1 && aws_lambda_function.this.timeout == 28
    error_message = "Defaults: traced, unreserved, 28 s."
  }
}

run "sets_the_environment_that_the_function_reads" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  assert {
    condition     = aws_lambda_function.this.environment[0].variables == tomap({ ENDPOINT_NAME = "bike-rental-test", MODEL_TIMEOUT_SECONDS = "12", METRICS_NAMESPACE = "ModelEndpointApi", LOG_LEVEL = "INFO", OPENBLAS_NUM_THREADS = "1" })
    error_message = "Nothing more than what is needed."
  }
}

run "passes_settings_and_further_variables_on" {
  command = plan

  module {
    source = "../../../infra/modules/lambda"
  }

  variables {
    settings = {
      endpoint_name         = "bike-rental-test"
      model_timeout_seconds = 2.5
      cors_allow_origins    = ["https://app.example.com", "http://localhost:8080"]
      metrics_namespace     = "Rentals"
      log_level             = "DEBUG"
      contract_file         = "contracts/bike-rental.json"

      feature_log_sample_rate = 0.05
    }
    environment          = { OPENBLAS_NUM_THREADS = "2", TEAM = "rentals" }
    reserved_concurrency = 20
    tracing              = false
  }

  assert {
    condition     = aws_lambda_function.this.environment[0].variables == tomap({ ENDPOINT_NAME = "bike-rental-test", MODEL_TIMEOUT_SECONDS = "2.5", METRICS_NAMESPACE = "Rentals", LOG_LEVEL = "DEBUG", OPENBLAS_NUM_THREADS = "2", TEAM = "rentals", CORS_ALLOW_ORIGINS = "https://app.example.com,http://localhost:8080", CONTRACT_FILE = "contracts/bike-rental.json", FEATURE_LOG_SAMPLE_RATE = "0.05" })
    error_message = "Every setting reaches its variable."
  }

  assert {
    condition     = aws_lambda_function.this.reserved_concurrent_executions == 20 && aws_lambda_function.this.tracing_config[0].mode == "PassThrough"
    error_message = "Concurrency and tracing follow the variables."
  }
}
