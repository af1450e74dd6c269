# Small, but as prod in all that can break: instances, how they are replaced, alarms.
environment = "staging"

endpoint = {
  instances = {
    type          = "ml.m5.large"
    initial_count = 1
    autoscaling   = { min = 1, max = 2, invocations_per_instance_per_minute = 3000 }
  }

  # The new instance takes over and is watched for five minutes, while the old one still stands by.
  rollout = {
    termination_wait_seconds = 300
    alarms                   = { server_errors_per_minute = 5, latency_p99_ms = 1000 }
  }
}

function = {
  memory_mb            = 1769 # one full vCPU
  reserved_concurrency = 10   # out of the account's pool, of which 100 must be left to others
  shift                = { canary = { percent = 50, wait_seconds = 60 } }
}

api = {
  stage_name = "live"

  # Name your clients: each gets a key, a rate and a quota of its own.
  clients = {
    tester = { rate_limit = 20, burst_limit = 40, quota = { limit = 100000, period = "DAY" } }
  }
  throttle = { rate_limit = 40, burst_limit = 80 }

  minimum_compression_size = 1024
  cors_allow_origins       = []
}

logs = { retention_days = 30 }
