"""Finding what the project does not install by itself: an interpreter, Terraform, Terraform's providers."""
