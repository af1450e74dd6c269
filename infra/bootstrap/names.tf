# What the stacks of an environment make is called <stack>-<environment>, with something after a hyphen or not: a stack
# of several models calls each <stack>-<environment>-<model>.
# All ARNs are composed here, once.
data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  partition = data.aws_partition.current.partition
  suffix    = data.aws_partition.current.dns_suffix
  account   = data.aws_caller_identity.current.account_id
  region    = data.aws_region.current.id

  environments = {
    for key, environment in var.environments : key => merge(environment, {
      github_environment = coalesce(environment.github_environment, key)
      region             = coalesce(environment.region, local.region)
      stacks             = sort(coalesce(environment.stacks, var.stacks))
      names              = [for stack in sort(coalesce(environment.stacks, var.stacks)) : "${stack}-${key}"]
    })
  }

  # environment → service → how its ARNs begin
  prefixes = {
    for key, environment in local.environments : key => {
      for service in ["acm", "application-autoscaling", "cloudwatch", "ec2", "execute-api", "kms", "lambda", "logs", "sagemaker", "secretsmanager", "signer", "sns", "ssm", "wafv2"] :
      service => "arn:${local.partition}:${service}:${environment.region}:${local.account}"
    }
  }
  iam = "arn:${local.partition}:iam::${local.account}"
  s3  = "arn:${local.partition}:s3:::"
  api = { for key, environment in local.environments : key => "arn:${local.partition}:apigateway:${environment.region}::" }

  # `bike-rental-dev`, and what begins with `bike-rental-dev-`
  patterns = { for key, environment in local.environments : key => flatten([for name in environment.names : [name, "${name}-*"]]) }

  functions = { for key, environment in local.environments : key => flatten([for name in environment.names : [for end in ["", ":*", "-*"] : "${local.prefixes[key].lambda}:function:${name}${end}"]]) }
  endpoints = { for key, patterns in local.patterns : key => [for pattern in patterns : "${local.prefixes[key].sagemaker}:endpoint/${pattern}"] }
  configurations = {
    for key, environment in local.environments : key => [for name in environment.names : "${local.prefixes[key].sagemaker}:endpoint-config/${name}-*"]
  }
  models     = { for key, environment in local.environments : key => [for name in environment.names : "${local.prefixes[key].sagemaker}:model/${name}-*"] }
  alarms     = { for key, environment in local.environments : key => [for name in environment.names : "${local.prefixes[key].cloudwatch}:alarm:${name}-*"] }
  dashboards = { for key, patterns in local.patterns : key => [for pattern in patterns : "arn:${local.partition}:cloudwatch::${local.account}:dashboard/${pattern}"] }
  topics     = { for key, environment in local.environments : key => [for name in environment.names : "${local.prefixes[key].sns}:${name}-*"] }
  parameters = { for key, patterns in local.patterns : key => [for pattern in patterns : "${local.prefixes[key].ssm}:parameter/model-endpoint-api/${pattern}/*"] }
  # Secrets Manager appends a hyphen and six characters to a secret's name.
  token_secrets = { for key, environment in local.environments : key => [for name in environment.names : "${local.prefixes[key].secretsmanager}:secret:${name}-smoke-test-??????"] }
  roles         = { for key, environment in local.environments : key => [for name in environment.names : "${local.iam}:role/${name}-*"] }

  # Half of the actions on a group take its ARN with :* at the end.
  log_groups = {
    for key, environment in local.environments : key => flatten([
      for name in environment.names : [
        for group in ["/aws/lambda/${name}", "/aws/lambda/${name}-*", "/aws/sagemaker/Endpoints/${name}", "/aws/sagemaker/Endpoints/${name}-*", "/aws/apigateway/${name}/*"] :
        endswith(group, "*") ? ["${local.prefixes[key].logs}:log-group:${group}"] : ["${local.prefixes[key].logs}:log-group:${group}", "${local.prefixes[key].logs}:log-group:${group}:*"]
      ]
    ])
  }
  execution_log_groups = { for key, prefix in local.prefixes : key => "${prefix.logs}:log-group:API-Gateway-Execution-Logs_*" } # ids are API Gateway's to choose

  # As module model composes it: AWS appends 26 characters to bucket_prefix.
  artifact_buckets = { for key, environment in local.environments : key => [for name in environment.names : "${local.s3}${trimsuffix(substr(name, 0, 26), "-")}-artifacts-*"] }
  shared_buckets   = { for key, environment in local.environments : key => [for bucket in sort(environment.buckets) : "${local.s3}${bucket}"] }

  # API Gateway, KMS and the scaling targets choose their ids: there the stacks' default_tags tell environments apart.
  tag = "environment"
}
