# For runs that a variable's validation or a precondition refuses: Terraform judges both by itself, so the provider
# need not plan. Asked to, it would check its own 1500 schemas twice a run, which takes longer than all the rest.
mock_data "aws_caller_identity" {
  defaults = { account_id = "123456789012" }
}

mock_data "aws_iam_policy_document" {
  defaults = { json = "{}" }
}

mock_data "aws_partition" {
  defaults = { partition = "aws", dns_suffix = "amazonaws.com" }
}

mock_data "aws_region" {
  defaults = { id = "eu-west-1", name = "eu-west-1" }
}

mock_data "aws_sagemaker_prebuilt_ecr_image" {
  defaults = { registry_id = "141502667606", registry_path = "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:3.0-5" }
}
