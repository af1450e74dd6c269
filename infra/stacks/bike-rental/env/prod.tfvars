environment = "prod"
stage_name  = "live"

endpoint = {
  instances = {
    type          = "ml.m6i.large"
    initial_count = 2
    autoscaling   = { min = 2, max = 6, invocations_per_instance_per_minute = 3000 }
  }
}

function = {
  memory_mb = 1769 # one full vCPU
}

# Name your clients: each gets a key, a rate and a quota of its own.
clients = {
  website = { rate_limit = 100, burst_limit = 200, quota = { limit = 2000000, period = "DAY" } }
}

# Nobody calls without a key: the course's open route stays in dev.
unpublished_routes = ["POST /"]

throttle           = { rate_limit = 200, burst_limit = 400 }
cors_allow_origins = []
log_retention_days = 90
