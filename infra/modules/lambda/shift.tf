locals {
  alias_name = "live"
  shifts     = var.shift == null ? {} : { shift = var.shift }

  # The percentages on the way; all of it is not among them.
  shift_shares = try([var.shift.canary.percent], range(var.shift.linear.percent, 100, var.shift.linear.percent), [])
  shift_wait   = try(var.shift.canary.wait_seconds, var.shift.linear.wait_seconds, 0)
}

data "aws_caller_identity" "shift" {
  for_each = local.shifts
}

data "aws_region" "shift" {
  for_each = local.shifts
}

# Runs before the alias below moves: leads the real alias to the new version by weights and watches the alarms.
# When it fails, the alias is where it was, so the next plan still shows it to be moved. Without an alias it does
# nothing. Permissions are on the alias, so callers notice none of this.
resource "terraform_data" "shift" {
  for_each = local.shifts

  triggers_replace = [aws_lambda_function.this.version]

  provisioner "local-exec" {
    interpreter = [var.apply_steps.python, "-B", "${path.module}/../apply_steps/shift_alias.py"]
    command     = "shift"
    environment = merge(var.apply_steps.environment, {
      AWS_REGION       = data.aws_region.shift[each.key].id
      EXPECTED_ACCOUNT = data.aws_caller_identity.shift[each.key].account_id
      ASSUME_ROLE_ARN  = var.apply_steps.assume_role_arn == null ? "" : var.apply_steps.assume_role_arn
      FUNCTION_NAME    = aws_lambda_function.this.function_name
      ALIAS_NAME       = local.alias_name
      TARGET_VERSION   = aws_lambda_function.this.version
      SHARES           = join(" ", local.shift_shares)
      STEP_SECONDS     = local.shift_wait
      ALARM_NAMES      = jsonencode(each.value.alarm_names)
    })
  }

  depends_on = [data.aws_lambda_function.published]
}
