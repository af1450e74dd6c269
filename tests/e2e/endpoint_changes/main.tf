# An endpoint whose settings are a test's, and something that is deployed beside it and calls it.
variable "instances" {
  type = object({
    type          = string
    initial_count = optional(number)
    autoscaling   = optional(object({ min = optional(number), max = number, invocations_per_instance_per_minute = number }))
  })
  default = null
}

variable "serverless" {
  type    = object({})
  default = null
}

variable "variant_name" {
  type    = string
  default = "AllTraffic"
}

variable "python" {
  type    = string
  default = "python3"
}

variable "revision" {
  type    = string
  default = "first"
}

resource "aws_sagemaker_model" "echo" {
  name               = "changes-${var.revision}"
  execution_role_arn = "arn:aws:iam::123456789012:role/changes"

  primary_container {
    image       = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/echo:1"
    environment = { NAME = var.revision }
  }

  lifecycle {
    create_before_destroy = true
  }
}

module "endpoint" {
  source = "../../../infra/modules/endpoint"

  name         = "changes"
  model_name   = aws_sagemaker_model.echo.name
  variant_name = var.variant_name
  instances    = var.instances
  serverless   = var.serverless
  apply_steps  = { python = var.python }
}

resource "aws_ssm_parameter" "client" {
  name  = "/changes/client"
  type  = "String"
  value = "${module.endpoint.endpoint_name} ${var.revision}"
}
