locals {
  protected = coalesce(var.deletion_protection, startswith(var.environment, "prod"))
}

# Depends on everything, so it is the first to be destroyed, and refuses before anything else is gone. What it goes by
# is what was applied last: setting the variable alone lifts nothing.
resource "terraform_data" "deletion_protection" {
  input = {
    protected = local.protected
    name      = "${local.model}-${var.environment}"
  }

  provisioner "local-exec" {
    when    = destroy
    command = "test -z \"$REFUSAL\" || { echo \"$REFUSAL\"; exit 1; }"
    environment = {
      REFUSAL = self.output.protected ? "${self.output.name} is protected from deletion: nothing was destroyed. To lift it, set deletion_protection = false, apply, destroy. Terraform has dropped the outputs; the next apply brings them back." : ""
    }
  }

  lifecycle {
    precondition {
      condition     = !local.protected || !coalesce(try(var.model.bucket.force_destroy, null), false)
      error_message = "A protected environment keeps its artifacts: leave out model.bucket.force_destroy, or set deletion_protection = false."
    }
  }

  depends_on = [module.model_api, module.account_logging]
}
