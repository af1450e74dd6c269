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
  target = data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

variables {
  github       = { repository = "example-org/example" }
  stacks       = ["bike-rental", "breast-cancer"]
  environments = { dev = {}, prod = { github_environment = "production" } }
}

run "keeps_states_in_a_guarded_bucket" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  assert {
    condition     = aws_s3_bucket.state.bucket == "model-endpoint-api-state-123456789012-eu-west-1" && !aws_s3_bucket.state.force_destroy
    error_message = "Named after account and region, and not emptied by destroy."
  }

  assert {
    condition     = one(aws_s3_bucket_versioning.state.versioning_configuration).status == "Enabled"
    error_message = "Every version of a state is kept."
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.state.rule).apply_server_side_encryption_by_default).sse_algorithm == "aws:kms" && aws_kms_key.state["state"].enable_key_rotation
    error_message = "Under a key of its own that is rotated."
  }

  assert {
    condition     = aws_s3_bucket_public_access_block.state.block_public_policy && aws_s3_bucket_public_access_block.state.restrict_public_buckets
    error_message = "Nothing of it can be public."
  }

  assert {
    condition     = data.aws_iam_policy_document.state_bucket.statement[*].sid == tolist(["RefusePlainHttp", "RefuseOtherEncryption", "RefuseOtherKeys", "KeepStates"])
    error_message = "TLS only, its own key only, and nothing is deleted."
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.state["state"].rule[0].noncurrent_version_expiration[0].newer_noncurrent_versions == 20 && aws_s3_bucket_lifecycle_configuration.state["state"].rule[0].noncurrent_version_expiration[0].noncurrent_days == 365
    error_message = "An old state goes after a year, if twenty newer ones are there."
  }

  assert {
    condition     = length(aws_s3_bucket_logging.state) == 0
    error_message = "No access log unless one is asked for."
  }

  assert {
    condition     = terraform_data.protection.input.protected
    error_message = "A destroy is refused."
  }
}

run "lifts_the_protection_knowingly" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    deletion_protection = false
    state_bucket        = { own_key = false, access_log = { bucket = "logs" }, lifecycle_rules = false }
  }

  assert {
    condition     = aws_s3_bucket.state.force_destroy && !terraform_data.protection.input.protected
    error_message = "A destroy empties the bucket."
  }

  assert {
    condition     = [for s in jsondecode(data.aws_iam_policy_document.state_bucket.json).Statement : s.Sid] == ["RefusePlainHttp"]
    error_message = "What was protected may be deleted, and there is no key to insist on."
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.state.rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256" && length(aws_kms_key.state) == 0
    error_message = "S3's own keys."
  }

  assert {
    condition     = aws_s3_bucket_logging.state["state"].target_prefix == "state/" && length(aws_s3_bucket_lifecycle_configuration.state) == 0
    error_message = "Its access log, and no lifecycle rules."
  }
}

run "trusts_pull_requests_to_plan_and_the_environment_to_apply" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    github = { repository = "example-org/example", plan_branches = ["main", "release/*"] }
  }

  assert {
    condition     = jsondecode(data.aws_iam_policy_document.trust["plan-dev"].json).Statement[0].Condition.StringLike["token.actions.githubusercontent.com:sub"] == ["repo:example-org/example:pull_request", "repo:example-org/example:ref:refs/heads/main", "repo:example-org/example:ref:refs/heads/release/*"]
    error_message = "Pull requests and these branches plan."
  }

  assert {
    condition     = jsondecode(data.aws_iam_policy_document.trust["apply-prod"].json).Statement[0].Condition.StringEquals == { "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com", "token.actions.githubusercontent.com:sub" = "repo:example-org/example:environment:production" }
    error_message = "Only jobs in the protected environment apply."
  }

  assert {
    condition     = aws_iam_role.pipeline["apply-dev"].max_session_duration == 14400 && aws_iam_role.pipeline["plan-dev"].max_session_duration == 3600
    error_message = "An apply may wait for canaries."
  }

  assert {
    condition     = aws_iam_role.pipeline["apply-dev"].path == "/model-endpoint-api/"
    error_message = "Where no stack can make a role."
  }
}

run "uses_the_accounts_provider" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    github = { repository = "example-org/example", oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com", subject_prefix = "repository_id:42" }
  }

  assert {
    condition     = length(aws_iam_openid_connect_provider.github) == 0
    error_message = "An account takes only one."
  }

  assert {
    condition     = jsondecode(data.aws_iam_policy_document.trust["apply-dev"].json).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"] == "repository_id:42:environment:dev"
    error_message = "Subjects as the organisation has them."
  }
}

run "gives_extras_only_where_they_are_asked_for" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    environments = {
      dev   = {}
      stage = { extras = ["iam_routes", "token_secrets"], stacks = ["bike-rental"], region = "us-east-1", github_environment = "rehearsal" }
      prod  = { extras = ["waf", "domain", "vpc", "customer_keys", "code_signing"], region = "us-east-1" }
    }
  }

  assert {
    condition     = !contains(keys(aws_iam_policy.this), "dev-extras") && contains(keys(aws_iam_policy.this), "prod-extras")
    error_message = "A policy of its own."
  }

  assert {
    condition     = !contains(keys(aws_iam_role_policy_attachment.this), "plan-prod-extras")
    error_message = "And only to apply."
  }

  assert {
    condition     = { for key, document in data.aws_iam_policy_document.boundary : key => [for s in jsondecode(document.json).Statement : s.Sid if contains(["UseKeysThroughServices", "DecryptVariables", "JoinNetworks", "FindNetworks"], s.Sid)] } == { dev = [], stage = [], prod = ["UseKeysThroughServices", "DecryptVariables", "JoinNetworks", "FindNetworks"] }
    error_message = "The boundary knows them too."
  }

  assert {
    condition = { for s in jsondecode(data.aws_iam_policy_document.boundary["prod"].json).Statement : s.Sid => s.Condition if contains(["UseKeysThroughServices", "DecryptVariables", "JoinNetworks"], s.Sid) } == {
      UseKeysThroughServices = { StringEquals = { "kms:ViaService" = ["lambda.us-east-1.amazonaws.com", "s3.us-east-1.amazonaws.com", "sns.us-east-1.amazonaws.com"] } }
      DecryptVariables       = { StringLike = { "kms:EncryptionContext:aws:lambda:FunctionArn" = flatten([for stack in ["bike-rental", "breast-cancer"] : [for end in ["", ":*", "-*"] : "*:123456789012:function:${stack}-prod${end}"]]) } }
      JoinNetworks           = { Null = { "lambda:SourceFunctionArn" = "true" } }
    }
    error_message = "Keys through services and for the functions' variables, networks not by the functions' own code."
  }

  assert {
    condition     = alltrue([for arn in local.functions["prod"] : startswith(arn, "arn:aws:lambda:us-east-1:")])
    error_message = "In the region of the environment."
  }

  assert {
    condition     = { for key, document in data.aws_iam_policy_document.read_more : key => flatten([for s in jsondecode(document.json).Statement : s.Resource if s.Sid == "CallSignedRoutes"]) } == { dev = [], stage = ["arn:aws:execute-api:us-east-1:123456789012:*/*"], prod = [] }
    error_message = "The smoke test signs for routes of kind iam, in that environment alone."
  }

  assert {
    condition     = { for key, document in data.aws_iam_policy_document.read_more : key => flatten([for s in jsondecode(document.json).Statement : s.Resource if s.Sid == "ReadLoginsOfSmokeTests"]) } == { dev = [], stage = ["arn:aws:secretsmanager:us-east-1:123456789012:secret:bike-rental-stage-smoke-test-??????"], prod = [] }
    error_message = "And logs in for those that ask for a token, by that secret alone."
  }

  assert {
    condition     = !contains(keys(aws_iam_policy.this), "stage-extras")
    error_message = "To call writes nothing."
  }

  assert {
    condition     = { for name, value in output.github.variables : name => value if !startswith(name, "PLAN_ROLE") } == { AWS_REGION = "eu-west-1", AWS_REGION_STAGE = "us-east-1", AWS_REGION_PROD = "us-east-1", ENVIRONMENT_STAGE = "rehearsal" }
    error_message = "The workflows learn where an environment differs."
  }
}

run "refuses_more_stacks_than_a_policy_holds" {
  command = plan

  module {
    source = "../../../infra/bootstrap"
  }

  variables {
    environments = { dev = {} }
    stacks       = [for number in range(60) : "model-number-${number}-with-a-long-name-x"]
  }

  expect_failures = [aws_iam_policy.this, aws_iam_policy.boundary]
}
