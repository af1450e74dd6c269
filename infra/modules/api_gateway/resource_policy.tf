# From where and by whom the API may be called at all. Everyone is allowed and the wrong ones denied, because a
# denial holds with every kind of auth, while an allowance alone lets IAM's own policies add to it:
# https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
locals {
  # Not the short form execute-api:/*: API Gateway would write it out and every plan differ. The policy stands on
  # this API alone, so `*` for its id, which isn't known before it, adds nothing.
  any_call = "arn:${data.aws_partition.this.partition}:execute-api:${data.aws_region.this.id}:${data.aws_caller_identity.this.account_id}:*/*"
  # Within a VPC, the caller's address has a key of its own.
  source_ip = var.endpoint.type == "private" ? "aws:VpcSourceIp" : "aws:SourceIp"

  resource_policies = {
    for key, rules in { for rules in [var.resource_policy] : "policy" => rules if rules != null } : key => {
      Version = "2012-10-17"
      Statement = [
        for entry in [
          {
            used = true
            statement = {
              Sid       = "AllowCallers"
              Effect    = "Allow"
              Principal = length(rules.account_ids) == 0 ? jsonencode("*") : jsonencode({ AWS = [for id in sort(rules.account_ids) : "arn:${data.aws_partition.this.partition}:iam::${id}:root"] })
              Action    = "execute-api:Invoke"
              Resource  = local.any_call
            }
          },
          {
            # A browser signs no preflight.
            used = length(rules.account_ids) > 0 && local.cors_enabled
            statement = {
              Sid       = "AllowPreflight"
              Effect    = "Allow"
              Principal = jsonencode("*")
              Action    = "execute-api:Invoke"
              Resource  = "${local.any_call}/OPTIONS/*"
            }
          },
          {
            used = length(rules.allow_cidrs) > 0
            statement = {
              Sid       = "DenyOtherAddresses"
              Effect    = "Deny"
              Principal = jsonencode("*")
              Action    = "execute-api:Invoke"
              Resource  = local.any_call
              Condition = { NotIpAddress = { (local.source_ip) = sort(rules.allow_cidrs) } }
            }
          },
          {
            used = length(rules.deny_cidrs) > 0
            statement = {
              Sid       = "DenyAddresses"
              Effect    = "Deny"
              Principal = jsonencode("*")
              Action    = "execute-api:Invoke"
              Resource  = local.any_call
              Condition = { IpAddress = { (local.source_ip) = sort(rules.deny_cidrs) } }
            }
          },
          {
            used = length(rules.vpc_endpoint_ids) > 0
            statement = {
              Sid       = "DenyOtherVpcEndpoints"
              Effect    = "Deny"
              Principal = jsonencode("*")
              Action    = "execute-api:Invoke"
              Resource  = local.any_call
              Condition = { StringNotEquals = { "aws:SourceVpce" = sort(rules.vpc_endpoint_ids) } }
            }
          },
        ] : merge(entry.statement, { Principal = jsondecode(entry.statement.Principal) }) if entry.used
      ]
    }
  }
  resource_policy = one(values(local.resource_policies))
}
