terraform {
  required_version = ">= 1.11" # use_lockfile

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.90, < 7.0"
    }
  }

  # The bucket is made here, so the first apply keeps its state on the machine and then moves it: make bootstrap.
  backend "s3" {
    use_lockfile = true
    encrypt      = true
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = merge({ project = var.name, part = "bootstrap" }, var.tags)
  }
}
