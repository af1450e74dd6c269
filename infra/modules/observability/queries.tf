# Each file of queries/ is a saved query; here stands which of our logs it reads.
locals {
  query_logs = {
    slowest-requests = ["function"]
    errors-by-code   = ["function"]
    model-failures   = ["function"]
    crashes          = ["function"]
    cold-starts      = ["function"]
    by-client        = ["api"]
    refusals         = ["api"]
    container-errors = ["endpoint"]
    one-request      = ["function", "api", "api_execution"]
  }
}

resource "aws_cloudwatch_query_definition" "this" {
  for_each = { for query, logs in local.query_logs : query => logs if var.log_groups[logs[0]] != null }

  name            = "${var.name}/${each.key}"
  query_string    = file("${path.module}/queries/${each.key}.cwli")
  log_group_names = compact([for log in each.value : var.log_groups[log]])
}
