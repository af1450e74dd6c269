# A canary is a second deployment on the same stage. While it runs, `aws_api_gateway_deployment.this` keeps its
# trigger, so the deployment that most requests get is left alone; without `canary` it follows the document again,
# which promotes it.
locals {
  document_digest = sha256(local.body)
  stable_digest   = var.canary == null ? local.document_digest : var.canary.stable_document_digest

  # Closing the execute-api address works from the next deployment on.
  other_triggers = local.execute_api_disabled ? { execute_api = "disabled" } : {}

  # An id that isn't known at plan time means that the stable deployment would be replaced, by one of the new
  # document: then Terraform refuses this for_each and prints the line.
  canary = var.canary == null ? {} : { for id in [aws_api_gateway_deployment.this.id] : "canary" => var.canary if id != "" }
}

resource "aws_api_gateway_deployment" "canary" {
  for_each = local.canary # not known? canary.stable_document_digest isn't what the stage serves: see output stable_document_digest

  rest_api_id = aws_api_gateway_rest_api.this.id
  triggers    = merge({ document = local.document_digest }, local.other_triggers)

  lifecycle {
    create_before_destroy = true
  }
}
