# An update starts the new fleet with the configuration's count, whatever autoscaling has made of the old one
# (hashicorp/terraform-provider-aws #48990; UpdateEndpoint's RetainAllVariantProperties is not in the provider).
# So the count that runs is noted in a parameter just before a new configuration is made, and the configuration
# takes it from there. The parameter changes at no other time, so a plan without an update finds nothing to do.
locals {
  # Everything that a configuration is made of, except counts that are kept: a test holds that main.tf has no more.
  configuration_inputs = {
    variable_values = jsonencode([
      [for variant in local.production_variants : merge(variant, {
        model_name = null
        instances = variant.instances == null ? null : merge(variant.instances, {
          autoscaling   = null
          initial_count = contains(keys(local.autoscaling), variant.name) ? null : variant.instances.initial_count
        })
      })],
      var.shadow_variant == null ? null : merge(var.shadow_variant, { model_name = null }), var.data_capture, var.async,
    ])
    model_names = concat(local.production_variants[*].model_name, local.shadow_variants[*].model_name)
  }

  # What the next configuration starts with, by variant.
  starting_counts = merge(local.initial_counts, {
    for variant, noted in data.aws_ssm_parameter.running_instances : variant => tonumber(noted.insecure_value)
  })
}

resource "aws_ssm_parameter" "running_instances" {
  #checkov:skip=CKV2_AWS_34:a number of instances is no secret, and Terraform shows it in plans

  for_each = local.autoscaling

  name           = "/model-endpoint-api/${var.name}/running-instances/${each.key}"
  description    = "Instances of variant ${each.key} of endpoint ${var.name} when its last configuration was made"
  type           = "String"
  insecure_value = tostring(local.initial_counts[each.key])
  tags           = var.tags

  lifecycle {
    ignore_changes = [insecure_value]
  }
}

resource "terraform_data" "running_instances" {
  for_each = local.autoscaling

  triggers_replace = local.configuration_inputs

  provisioner "local-exec" {
    interpreter = [var.apply_steps.python, "-B", "${path.module}/../apply_steps/note_running_instances.py"]
    command     = "note"
    environment = merge(local.step_environment, {
      ENDPOINT_NAME  = var.name
      VARIANT_NAME   = each.key
      PARAMETER_NAME = aws_ssm_parameter.running_instances[each.key].name
      MINIMUM        = min(concat([each.value.min], [for schedule in values(each.value.schedules) : schedule.min if schedule.min != null])...)
      MAXIMUM        = max(concat([each.value.max], [for schedule in values(each.value.schedules) : schedule.max if schedule.max != null])...)
    })
  }
}

data "aws_ssm_parameter" "running_instances" {
  for_each = local.autoscaling

  name = aws_ssm_parameter.running_instances[each.key].name

  # Read in apply, after the note, when a note is to be taken; else in plan.
  depends_on = [terraform_data.running_instances]
}
