data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  partition = data.aws_partition.current.partition
  account   = data.aws_caller_identity.current.account_id
  region    = data.aws_region.current.id

  sagemaker_roles = var.sagemaker == null ? {} : { sagemaker = var.sagemaker }
  lambda_roles    = var.lambda == null ? {} : { lambda = var.lambda }
}
