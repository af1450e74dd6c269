# An endpoint that scales by load and, where `schedules` says so, by the clock.
variable "max" {
  type = number
}

variable "schedules" {
  type = map(object({ schedule = string, min = number, max = number }))
}

resource "aws_sagemaker_model" "echo" {
  name                     = "clockwork"
  execution_role_arn       = "arn:aws:iam::123456789012:role/clockwork"
  enable_network_isolation = true

  primary_container {
    image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/echo:1"
  }
}

module "endpoint" {
  source = "../../../infra/modules/endpoint"

  name       = "clockwork"
  model_name = aws_sagemaker_model.echo.name
  instances = {
    type = "ml.m6i.large"
    autoscaling = {
      max                                 = var.max
      invocations_per_instance_per_minute = 600
      schedules                           = var.schedules
    }
  }
}
