module "observability" {
  source = "../observability"

  name = var.name
  api = {
    name       = module.api_gateway.rest_api_name
    stage_name = module.api_gateway.stage_name
  }
  function = {
    name              = module.lambda.function_name
    alias_name        = module.lambda.alias_name
    metrics_namespace = var.function.metrics_namespace
  }
  endpoint = {
    name          = module.endpoint.endpoint_name
    variant_names = module.endpoint.variant_names
  }
  thresholds      = var.observability.thresholds
  disabled_alarms = var.observability.disabled_alarms
  notify          = var.observability.notify
  tags            = var.tags
}
