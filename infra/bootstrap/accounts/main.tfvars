# Example: put your own repository here, then: make bootstrap ON=aws
github = { repository = "example-org/model-endpoint-api" }

stacks = ["bike-rental", "breast-cancer", "flight-delay"]

# Environments of one account. An account for each environment is safer: write accounts/<account>.tfvars for each.
environments = {
  dev     = {}
  staging = {}
  prod    = {}
}

# Once an account and region; without it API Gateway writes no logs.
account_logging = {}
