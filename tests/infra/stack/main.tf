# Harness: each run names the stack itself, so that its variables can be expected to refuse. What `make package
# openapi train` builds is put beside by the test. No server is asked: everything is planned, never applied.
terraform {
  required_version = ">= 1.11"
}
