terraform {
  required_version = ">= 1.11" # use_lockfile

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.90, < 7.0"
    }
  }

  # Bucket, key and region come from env/<environment>.s3.tfbackend or -backend-config.
  backend "s3" {
    use_lockfile = true
    encrypt      = true
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      project     = "model-endpoint-api"
      stack       = local.model
      environment = var.environment
    }
  }
}
