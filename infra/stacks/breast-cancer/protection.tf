locals {
  protected = coalesce(var.deletion_protection, var.environment == "prod")
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
    command = self.output.protected ? "echo '${self.output.name} is protected from deletion; nothing was destroyed. To lift it: deletion_protection = false in its tfvars, apply, then destroy.' && exit 1" : "exit 0"
  }

  lifecycle {
    precondition {
      condition     = !local.protected || !coalesce(try(var.model.bucket.force_destroy, null), false)
      error_message = "A protected environment keeps its artifacts: leave out model.bucket.force_destroy, or set deletion_protection = false."
    }
  }

  depends_on = [module.model_api, module.account_logging]
}
