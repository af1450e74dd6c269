variable "openapi_document" {
  description = "The OpenAPI 3.0 document as JSON text: `file(\"build/<model>/openapi.json\")`, rendered by `python -m scripts.openapi <model>`. Null with `models`."
  type        = string
  default     = null

  validation {
    condition     = (var.openapi_document == null) != (var.models == null)
    error_message = "Give either openapi_document, function and function_alias_arn (one model at the API's root), or models and function_alias_arns (several)."
  }
  validation {
    condition     = var.openapi_document == null || can(length(jsondecode(var.openapi_document)["x-model-endpoint-api"].routes))
    error_message = "openapi_document must be JSON with x-model-endpoint-api.routes. Render it with: python -m scripts.openapi <model>"
  }
  validation {
    condition = alltrue([
      for name in try(keys(jsondecode(var.openapi_document).components.schemas), []) : can(regex("^[A-Za-z0-9]+$", name))
    ])
    error_message = "API Gateway takes only letters and digits in the name of a schema (components.schemas)."
  }
}

variable "function" {
  description = <<-EOT
    The function behind every route and the alias that is called, by plain names; null with `models`.
    They go into the document, and a name that came from a resource would make everything behind the function
    create-before-destroy along with the API (Terraform spreads that upwards), which nothing with a fixed name survives.
  EOT
  type = object({
    name       = string
    alias_name = optional(string, "live")
  })
  default = null

  validation {
    condition     = (var.function == null) == (var.openapi_document == null)
    error_message = "openapi_document and function belong together: a document's routes need the function behind them."
  }
  validation {
    condition     = var.function == null ? true : can(regex("^[A-Za-z0-9_-]{1,64}$", var.function.name)) && can(regex("^[A-Za-z0-9_-]{1,128}$", var.function.alias_name))
    error_message = "function.name and function.alias_name are names of letters, digits, hyphens and underscores, no ARNs."
  }
}

variable "function_alias_arn" {
  description = "ARN of that alias, from the resource: what the gateway is let into, and what the stage waits for. Null with `models`."
  type        = string
  default     = null

  validation {
    condition     = var.models != null || can(regex(":function:[^:/]+:[^:/]+$", var.function_alias_arn))
    error_message = "function_alias_arn must be the ARN of an alias (…:function:NAME:ALIAS), so that a new version goes live without a new API."
  }
}

variable "models" {
  description = <<-EOT
    Several models behind one API, by the path segment that each stands below: `{ rentals = … }` puts the route
    `POST /predict` of that model's contract at `POST /rentals/predict`. Each has its `openapi_document` and its
    `function` by plain names, as for one model: output `backend` of module `model_api`. Null for one model.
  EOT
  type = map(object({
    openapi_document = string
    function = object({
      name       = string
      alias_name = optional(string, "live")
    })
  }))
  default = null

  validation {
    condition     = var.models == null ? true : length(var.models) > 0 && alltrue([for model in keys(var.models) : can(regex("^[A-Za-z0-9][A-Za-z0-9-]{0,62}$", model))])
    error_message = "A key of models becomes the first segment of its paths: 1 to 63 letters, digits or hyphens, a letter or digit first; and there must be a model."
  }
  validation {
    condition     = var.models == null ? true : alltrue([for model in values(var.models) : can(length(jsondecode(model.openapi_document)["x-model-endpoint-api"].routes))])
    error_message = "Every openapi_document of models must be JSON with x-model-endpoint-api.routes. Render it with: python -m scripts.openapi <model>"
  }
  validation {
    condition     = var.models == null ? true : length(distinct([for model in keys(var.models) : lower(replace(model, "-", ""))])) == length(var.models)
    error_message = "Two keys of models differ only in hyphens or capitals: their schemas would have the same names, since API Gateway takes only letters and digits there."
  }
}

variable "function_alias_arns" {
  description = "ARN of each model's alias by the same keys, from the resources. They stand apart from `models`, because what goes into the document must not come from a resource (see `function`)."
  type        = map(string)
  nullable    = false
  default     = {}

  validation {
    condition     = toset(keys(var.function_alias_arns)) == toset(keys(coalesce(var.models, {})))
    error_message = "function_alias_arns must have the keys of models: an ARN for each model, and no other."
  }
  validation {
    condition     = alltrue([for arn in values(var.function_alias_arns) : can(regex(":function:[^:/]+:[^:/]+$", arn))])
    error_message = "Each of function_alias_arns must be the ARN of an alias (…:function:NAME:ALIAS)."
  }
}

variable "openapi_fragment" {
  description = <<-EOT
    A part of the OpenAPI document that the team writes itself, as JSON text: further `paths` with their integrations (a
    MOCK /health), `info`, `tags`, `servers`, `components`, gateway responses. It is merged into the contract's document and
    may not change the contract's own paths. An operation says its `security`, `[]` when anyone may call it. Null for none.
  EOT
  type        = string
  default     = null

  validation {
    condition     = var.openapi_fragment == null || can(keys(jsondecode(var.openapi_fragment)))
    error_message = "openapi_fragment must be a JSON object as text: jsonencode({ paths = … }) or file(…)."
  }
  validation {
    condition     = var.openapi_fragment == null || length(setintersection(keys(local.settings_by_variable), try(keys(jsondecode(var.openapi_fragment)), []))) == 0
    error_message = "openapi_fragment sets what a variable of this module says: ${join(", ", [for setting in setintersection(keys(local.settings_by_variable), try(keys(jsondecode(var.openapi_fragment)), [])) : "${setting} (${local.settings_by_variable[setting]})"])}. Use the variable."
  }
  validation {
    condition = var.openapi_fragment == null || alltrue(flatten([
      for item in values(try(jsondecode(var.openapi_fragment).paths, {})) : [
        for key, operation in item : can(operation["x-amazon-apigateway-integration"].type) if contains(local.http_methods, key)
      ]
    ]))
    error_message = "Every operation in openapi_fragment needs an x-amazon-apigateway-integration with a type: API Gateway deploys no method without one."
  }
  validation {
    condition = var.openapi_fragment == null || alltrue(flatten([
      for item in values(try(jsondecode(var.openapi_fragment).paths, {})) : [
        for key, operation in item : can(length(operation.security)) if contains(local.http_methods, key)
      ]
    ]))
    error_message = "Every operation in openapi_fragment must say its security: [{ api_key = [] }] for example, or [] when anyone may call it."
  }
  validation {
    condition = var.openapi_fragment == null || length(setsubtract(
      flatten([
        for item in values(try(jsondecode(var.openapi_fragment).paths, {})) : [
          for key, operation in item : try([for entry in operation.security : keys(entry)], []) if contains(local.http_methods, key)
        ]
      ]),
      concat(["api_key", "iam", "cognito", "lambda_authorizer"], try(keys(jsondecode(var.openapi_fragment).components.securitySchemes), [])),
    )) == 0
    error_message = "The security of an operation in openapi_fragment names api_key, iam, cognito, lambda_authorizer, or one of its own components.securitySchemes; [] when anyone may call it."
  }
  validation {
    condition = var.openapi_fragment == null || alltrue([
      for path in try(keys(jsondecode(var.openapi_fragment).paths), []) : can(regex("^(/|(/([A-Za-z0-9._:-]+|\\{[A-Za-z0-9._:-]+\\+?\\}))+)$", path))
    ])
    error_message = "A path in openapi_fragment starts with a slash and ends without one; between slashes stand letters, digits and . _ : - (API Gateway takes no others) or a {name}."
  }
  validation {
    condition     = var.openapi_fragment == null || alltrue([for name in try(keys(jsondecode(var.openapi_fragment).components.schemas), []) : can(regex("^[A-Za-z0-9]+$", name))])
    error_message = "API Gateway takes only letters and digits in the name of a schema: rename those in openapi_fragment's components.schemas."
  }
}
