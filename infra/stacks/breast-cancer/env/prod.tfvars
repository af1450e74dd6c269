environment         = "prod"
deletion_protection = true

# The default image can't read our artifact on AWS (README.md, "The image"); name one that can.
# model = { image = { uri = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/breast-cancer:1" } }

endpoint = {
  instances = {
    type          = "ml.m5.large"
    initial_count = 2
    autoscaling   = { min = 2, max = 6, invocations_per_instance_per_minute = 3000 }
  }

  # One of the new instances answers for five minutes, then all; the old ones stay ten minutes more. An alarm, and
  # everything is as it was.
  rollout = {
    canary                   = { instances = 1, wait_seconds = 300 }
    termination_wait_seconds = 600
    alarms                   = { server_errors_per_minute = 5, latency_p99_ms = 1000 }
  }
}

function = {
  memory_mb            = 1769 # one full vCPU
  reserved_concurrency = 50   # out of the account's pool, of which 100 must be left to others

  # A new version answers every tenth request for five minutes, then all, unless its errors set off the alarm.
  shift = { canary = { percent = 10, wait_seconds = 300 } }
}

api = {
  stage_name = "live"

  # Name your clients: each gets a key, a rate and a quota of its own.
  clients = {
    website = { rate_limit = 100, burst_limit = 200, quota = { limit = 2000000, period = "DAY" } }
  }
  throttle = { rate_limit = 200, burst_limit = 400 }

  minimum_compression_size = 1024
  cors_allow_origins       = []

  # A web ACL costs by the month and by the request, and is worth it where strangers find the URL. With Amazon's
  # managed rules, and no more than this from one address in five minutes:
  # waf = { rate_limit = { requests = 2000 } }
}

observability = {
  slo = {
    availability_percent = 99.9
    latency              = { threshold_ms = 500, percent = 99 }
  }

  # Who is woken, and who reads it in the morning:
  # page   = { topic_arn = "arn:aws:sns:eu-west-1:111122223333:on-call" }
  # ticket = { emails = ["model-team@example.com"] }

  # Each alarm links to its section of the runbook there; fewer requests an hour than that are an alarm, too:
  # runbook_url = "https://git.example.com/model-endpoint-api/docs/runbook.md"
  # thresholds  = { api_requests_per_hour = 50 }
}

logs = { retention_days = 365 }
