# What the examples refer to: the logs that queries read, and a team's own topic. Metrics need not exist to be watched.
resource "aws_cloudwatch_log_group" "function" {
  name = "/aws/lambda/bike-rental-prod"
}

resource "aws_cloudwatch_log_group" "access" {
  name = "/aws/apigateway/bike-rental-prod/v1/access"
}

resource "aws_sns_topic" "oncall" {
  name = "oncall"
}
