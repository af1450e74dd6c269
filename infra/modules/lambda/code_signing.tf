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

  # Else it would go before the function lets go of it, which Lambda refuses.
  lifecycle {
    create_before_destroy = true
  }
}

# What lies in a bucket may have changed since it was signed. Asked of the version that was published: the function's own
# code_sha256 is last apply's while a plan is made.
data "aws_lambda_function" "published" {
  for_each = var.package.s3 == null ? {} : { s3 = var.package.s3 }

  function_name = aws_lambda_function.this.function_name
  qualifier     = aws_lambda_function.this.version

  lifecycle {
    postcondition {
      condition     = self.code_sha256 == local.code_sha256
      error_message = "s3://${each.value.bucket}/${each.value.key} holds other code than package.manifest (or package.s3.sha256_base64) says; the alias stays where it is. Name the object that was built, or its hash: openssl dgst -sha256 -binary <zip> | base64."
    }
  }
}
