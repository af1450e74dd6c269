"""Terraform from Python: `driver` has its commands, `process` runs one, `diagnostics` reads its errors."""

from scripts.terraform.driver import Event, Terraform, TerraformError, TerraformTimeoutError

__all__ = ["Event", "Terraform", "TerraformError", "TerraformTimeoutError"]
