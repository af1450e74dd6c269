# What the examples refer to: a model in a container that answers at once, and one for serverless endpoints.
module "iam" {
  source = "../iam"

  name = "bike-rental-dev"
  sagemaker = {
    artifact_read_arns    = ["${aws_s3_bucket.models.arn}/models/*"]
    image_repository_arns = ["arn:aws:ecr:eu-west-1:123456789012:repository/echo"]
    log_group_arn         = module.endpoint.log_group_arn
  }
}

resource "aws_s3_bucket" "models" {
  bucket        = "bike-rental-dev-models"
  force_destroy = true
}

resource "aws_sns_topic" "answers" {
  name = "bike-rental-answers"
}

resource "aws_s3_object" "model" {
  bucket = aws_s3_bucket.models.bucket
  key    = "models/model.tar.gz"
  source = "build/bike-rental/model.tar.gz"
}

module "model" {
  source = "../model"

  name               = "bike-rental-dev"
  execution_role_arn = module.iam.sagemaker_role_arn
  artifact           = { s3_uri = "s3://${aws_s3_object.model.bucket}/${aws_s3_object.model.key}" }
  image              = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/echo:1" }
}

module "serverless_model" {
  source = "../model"

  name               = "bike-rental-serverless"
  execution_role_arn = module.iam.sagemaker_role_arn
  artifact           = { s3_uri = "s3://${aws_s3_object.model.bucket}/${aws_s3_object.model.key}" }
  image              = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/echo:1" }
  network_isolation  = false
}
