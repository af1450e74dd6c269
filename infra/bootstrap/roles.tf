# Who may take the roles: workflows of one repository, by the token that GitHub signs for a run.
# https://docs.github.com/actions/reference/openid-connect-reference
locals {
  providers         = var.github.oidc_provider_arn == null ? { github = "https://${var.github.host}" } : {}
  oidc_provider_arn = coalesce(var.github.oidc_provider_arn, "${local.iam}:oidc-provider/${var.github.host}")
  subject           = coalesce(var.github.subject_prefix, "repo:${var.github.repository}")

  subjects = {
    plan = { for key in keys(local.environments) : key => concat(
      ["${local.subject}:pull_request"],
      [for branch in sort(var.github.plan_branches) : "${local.subject}:ref:refs/heads/${branch}"],
    ) }
    apply = { for key, environment in local.environments : key => ["${local.subject}:environment:${environment.github_environment}"] }
  }

  # "apply-dev" → what it is; an environment's name has no hyphen
  pipeline_roles = merge([
    for kind, subjects in local.subjects : { for key, values in subjects : "${kind}-${key}" => { kind = kind, environment = key, subjects = values } }
  ]...)
  path = "/${var.name}/" # no stack can make a role here: theirs lie at /
}

resource "aws_iam_openid_connect_provider" "github" {
  for_each = local.providers

  url            = each.value
  client_id_list = ["sts.${local.suffix}"]
}

data "aws_iam_policy_document" "trust" {
  for_each = local.pipeline_roles

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [local.oidc_provider_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "${var.github.host}:aud"
      values   = ["sts.${local.suffix}"]
    }

    condition {
      test     = each.value.kind == "plan" ? "StringLike" : "StringEquals"
      variable = "${var.github.host}:sub"
      values   = each.value.subjects
    }
  }
}

resource "aws_iam_role" "pipeline" {
  for_each = local.pipeline_roles

  name                 = "${var.name}-${each.key}"
  path                 = local.path
  description          = each.value.kind == "plan" ? "Pull requests of ${var.github.repository} plan ${each.value.environment}: read, change nothing" : "Jobs of ${var.github.repository} in the protected environment apply ${each.value.environment}"
  assume_role_policy   = data.aws_iam_policy_document.trust[each.key].json
  max_session_duration = 3600 * var.session_hours[each.value.kind]

  depends_on = [aws_iam_openid_connect_provider.github]
}

locals {
  # Policies of an environment by name: what both roles get, and what apply gets beside it.
  read_policies = {
    read  = data.aws_iam_policy_document.read
    lock  = data.aws_iam_policy_document.lock
    watch = data.aws_iam_policy_document.read_more
  }
  write_policies = {
    state         = data.aws_iam_policy_document.write_state
    endpoint      = data.aws_iam_policy_document.write_endpoint
    function      = data.aws_iam_policy_document.write_function
    api           = data.aws_iam_policy_document.write_api
    observability = data.aws_iam_policy_document.write_observability
    roles         = data.aws_iam_policy_document.write_roles
  }
  documents = merge(
    merge([for policy, documents in local.read_policies : { for key, document in documents : "${key}-${policy}" => { environment = key, kinds = ["plan", "apply"], json = document.json } }]...),
    merge([for policy, documents in local.write_policies : { for key, document in documents : "${key}-${policy}" => { environment = key, kinds = ["apply"], json = document.json } }]...),
    { for key, document in data.aws_iam_policy_document.write_extras : "${key}-extras" => { environment = key, kinds = ["apply"], json = document.json } },
  )
  attachments = merge([
    for policy, document in local.documents : { for kind in document.kinds : "${kind}-${policy}" => { role = "${kind}-${document.environment}", policy = policy } }
  ]...)
}

resource "aws_iam_policy" "this" {
  for_each = local.documents

  name        = "${var.name}-${each.key}"
  path        = local.path
  description = "Pipelines of ${each.value.environment}: ${split("-", each.key)[1]}"
  policy      = each.value.json

  lifecycle {
    precondition {
      condition     = length(replace(each.value.json, "/\\s/", "")) <= 6144
      error_message = "Policy ${each.key} is longer than the 6,144 characters that IAM takes: too many stacks. Bootstrap some of them under another name (variable name)."
    }
  }
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = local.attachments

  role       = aws_iam_role.pipeline[each.value.role].name
  policy_arn = aws_iam_policy.this[each.value.policy].arn
}
