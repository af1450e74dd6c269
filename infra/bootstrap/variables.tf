variable "name" {
  description = "First part of the names of all that is made here: the bucket, the roles' path, the policies."
  type        = string
  nullable    = false
  default     = "model-endpoint-api"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "name must be 3 to 24 lower-case letters, digits and hyphens, a letter first and no hyphen last."
  }
}

variable "region" {
  description = "Region of the bucket, and of the environments that name none. Left out, the one of the environment (AWS_REGION) or the profile."
  type        = string
  default     = null
}

variable "stacks" {
  description = "Stacks whose pipelines get roles: directories of infra/stacks. What a stack makes is called <stack>-<environment>, and the roles reach that alone."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.stacks) > 0
    error_message = "Name at least one stack, such as bike-rental."
  }

  validation {
    condition     = alltrue([for stack in var.stacks : can(regex("^[a-z][a-z0-9-]*[a-z0-9]$", stack))])
    error_message = "stacks are names of lower-case letters, digits and hyphens, such as bike-rental."
  }
}

variable "environments" {
  description = <<-EOT
    Environment of the stacks (env/<environment>.tfvars) → how its pipeline works.
    - `github_environment`: protected environment of the repository whose jobs may apply; left out, the environment's own name.
    - `stacks`: the stacks that live in it; left out, all of them.
    - `region`: where they live; left out, the bucket's region.
    - `buckets`: existing buckets for artifacts, captured data and asynchronous answers that the stacks use.
    - `existing_endpoints`: SageMaker endpoints of somebody else that the functions invoke.
    - `hosted_zones`: ids of the Route 53 zones in which its domains get their records; left out, any of the account.
    - `truststores`: objects, s3://bucket/key, with the certificates that its domains trust (api.domain.mutual_tls).
    - `extras`: what its stacks use beyond model, endpoint, function, API and alarms: `waf`, `domain`, `vpc`, `customer_keys`, `code_signing`, `iam_routes`, `token_secrets`.
  EOT
  type = map(object({
    github_environment = optional(string)
    stacks             = optional(set(string))
    region             = optional(string)
    buckets            = optional(set(string), [])
    existing_endpoints = optional(set(string), [])
    hosted_zones       = optional(set(string), [])
    truststores        = optional(set(string), [])
    extras             = optional(set(string), [])
  }))
  nullable = false

  validation {
    condition     = length(var.environments) > 0
    error_message = "Name at least one environment, such as dev = {}."
  }

  validation {
    condition     = alltrue([for environment in keys(var.environments) : can(regex("^[a-z0-9]{1,12}$", environment))])
    error_message = "An environment's name is 1 to 12 lower-case letters or digits, as in the stacks."
  }

  validation {
    condition     = alltrue([for environment in values(var.environments) : length(setsubtract(coalesce(environment.stacks, []), var.stacks)) == 0])
    error_message = "environments[*].stacks are some of the variable stacks."
  }

  validation {
    condition     = alltrue([for environment in values(var.environments) : length(setsubtract(environment.extras, ["code_signing", "customer_keys", "domain", "iam_routes", "token_secrets", "vpc", "waf"])) == 0])
    error_message = "environments[*].extras are some of waf, domain, vpc, customer_keys, code_signing, iam_routes and token_secrets."
  }

  validation {
    condition     = alltrue([for environment in values(var.environments) : alltrue([for bucket in environment.buckets : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", bucket))])])
    error_message = "environments[*].buckets are names of buckets, without s3:// and without *."
  }

  validation {
    condition     = alltrue([for environment in values(var.environments) : alltrue([for endpoint in environment.existing_endpoints : can(regex("^[a-zA-Z0-9-]{1,63}$", endpoint))])])
    error_message = "environments[*].existing_endpoints are names of endpoints, without *."
  }

  validation {
    condition     = alltrue([for environment in values(var.environments) : alltrue([for zone in environment.hosted_zones : can(regex("^[A-Z0-9]{1,32}$", zone))])])
    error_message = "environments[*].hosted_zones are ids of Route 53 zones, such as Z0123456789ABCDEFGHIJ, without /hostedzone/ and without *."
  }

  validation {
    condition     = alltrue([for environment in values(var.environments) : alltrue([for object in environment.truststores : can(regex("^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/[^*?]+$", object))])])
    error_message = "environments[*].truststores are objects, s3://bucket/key, without *."
  }

  validation {
    condition     = length(distinct([for key, environment in var.environments : coalesce(environment.github_environment, key)])) == length(var.environments)
    error_message = "Two environments share a github_environment: each needs one of its own, or the one's approval lets the other be changed."
  }

  # bike-rental of dev makes bike-rental-dev and bike-rental-dev-…
  validation {
    condition = length(setintersection(
      flatten([for key, environment in var.environments : [for stack in coalesce(environment.stacks, var.stacks) : [for parts in range(1, length(split("-", stack)) + 1) : join("-", slice(split("-", "${stack}-${key}"), 0, parts))]]]),
      flatten([for key, environment in var.environments : [for stack in coalesce(environment.stacks, var.stacks) : "${stack}-${key}"]]),
    )) == 0
    error_message = "The name of one stack and environment begins another's, as bike-dev does bike-dev-tools-prod: the roles could not keep them apart. Rename one."
  }
}

variable "github" {
  description = <<-EOT
    Repository whose workflows take the roles.
    - `repository`: ORG/REPO.
    - `plan_branches`: branches whose workflows may plan, `*` in a name for any text; pull requests may always. Pull requests from forks get no token of GitHub's.
    - `oidc_provider_arn`: the account's provider for GitHub's tokens, where it has one already: an account takes only one.
    - `subject_prefix`: how the tokens' `sub` begins, where an organisation has changed it; left out, repo:ORG/REPO.
    - `host`: who signs the tokens; another on GitHub Enterprise Server.
  EOT
  type = object({
    repository        = string
    plan_branches     = optional(set(string), ["*"])
    oidc_provider_arn = optional(string)
    subject_prefix    = optional(string)
    host              = optional(string, "token.actions.githubusercontent.com")
  })
  nullable = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$", var.github.repository))
    error_message = "github.repository is ORG/REPO, without *."
  }

  validation {
    condition     = alltrue([for branch in var.github.plan_branches : can(regex("^[A-Za-z0-9._/*-]+$", branch))])
    error_message = "github.plan_branches are names of branches without refs/heads/, such as main or release/*."
  }

  validation {
    condition     = var.github.oidc_provider_arn == null || can(regex("^arn:[a-z-]+:iam::[0-9]{12}:oidc-provider/.+$", var.github.oidc_provider_arn))
    error_message = "github.oidc_provider_arn is the ARN of an IAM OIDC provider: arn:aws:iam::ACCOUNT:oidc-provider/token.actions.githubusercontent.com."
  }

  validation {
    condition     = var.github.subject_prefix == null || can(regex("^[^*?:]+:[^*?]+$", var.github.subject_prefix))
    error_message = "github.subject_prefix is how the tokens' sub begins, such as repo:ORG/REPO, without * and ?."
  }

  validation {
    condition     = can(regex("^[a-z0-9.-]+(/[A-Za-z0-9._/-]+)?$", var.github.host))
    error_message = "github.host is a host, with a path at most, without https://."
  }
}

variable "session_hours" {
  description = "Hours that a pipeline may work after it took a role: `plan`, and `apply`, which waits for canaries to bake and for which deploy.yml asks three hours."
  type = object({
    plan  = optional(number, 1)
    apply = optional(number, 4)
  })
  nullable = false
  default  = {}

  validation {
    condition     = alltrue([for hours in values(var.session_hours) : hours >= 1 && hours <= 12])
    error_message = "session_hours are 1 to 12, which is what IAM takes."
  }

  validation {
    condition     = var.session_hours.apply >= 3
    error_message = "session_hours.apply is 3 or more: deploy.yml asks for three hours (role-duration-seconds), so that no canary outlasts them."
  }
}

variable "state_bucket" {
  description = <<-EOT
    Bucket that keeps the states of all stacks and of this root, every version of them.
    - `name`: unique in the world; left out, <name>-state-<account>-<region>.
    - `own_key`: encrypt with a KMS key made here, rotated every year (about 1 USD a month); false for S3's own keys.
    - `noncurrent_version_days` and `noncurrent_versions`: an older version of a state goes when it is older than this and so many newer old ones exist.
    - `access_log`: `bucket` and `prefix` where S3 writes who read and wrote; that bucket must let S3 do so.
    - `lifecycle_rules`: false leaves the rules out; S3 takes a minute to confirm them.
  EOT
  type = object({
    name                    = optional(string)
    own_key                 = optional(bool, true)
    noncurrent_version_days = optional(number, 365)
    noncurrent_versions     = optional(number, 20)
    access_log              = optional(object({ bucket = string, prefix = optional(string, "state/") }))
    lifecycle_rules         = optional(bool, true)
  })
  nullable = false
  default  = {}

  validation {
    condition     = var.state_bucket.name == null || can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.state_bucket.name))
    error_message = "state_bucket.name must be 3 to 63 lower-case letters, digits and hyphens; a dot breaks TLS to it."
  }

  validation {
    condition     = var.state_bucket.noncurrent_version_days >= 30
    error_message = "state_bucket.noncurrent_version_days must be 30 or more: an old state is what a bad apply is mended with."
  }

  validation {
    condition     = var.state_bucket.noncurrent_versions >= 1 && var.state_bucket.noncurrent_versions <= 100
    error_message = "state_bucket.noncurrent_versions must be 1 to 100, which is what S3 takes."
  }
}

variable "deletion_protection" {
  description = "Refuse to destroy the bucket with the states in it. To destroy all the same: set false, apply, destroy (README.md)."
  type        = bool
  nullable    = false
  default     = true
}

variable "account_logging" {
  description = "Sets the role with which API Gateway logs in this account and region, once for all stacks: `role_name`. null leaves what is set."
  type        = object({ role_name = optional(string) })
  default     = null
}

variable "tags" {
  description = "Tags of everything made here."
  type        = map(string)
  nullable    = false
  default     = {}
}
