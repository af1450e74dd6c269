# Harness: `terraform test` needs a root module. Each run names the module under test itself, so that its
# variables can be expected to refuse. No server is asked: everything is planned, never applied.
terraform {
  required_version = ">= 1.11"
}
