locals {
  # Last day on which Lambda patches a runtime; the function's code needs Python 3.11 or later.
  # Read in 2026: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
  runtime_deprecations = merge(
    {
      "python3.11" = "2027-06-30"
      "python3.12" = "2028-10-31"
      "python3.13" = "2029-06-30"
      "python3.14" = "2029-06-30"
    },
    var.runtime.deprecations,
  )

  runtime_is_known    = contains(keys(local.runtime_deprecations), local.manifest.runtime)
  runtime_deprecation = lookup(local.runtime_deprecations, local.manifest.runtime, "9999-12-31")
  runtime_ends        = "${local.runtime_deprecation}T23:59:59Z"
  runtime_is_over     = timecmp(plantimestamp(), local.runtime_ends) > 0
}

# Only a warning: there is time to move.
check "runtime" {
  assert {
    condition     = local.runtime_is_over || timecmp(timeadd(plantimestamp(), "${24 * var.runtime.warn_days}h"), local.runtime_ends) < 0
    error_message = "Lambda deprecates ${local.manifest.runtime} on ${local.runtime_deprecation}. Package for a later one: python -m scripts.package <model> --target ..."
  }
}
