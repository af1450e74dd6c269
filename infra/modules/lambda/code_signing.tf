resource "aws_lambda_code_signing_config" "this" {
  for_each = var.code_signing == null ? {} : { this = var.code_signing }

  description = "Who may sign the code of ${var.name}"
  tags        = var.tags

  allowed_publishers {
    signing_profile_version_arns = each.value.signing_profile_version_arns
  }

  policies {
    untrusted_artifact_on_deployment = each.value.untrusted
  }
}
