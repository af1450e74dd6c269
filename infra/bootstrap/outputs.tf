output "state_bucket" {
  description = "Name of the bucket that keeps the states."
  value       = aws_s3_bucket.state.id
}

output "state_key_arn" {
  description = "ARN of the key that encrypts the states; null with S3's own keys."
  value       = local.state_key
}

output "oidc_provider_arn" {
  description = "ARN of the account's provider for GitHub's tokens."
  value       = local.oidc_provider_arn
}

output "plan_role_arns" {
  description = "Environment → role that pull requests and branches take to plan."
  value       = { for key in keys(local.environments) : key => aws_iam_role.pipeline["plan-${key}"].arn }

  depends_on = [aws_iam_role_policy_attachment.this]
}

output "apply_role_arns" {
  description = "Environment → role that jobs in its protected environment take to apply."
  value       = { for key in keys(local.environments) : key => aws_iam_role.pipeline["apply-${key}"].arn }

  depends_on = [aws_iam_role_policy_attachment.this]
}

output "permissions_boundary_arns" {
  description = "Environment → policy that its stacks' roles must carry: the stacks' variable permissions_boundary_arn."
  value       = { for key in keys(local.environments) : key => aws_iam_policy.boundary[key].arn }
}

output "backends" {
  description = "Stack/environment → text of infra/stacks/<stack>/env/<environment>.s3.tfbackend; `make bootstrap ARGS=--write` writes it there."
  value = merge([
    for key, environment in local.environments : {
      for stack in environment.stacks : "${stack}/${key}" => join("\n", concat(
        [
          "# Written by make bootstrap. terraform init -backend-config=env/${key}.s3.tfbackend",
          "# Boundary of the stack's roles, which env/${key}.tfvars must name: ${local.boundary_arns[key]}",
          "bucket = \"${aws_s3_bucket.state.id}\"",
          "key    = \"${stack}/${key}.tfstate\"",
          "region = \"${local.region}\"",
        ],
        [for arn in values(aws_kms_key.state)[*].arn : "kms_key_id = \"${arn}\""],
        [""],
      ))
    }
  ]...)
}

output "github" {
  description = "What to put into the repository: `variables` for all workflows, and protected environment → its `variables`."
  value = {
    variables = merge(
      { AWS_REGION = local.region },
      { for key, environment in local.environments : "AWS_REGION_${upper(key)}" => environment.region if environment.region != local.region },
      { for key, environment in local.environments : "ENVIRONMENT_${upper(key)}" => environment.github_environment if environment.github_environment != key },
      { for key in keys(local.environments) : "PLAN_ROLE_ARN_${upper(key)}" => aws_iam_role.pipeline["plan-${key}"].arn },
    )
    environments = {
      for key, environment in local.environments : environment.github_environment => {
        AWS_REGION     = environment.region
        APPLY_ROLE_ARN = aws_iam_role.pipeline["apply-${key}"].arn
      }
    }
  }
}
