# What the examples refer to: the role that reads the artifact.
module "iam" {
  source = "../iam"

  name = "bike-rental-dev"
  sagemaker = {
    artifact_read_arns   = [module.model.artifact_read_arn]
    image_repository_arn = module.model.image_repository_arn
    log_group_arn        = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/sagemaker/Endpoints/bike-rental-dev"
  }
}
