# What the examples watch; see names/ for why there is nothing real.
module "api_gateway" {
  source = "./names"
}

module "lambda" {
  source = "./names"
}

module "endpoint" {
  source = "./names"
}
