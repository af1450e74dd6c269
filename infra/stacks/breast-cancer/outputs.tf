output "unpublished_routes" {
  description = "Routes of the contract that this environment leaves out."
  value       = sort(coalesce(try(var.api.unpublished_routes, null), []))
}

output "deletion_protection" {
  description = "Whether `terraform destroy` is refused."
  value       = local.protected
}
