environment = "dev"

# Serverless: nothing to pay while nobody asks.
endpoint = {
  serverless = { memory_mb = 2048, max_concurrency = 5 }
}

# A dev bucket may vanish with what is in it; its lifecycle rules cost a minute at every apply.
model = {
  bucket = { force_destroy = true, lifecycle_rules = false }
}

api = {
  stage_name = "beta"
  clients = {
    demo = { rate_limit = 50, burst_limit = 100 }
  }

  minimum_compression_size = 1024
  cors_allow_origins       = ["*"]
}

logs = { retention_days = 7 }

# The first stack in an account and region needs this, once (../bike-rental/README.md):
# account_logging = {}
