# Client → its keys. The key `default` stands under the client's own name, so that a client that never named a key
# keeps the one it has.
locals {
  client_keys = merge([
    for client, settings in var.clients : {
      for key in settings.keys : key == "default" ? client : "${client}/${key}" => {
        client  = client
        key     = key
        name    = key == "default" ? "${var.name}-${client}" : "${var.name}-${client}-${key}"
        enabled = settings.enabled && !contains(settings.disabled_keys, key)
      }
    }
  ]...)

  # Oldest to newest: `default` is a client's first key, and the last name of the others is the newest when names are dates.
  keys_by_age = {
    for client, settings in var.clients : client => concat(
      tolist(setintersection(settings.keys, ["default"])),
      sort(setsubtract(settings.keys, ["default"])),
    )
  }
  newest_keys = {
    for client, settings in var.clients : client => reverse(concat(
      local.keys_by_age[client],
      [for key in local.keys_by_age[client] : key if !contains(settings.disabled_keys, key)],
    ))[0]
  }
}

resource "aws_api_gateway_api_key" "client" {
  for_each = local.client_keys

  name        = each.value.name
  description = "Identifies ${each.value.client} to ${var.name}"
  enabled     = each.value.enabled
  tags        = var.tags
}

resource "aws_api_gateway_usage_plan" "client" {
  for_each = var.clients

  name        = "${var.name}-${each.key}"
  description = "What ${each.key} may ask of ${var.name}"
  tags        = var.tags

  api_stages {
    api_id = aws_api_gateway_rest_api.this.id
    stage  = aws_api_gateway_stage.this.stage_name

    # API Gateway writes a method as path/METHOD: that of the root is "//POST".
    dynamic "throttle" {
      for_each = each.value.routes
      content {
        path        = "${split(" ", throttle.key)[1]}/${split(" ", throttle.key)[0]}"
        rate_limit  = throttle.value.rate_limit
        burst_limit = throttle.value.burst_limit
      }
    }
  }
  throttle_settings {
    rate_limit  = each.value.rate_limit
    burst_limit = each.value.burst_limit
  }
  dynamic "quota_settings" {
    for_each = each.value.quota == null ? [] : [each.value.quota]
    content {
      limit  = quota_settings.value.limit
      period = quota_settings.value.period
      offset = quota_settings.value.offset
    }
  }
}

resource "aws_api_gateway_usage_plan_key" "client" {
  for_each = local.client_keys

  key_id        = aws_api_gateway_api_key.client[each.key].id
  key_type      = "API_KEY"
  usage_plan_id = aws_api_gateway_usage_plan.client[each.value.client].id
}

# Only a warning: the keys may come from elsewhere, or the clients later.
check "clients" {
  assert {
    condition     = length(var.clients) > 0 || length(local.askers.api_key) == 0
    error_message = "These routes ask for an API key, and nobody has one: ${join(", ", local.askers.api_key)}. Give clients = { NAME = {} }, or another kind in route_auth."
  }
}
