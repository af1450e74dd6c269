module "observability" {
  source = "../observability"

  name = var.name
  api = var.api == null ? null : {
    name                  = module.api_gateway["api"].rest_api_name
    stage_name            = module.api_gateway["api"].stage_name
    access_log_group_name = module.api_gateway["api"].access_log_group_name
  }
  function = {
    name                 = module.lambda.function_name
    alias_name           = module.lambda.alias_name
    metrics_namespace    = var.function.metrics_namespace
    timeout_seconds      = module.lambda.timeout_seconds
    reserved_concurrency = var.function.reserved_concurrency
    memory_mb            = module.lambda.memory_mb
  }
  endpoint = {
    name                 = module.endpoint.endpoint_name
    variant_names        = module.endpoint.variant_names
    instances            = module.endpoint.instances
    serverless_memory_mb = try(coalesce(var.endpoint.serverless.memory_mb, 2048), null) # module endpoint's default
  }
  log_groups = {
    function      = module.lambda.log_group_name
    endpoint      = module.endpoint.log_group_name
    api           = var.api == null ? null : module.api_gateway["api"].access_log_group_name
    api_execution = var.api == null ? null : module.api_gateway["api"].execution_log_group_name
  }
  thresholds      = var.observability.thresholds
  disabled_alarms = var.observability.disabled_alarms
  page_on         = var.observability.page_on
  slo             = var.observability.slo
  prices          = var.observability.prices
  runbook_url     = var.observability.runbook_url
  notify          = var.observability.notify
  page            = var.observability.page
  ticket          = var.observability.ticket
  tags            = var.tags
}
