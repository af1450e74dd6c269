provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "unused"
  secret_key                  = "unused"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}

variables {
  name               = "bike-rental-test"
  execution_role_arn = "arn:aws:iam::123456789012:role/bike-rental-test-sagemaker"
  artifact           = { file = "files/artifact.txt" }
  image              = { prebuilt = { repository_name = "sagemaker-xgboost", tag = "3.0-5" } }
}

run "uploads_a_local_artifact_under_its_content_hash" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  assert {
    condition     = output.artifact_sha256 == "4a336e0fe97cf5cdf93fac04211e2c37d107a262dbd59bc80e5ae16912a86ce4"
    error_message = "The artifact's SHA-256 is that of sha256sum files/artifact.txt."
  }

  assert {
    condition     = length(aws_s3_object.artifact) == 1 && length(aws_s3_bucket.artifacts) == 1
    error_message = "A local artifact is uploaded to a bucket made for it."
  }

  assert {
    condition     = aws_s3_bucket_versioning.artifacts["artifacts"].versioning_configuration[0].status == "Enabled"
    error_message = "The bucket keeps versions."
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.artifacts["artifacts"].rule).apply_server_side_encryption_by_default).sse_algorithm == "aws:kms"
    error_message = "The bucket encrypts with KMS."
  }

  assert {
    condition     = alltrue([for block in values(aws_s3_bucket_public_access_block.artifacts) : block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets])
    error_message = "The bucket is closed to the public."
  }

  assert {
    condition     = length(aws_s3_bucket_lifecycle_configuration.artifacts) == 1 && length(aws_s3_bucket_logging.artifacts) == 0
    error_message = "Old versions expire, and there is no access log unless asked for."
  }
}

run "looks_up_the_prebuilt_image_of_the_region" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  assert {
    condition     = output.image_uri == "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:3.0-5"
    error_message = "In eu-west-1 AWS publishes its XGBoost image from account 141502667606."
  }

  assert {
    condition     = output.image_repository_arns == tolist(["arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost"])
    error_message = "The repository's ARN follows from the image."
  }
}

run "takes_an_image_by_uri" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    image = { uri = "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/serving:7" }
  }

  assert {
    condition     = output.image_repository_arns == tolist(["arn:aws:ecr:us-east-1:123456789012:repository/team/serving"])
    error_message = "The repository's ARN keeps the image's own region, account and path."
  }

  assert {
    condition     = length(data.aws_sagemaker_prebuilt_ecr_image.this) == 0
    error_message = "Nothing is looked up for an image given by URI."
  }
}

run "takes_an_image_by_digest" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    image = { uri = "123456789012.dkr.ecr.us-east-1.amazonaws.com/serving@sha256:0000000000000000000000000000000000000000000000000000000000000000" }
  }

  assert {
    condition     = output.image_repository_arns == tolist(["arn:aws:ecr:us-east-1:123456789012:repository/serving"])
    error_message = "The digest is no part of the repository."
  }
}

run "reads_an_artifact_where_it_lies" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact = { s3_uri = "s3://artifacts-of-a-team/models/7/model.tar.gz" }
  }

  assert {
    condition     = output.model_data_url == "s3://artifacts-of-a-team/models/7/model.tar.gz"
    error_message = "The model loads the given object."
  }

  assert {
    condition     = output.artifact_read_arns == tolist(["arn:aws:s3:::artifacts-of-a-team/models/7/model.tar.gz"])
    error_message = "The role reads this one object."
  }

  assert {
    condition     = length(aws_s3_bucket.artifacts) == 0 && length(aws_s3_object.artifact) == 0 && output.bucket_name == null
    error_message = "Nothing is uploaded and no bucket made."
  }
}

run "lets_old_revisions_under_a_prefix_be_read" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact = { s3_uri = "s3://artifacts-of-a-team/models/7/model.tar.gz", read_prefix = "s3://artifacts-of-a-team/models/" }
  }

  assert {
    condition     = output.artifact_read_arns == tolist(["arn:aws:s3:::artifacts-of-a-team/models/*"])
    error_message = "The role reads what is under the prefix."
  }
}

run "uploads_to_an_existing_bucket" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    existing_bucket = { name = "artifacts-of-a-team", kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1234" }
  }

  assert {
    condition     = length(aws_s3_bucket.artifacts) == 0 && aws_s3_object.artifact["artifact"].bucket == "artifacts-of-a-team"
    error_message = "The object goes to the given bucket."
  }

  assert {
    condition     = output.artifact_read_arns == tolist(["arn:aws:s3:::artifacts-of-a-team/models/bike-rental-test/*"])
    error_message = "The role reads this model's part of a shared bucket only."
  }

  assert {
    condition     = output.kms_key_arns == tolist(["arn:aws:kms:eu-west-1:123456789012:key/1234"])
    error_message = "The bucket's key is handed on."
  }
}

run "isolates_the_container_unless_told_otherwise" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  assert {
    condition     = aws_sagemaker_model.this.enable_network_isolation == true
    error_message = "Network isolation is the default."
  }

  assert {
    condition     = aws_sagemaker_model.this.execution_role_arn == "arn:aws:iam::123456789012:role/bike-rental-test-sagemaker"
    error_message = "The model runs under the given role."
  }
}

run "serves_without_isolation_for_serverless" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    network_isolation = false
  }

  assert {
    condition     = aws_sagemaker_model.this.enable_network_isolation == false
    error_message = "network_isolation = false is passed on."
  }
}

run "keeps_a_customer_key_and_an_access_log" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    bucket = { kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1234", access_log = { bucket = "log-archive", prefix = "models/" } }
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.artifacts["artifacts"].rule).apply_server_side_encryption_by_default).kms_master_key_id == "arn:aws:kms:eu-west-1:123456789012:key/1234"
    error_message = "The bucket's default key is the given one."
  }

  assert {
    condition     = aws_s3_bucket_logging.artifacts["artifacts"].target_bucket == "log-archive"
    error_message = "The access log goes to the given bucket."
  }
}

run "serves_many_artifacts_from_one_container" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact    = null
    multi_model = { artifact_prefix = "s3://artifacts-of-a-team/shops/", cache = false, kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/1234" }
  }

  assert {
    condition     = aws_sagemaker_model.this.primary_container[0].mode == "MultiModel" && output.model_data_url == "s3://artifacts-of-a-team/shops/"
    error_message = "The container loads what lies under the prefix."
  }

  assert {
    condition     = aws_sagemaker_model.this.primary_container[0].multi_model_config[0].model_cache_setting == "Disabled"
    error_message = "Models are not kept in memory when told so."
  }

  assert {
    condition     = output.artifact_read_arns == tolist(["arn:aws:s3:::artifacts-of-a-team/shops/*"]) && output.artifact_list_arns == tolist(["arn:aws:s3:::artifacts-of-a-team/shops/*"])
    error_message = "The role reads and lists the prefix."
  }

  assert {
    condition     = output.kms_key_arns == tolist(["arn:aws:kms:eu-west-1:123456789012:key/1234"])
    error_message = "And decrypts it."
  }
}

run "calls_containers_in_sequence" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact = null
    image    = null
    containers = [
      { hostname = "clean", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/cleaning:1" } },
      { hostname = "score", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/scoring:1" }, artifact = { s3_uri = "s3://artifacts-of-a-team/score/model.tar.gz" }, environment = { LEVEL = "2" } },
    ]
  }

  assert {
    condition     = aws_sagemaker_model.this.container[*].container_hostname == tolist(["clean", "score"])
    error_message = "The containers keep their order."
  }

  assert {
    condition     = aws_sagemaker_model.this.inference_execution_config[0].mode == "Serial"
    error_message = "One gets the answer of the other."
  }

  assert {
    condition     = aws_sagemaker_model.this.container[1].model_data_url == "s3://artifacts-of-a-team/score/model.tar.gz" && aws_sagemaker_model.this.container[1].environment["LEVEL"] == "2"
    error_message = "Each has its own artifact and environment."
  }

  assert {
    condition     = length(aws_sagemaker_model.this.primary_container) == 0 && output.image_uri == null && output.model_data_url == null
    error_message = "There is no first among them."
  }

  assert {
    condition     = toset(output.image_repository_arns) == toset(["arn:aws:ecr:eu-west-1:123456789012:repository/cleaning", "arn:aws:ecr:eu-west-1:123456789012:repository/scoring"])
    error_message = "The role pulls both images."
  }
}

run "lets_the_caller_choose_a_container" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact = null
    image    = null
    containers = [
      { hostname = "clean", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/cleaning:1" } },
      { hostname = "score", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/scoring:1" } },
    ]
    execution_mode = "Direct"
  }

  assert {
    condition     = aws_sagemaker_model.this.inference_execution_config[0].mode == "Direct"
    error_message = "Direct is passed on."
  }
}

run "uploads_the_artifacts_of_containers" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact = null
    image    = null
    containers = [
      { hostname = "clean", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/cleaning:1" } },
      { hostname = "score", image = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/scoring:1" }, artifact = { file = "files/artifact.txt" } },
    ]
  }

  assert {
    condition     = contains(keys(aws_s3_object.artifact), "score") && length(aws_s3_object.artifact) == 1 && length(aws_s3_bucket.artifacts) == 1
    error_message = "The one local artifact goes to the bucket."
  }
}

run "takes_a_package_from_the_registry" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact = null
    image    = null
    package = {
      arn                   = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/churn/7"
      artifact_read_arns    = ["arn:aws:s3:::registry/churn/*"]
      image_repository_arns = ["arn:aws:ecr:eu-west-1:123456789012:repository/churn"]
    }
  }

  assert {
    condition     = aws_sagemaker_model.this.primary_container[0].model_package_name == "arn:aws:sagemaker:eu-west-1:123456789012:model-package/churn/7" && aws_sagemaker_model.this.primary_container[0].image == null
    error_message = "Image and artifact are the package's."
  }

  assert {
    condition     = output.artifact_read_arns == tolist(["arn:aws:s3:::registry/churn/*"]) && output.image_repository_arns == tolist(["arn:aws:ecr:eu-west-1:123456789012:repository/churn"])
    error_message = "What the role needs is handed on."
  }
}

run "finds_the_model_in_the_image" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    artifact = null
    image    = { uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/serving:7" }
  }

  assert {
    condition     = aws_sagemaker_model.this.primary_container[0].model_data_url == null && output.artifact_read_arns == tolist([])
    error_message = "Nothing is read from S3."
  }
}

run "attaches_containers_to_a_vpc" {
  command = plan

  module {
    source = "../../../infra/modules/model"
  }

  variables {
    vpc  = { subnet_ids = ["subnet-0a1b", "subnet-0c2d"], security_group_ids = ["sg-0e3f"] }
    tags = { team = "bikes" }
  }

  assert {
    condition     = aws_sagemaker_model.this.vpc_config[0].subnets == toset(["subnet-0a1b", "subnet-0c2d"]) && aws_sagemaker_model.this.vpc_config[0].security_group_ids == toset(["sg-0e3f"])
    error_message = "Subnets and groups reach the model."
  }

  assert {
    condition     = aws_sagemaker_model.this.tags["team"] == "bikes" && aws_s3_bucket.artifacts["artifacts"].tags["team"] == "bikes" && aws_s3_object.artifact["artifact"].tags["team"] == "bikes"
    error_message = "Tags reach everything that takes them."
  }
}
