output "model_name" {
  description = "Name of the SageMaker model; new for every revision."
  value       = module.model.model_name
}
