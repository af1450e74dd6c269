"""An OpenAPI 3.0 document, with API Gateway's extensions, read into moto's `RestAPI`.

What is read: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
What AWS refuses at import is refused here too, so that a document that works locally imports on AWS.
"""

import copy
import json
import re
from typing import Any

from moto.apigateway.exceptions import BadRequestException

from scripts.local_stage.corrections.openapi_operation import VERBS, OperationReader

Document = dict[str, Any]

_PATH_PART = re.compile(r"[a-zA-Z0-9._:-]+|\{[a-zA-Z0-9._:-]+\+?\}")
"""As in API Gateway's message; its notes name the comma too, its users `$`: see scoring/contract_paths.py."""


class OpenApiImport:
    """One import; `run` changes the API, or leaves it as it was and raises."""

    def __init__(self, backend: Any, api: Any, document: Document) -> None:
        self._backend = backend
        self._api = api
        self._document: Document = copy.deepcopy(document)
        self._operations = OperationReader(backend, api, self._document)

    def run(self, mode: str) -> None:
        """`merge` adds to what is there, `overwrite` replaces it; the root resource keeps its id."""
        undo = self._keep()
        try:
            if mode == "overwrite":
                self._clear()
            self._read_settings()
            self._read_validators()
            self._read_models()
            self._read_authorizers()
            self._read_gateway_responses()
            self._read_paths(self._document.get("paths", {}))
        except Exception:
            undo()
            raise
        self._api.openapi_document = self._document

    def _keep(self) -> Any:
        """What puts everything back."""
        attributes = {k: dict(v) if isinstance(v, dict) else v for k, v in vars(self._api).items()}
        methods = {id_: dict(resource.resource_methods) for id_, resource in self._api.resources.items()}

        def undo() -> None:
            vars(self._api).update(attributes)
            for id_, kept in methods.items():
                self._api.resources[id_].resource_methods = kept

        return undo

    def _clear(self) -> None:
        root = self._api.get_resource_for_path("/")
        root.resource_methods = {}
        self._api.resources = {root.id: root}
        self._api.request_validators, self._api.models = {}, {}
        self._api.gateway_responses, self._api.authorizers = {}, {}
        self._api.binaryMediaTypes, self._api.minimum_compression_size = [], None
        self._api.policy = None

    def _read_settings(self) -> None:
        api, document = self._api, self._document
        info = document.get("info", {})
        api.name = info.get("title", api.name)
        api.description = info.get("description", api.description)
        api.version = info.get("version", api.version)
        api.binaryMediaTypes = document.get("x-amazon-apigateway-binary-media-types", api.binaryMediaTypes)
        api.api_key_source = document.get("x-amazon-apigateway-api-key-source", api.api_key_source)
        if "x-amazon-apigateway-minimum-compression-size" in document:
            api.minimum_compression_size = document["x-amazon-apigateway-minimum-compression-size"]
        if "x-amazon-apigateway-policy" in document:
            api.policy = json.dumps(document["x-amazon-apigateway-policy"])

    def _read_validators(self) -> None:
        for name, checks in self._document.get("x-amazon-apigateway-request-validators", {}).items():
            body, parameters = (
                checks.get(f"validateRequest{part}", False) for part in ("Body", "Parameters")
            )
            self._operations.validators[name] = self._api.create_request_validator(name, body, parameters).id

    def _read_models(self) -> None:
        for name, schema in self._document.get("components", {}).get("schemas", {}).items():
            self._operations.add_model(name, schema)

    def _read_authorizers(self) -> None:
        for name, scheme in self._document.get("components", {}).get("securitySchemes", {}).items():
            authorizer = scheme.get("x-amazon-apigateway-authorizer")
            if authorizer:
                named = (
                    f"method.request.header.{scheme.get('name')}" if scheme.get("in") == "header" else None
                )
                is_request = authorizer["type"].lower() == "request"
                self._operations.authorizers[name] = self._backend.create_authorizer(
                    self._api.id,
                    name,
                    authorizer["type"].upper(),
                    provider_arns=authorizer.get("providerARNs"),
                    auth_type=scheme.get("x-amazon-apigateway-authtype"),
                    authorizer_uri=authorizer.get("authorizerUri"),
                    authorizer_credentials=authorizer.get("authorizerCredentials"),
                    identity_source=authorizer.get("identitySource") or (None if is_request else named),
                    identiy_validation_expression=authorizer.get("identityValidationExpression"),
                    authorizer_result_ttl=authorizer.get("authorizerResultTtlInSeconds", 300),
                ).id

    def _read_gateway_responses(self) -> None:
        for kind, answer in self._document.get("x-amazon-apigateway-gateway-responses", {}).items():
            status = answer.get("statusCode")
            self._api.put_gateway_response(
                kind,
                status_code=None if status is None else str(status),
                response_parameters=answer.get("responseParameters", {}),
                response_templates=answer.get("responseTemplates", {}),
            )

    def _read_paths(self, paths: Document) -> None:
        """All paths; AWS names every one that it can't make, not the first alone."""
        errors = []
        for path, item in sorted(paths.items()):
            try:
                resource = self._resource_at(path)
            except BadRequestException as error:
                errors.append(f"Unable to create resource at path '{path}': {error.message}")
                continue
            for key, operation in item.items():
                if key in VERBS:
                    self._operations.read(resource, VERBS[key], operation, item.get("parameters", []))
        if errors:
            raise BadRequestException("\n\t".join(["Errors found during import:", *errors]))

    def _resource_at(self, path: str) -> Any:
        """The path's resource, made with all above it where they are missing."""
        resource = self._api.get_resource_for_path("/")
        walked = ""
        for part in (part for part in path.split("/") if part):
            walked += f"/{part}"
            known = self._api.get_resource_for_path(walked)
            resource = known or self._add_resource(resource, part)
        return resource

    def _add_resource(self, parent: Any, part: str) -> Any:
        """The resource below its parent, which may have one variable and, if greedy itself, no children."""
        if _PATH_PART.fullmatch(part) is None:
            raise BadRequestException(
                "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly "
                "braces at the beginning and the end."
            )
        if parent.path_part.endswith("+}"):
            raise BadRequestException(
                f"Cannot create a child of a resource with a greedy path variable: {parent.path_part}"
            )
        parts = [child.path_part for child in self._api.resources.values() if child.parent_id == parent.id]
        sibling = next((known for known in parts if known.startswith("{")), "")
        if part.startswith("{") and sibling:
            raise BadRequestException(
                f"A sibling ({sibling}) of this resource already has a variable path part -- "
                "only one is allowed"
            )
        return self._backend.create_resource(self._api.id, parent.id, part)
