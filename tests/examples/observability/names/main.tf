# Alarms name metrics by their dimensions, so names are all that the examples need of API, function and endpoint.
output "rest_api_name" {
  value = "bike-rental-dev"
}

output "function_name" {
  value = "bike-rental-dev"
}

output "endpoint_name" {
  value = "bike-rental-dev"
}

output "variant_names" {
  value = ["AllTraffic"]
}
