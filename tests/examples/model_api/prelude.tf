# What the examples refer to: the account's role for the gateway's logs.
module "account_logging" {
  source = "../api_gateway/account_logging"
}
