# What the examples refer to: the role that reads the artifacts, a bucket that holds some, and a VPC.
module "iam" {
  source = "../iam"

  name = "bike-rental-dev"
  sagemaker = {
    artifact_read_arns    = concat(module.model.artifact_read_arns, module.many_models.artifact_read_arns, module.pipeline.artifact_read_arns, module.registered.artifact_read_arns)
    artifact_list_arns    = module.many_models.artifact_list_arns
    image_repository_arns = concat(module.model.image_repository_arns, module.pipeline.image_repository_arns, module.registered.image_repository_arns)
    log_group_arn         = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/sagemaker/Endpoints/bike-rental-dev"
    vpc                   = module.registered.vpc
  }
}

resource "aws_s3_bucket" "models" {
  bucket        = "bike-rental-dev-models"
  force_destroy = true
}

resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/24"
}

resource "aws_subnet" "private" {
  vpc_id     = aws_vpc.this.id
  cidr_block = "10.0.0.0/25"
}

resource "aws_security_group" "containers" {
  name   = "bike-rental-containers"
  vpc_id = aws_vpc.this.id
}
