# The boundary of environments by their extras, and in each the two roles of a stack that uses customer keys and VPCs.
# Only planned: test_bootstrap_boundary.py judges the policies in the plan.
locals {
  environments = {
    plain  = []
    vpc    = ["vpc"]
    keys   = ["customer_keys"]
    both   = ["customer_keys", "vpc"]
    others = ["code_signing", "domain", "iam_routes", "token_secrets", "waf"]
  }
  account = "123456789012"
  region  = "eu-west-1"
  key     = "arn:aws:kms:${local.region}:${local.account}:key/11111111-2222-3333-4444-555555555555"
  vpc     = { subnet_ids = ["subnet-0a1"], security_group_ids = ["sg-0b2"] }
  names   = { for environment in keys(local.environments) : environment => "bike-rental-${environment}" }
}

module "bootstrap" {
  source = "../../../infra/bootstrap"

  github       = { repository = "example-org/example" }
  stacks       = ["bike-rental", "breast-cancer"]
  environments = { for environment, extras in local.environments : environment => { extras = extras } }
  state_bucket = { own_key = false, lifecycle_rules = false }
}

module "roles" {
  source   = "../../../infra/modules/iam"
  for_each = local.names

  name = each.value
  lambda = {
    endpoint_arn  = "arn:aws:sagemaker:${local.region}:${local.account}:endpoint/${each.value}"
    log_group_arn = "arn:aws:logs:${local.region}:${local.account}:log-group:/aws/lambda/${each.value}"
    kms_key_arn   = local.key
    vpc           = local.vpc
  }
  sagemaker = {
    artifact_read_arns    = ["arn:aws:s3:::${each.value}-artifacts-1/models/*"]
    image_repository_arns = ["arn:aws:ecr:${local.region}:141502667606:repository/sagemaker-xgboost"]
    log_group_arn         = "arn:aws:logs:${local.region}:${local.account}:log-group:/aws/sagemaker/Endpoints/${each.value}"
    kms_key_arns          = [local.key]
    vpc                   = local.vpc
    async = {
      input_read_arns   = ["arn:aws:s3:::${each.value}-artifacts-1/requests/*"]
      output_write_arns = ["arn:aws:s3:::${each.value}-artifacts-1/answers/*"]
      topic_arns        = ["arn:aws:sns:${local.region}:${local.account}:${each.value}-answered"]
    }
  }
}
