# Environments that have one extra, and others that have all but one. Only planned: test_bootstrap_extras.py judges the
# policies in the plan.
variable "environments" {
  description = "As in infra/bootstrap."
  type = map(object({
    stacks       = optional(set(string))
    hosted_zones = optional(set(string))
    truststores  = optional(set(string))
    extras       = set(string)
  }))
}

module "bootstrap" {
  source = "../../../infra/bootstrap"

  github       = { repository = "example-org/example" }
  stacks       = ["bike-rental", "breast-cancer", "flight-delay"]
  environments = var.environments
  state_bucket = { own_key = false, lifecycle_rules = false }
}
