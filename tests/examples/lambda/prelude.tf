# What the examples refer to: the function's role, an endpoint that someone else keeps, a network, a key and a signed zip.
module "iam" {
  source = "../iam"

  name = "bike-rental-dev"
  lambda = {
    endpoint_arn  = module.endpoint.endpoint_arn
    log_group_arn = module.lambda.log_group_arn
  }
}

module "endpoint" {
  source = "../endpoint"

  name                   = "bike-rental-dev"
  existing_endpoint_name = "bike-rental-dev"
}

resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.this.id
  cidr_block = "10.0.0.0/24"
}

resource "aws_subnet" "b" {
  vpc_id     = aws_vpc.this.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_security_group" "function" {
  name   = "bike-rental-function"
  vpc_id = aws_vpc.this.id
}

resource "aws_kms_key" "function" {
  deletion_window_in_days = 7
}

resource "aws_signer_signing_profile" "release" {
  name        = "release"
  platform_id = "AWSLambda-SHA384-ECDSA"
}

resource "aws_s3_bucket" "signed" {
  bucket        = "bike-rental-signed-code"
  force_destroy = true
}

# Nobody signs here: the stage checks no signature.
resource "aws_s3_object" "signed" {
  bucket      = aws_s3_bucket_versioning.signed.bucket
  key         = "signed/function.zip"
  source      = "build/bike-rental/function-python3.13-arm64.zip"
  source_hash = filesha256("build/bike-rental/function-python3.13-arm64.zip")
}

resource "aws_s3_bucket_versioning" "signed" {
  bucket = aws_s3_bucket.signed.bucket

  versioning_configuration {
    status = "Enabled"
  }
}
