"""One operation of an OpenAPI document read into a method of moto's `RestAPI`, and models by the way."""

import hashlib
import json
from typing import Any

from moto.apigateway.exceptions import BadRequestException

Document = dict[str, Any]

VERBS = {verb: verb.upper() for verb in ("get", "put", "post", "delete", "patch", "head", "options")}
VERBS["x-amazon-apigateway-any-method"] = "ANY"
_PLACES = {"query": "querystring", "header": "header", "path": "path"}
_SCHEMAS = "#/components/schemas/"


class OperationReader:
    """Reads operations; knows the ids of the document's validators and authorizers."""

    def __init__(self, backend: Any, api: Any, document: Document) -> None:
        self._backend = backend
        self._api = api
        self._document = document
        self.validators: dict[str, str] = {}
        """Name in the document → id."""
        self.authorizers: dict[str, str] = {}
        """Name of the security scheme → id."""

    def read(self, resource: Any, verb: str, operation: Document, common: list[Document]) -> None:
        """Put the method with everything below it; `common` are the path's own parameters."""
        place = f"{verb} {resource.get_path()}"
        where = {"function_id": self._api.id, "resource_id": resource.id, "method_type": verb}
        authorization, authorizer_id, scopes, key_required = self._read_security(operation)
        self._backend.put_method(
            **where,
            authorization_type=authorization,
            authorizer_id=authorizer_id,
            authorization_scopes=scopes,
            api_key_required=key_required,
            request_parameters=self._parameters(common + operation.get("parameters", [])),
            request_models=self._models(operation.get("requestBody", {}).get("content", {})),
            operation_name=operation.get("operationId"),
            request_validator_id=self._validator_id(operation, place),
        )
        headers = self._read_responses(where, operation)
        integration = operation.get("x-amazon-apigateway-integration")
        if integration:
            self._read_integration(where, integration, place, headers)

    def _read_security(self, operation: Document) -> tuple[str, str | None, list[str] | None, bool]:
        """Authorization type, authorizer, its scopes, whether an API key is required."""
        schemes = self._document.get("components", {}).get("securitySchemes", {})
        asked: Any = operation.get("security", self._document.get("security", []))
        authorization, authorizer_id, key_required = "NONE", None, False
        scopes: list[str] = []
        if operation.get("x-amazon-apigateway-auth", {}).get("type", "").upper() == "AWS_IAM":
            authorization = "AWS_IAM"
        for name, wanted in (entry for alternative in asked for entry in alternative.items()):
            scheme = schemes.get(name)
            if scheme is None:
                raise BadRequestException(f"Invalid security scheme specified: {name}")
            if name in self.authorizers:
                authorizer_id = self.authorizers[name]
                cognito = self._api.authorizers[authorizer_id].type == "COGNITO_USER_POOLS"
                authorization = "COGNITO_USER_POOLS" if cognito else "CUSTOM"
                scopes = wanted
            elif scheme.get("x-amazon-apigateway-authtype", "").lower() == "awssigv4":
                authorization = "AWS_IAM"
            elif scheme.get("type") == "apiKey" and scheme.get("name", "").lower() == "x-api-key":
                key_required = True
        return authorization, authorizer_id, scopes or None, key_required

    def _parameters(self, parameters: list[Document]) -> dict[str, bool] | None:
        found = {}
        for written in parameters:
            parameter = self._resolve(written)
            if parameter.get("in") in _PLACES:
                name = f"method.request.{_PLACES[parameter['in']]}.{parameter['name']}"
                found[name] = bool(parameter.get("required"))
        return found or None

    def _resolve(self, written: Document) -> Document:
        target = written.get("$ref")
        if target is None:
            return written
        found: Any = self._document
        for part in target.removeprefix("#/").split("/"):
            found = found.get(part) if isinstance(found, dict) else None
        if not isinstance(found, dict):
            raise BadRequestException(f"Invalid reference specified: {target}")
        return found

    def _models(self, content: Document) -> dict[str, str] | None:
        """Content type → model; a schema written in place becomes a model of its own, as on AWS."""
        models = {}
        for content_type, media in content.items():
            schema = media.get("schema")
            if schema is None:
                continue
            if "$ref" in schema:
                self._check_reference(schema["$ref"])
                models[content_type] = schema["$ref"].removeprefix(_SCHEMAS)
                continue
            digest = hashlib.sha256(json.dumps(schema, sort_keys=True).encode()).hexdigest()
            models[content_type] = f"MODEL{digest[:6]}"
            self.add_model(models[content_type], schema)
        return models or None

    def _validator_id(self, operation: Document, place: str) -> str | None:
        default = self._document.get("x-amazon-apigateway-request-validator")
        name = operation.get("x-amazon-apigateway-request-validator", default)
        if name is not None and name not in self.validators:
            raise BadRequestException(f"Invalid request validator specified for {place}: {name}")
        return None if name is None else self.validators[name]

    def _read_responses(self, where: dict[str, str], operation: Document) -> dict[str, set[str]]:
        """Status → the headers that the method response declares."""
        declared = {}
        for status, written in operation.get("responses", {}).items():
            if not str(status).isdigit():
                continue
            response = self._resolve(written)
            names = {f"method.response.header.{header}": False for header in response.get("headers", {})}
            models = self._models(response.get("content", {}))
            self._backend.put_method_response(
                **where, response_code=str(status), response_models=models, response_parameters=names or None
            )
            declared[str(status)] = set(names)
        return declared

    def _read_integration(
        self, where: dict[str, str], integration: Document, place: str, declared: dict[str, set[str]]
    ) -> None:
        arguments = self._backend._build_integration_args(integration)
        kind = str(arguments.pop("integration_type") or "").upper()
        if kind not in ("AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY", "MOCK"):
            raise BadRequestException(f"Unable to put integration on {place}: invalid type {kind!r}")
        passthrough = str(arguments.pop("passthrough_behavior") or "WHEN_NO_MATCH").upper()
        self._backend.put_integration(
            **where,
            integration_type=kind,
            uri=arguments.pop("uri") or "",
            integration_method=arguments.pop("integration_method") or "",
            passthrough_behavior=passthrough,
            **{name: value for name, value in arguments.items() if value is not None},
        )
        for response in self._backend._build_integration_responses_args(integration):
            _check_mapping(response, place, declared)
            self._backend.put_integration_response(
                **where, **{**response, "status_code": str(response["status_code"])}
            )

    def add_model(self, name: str, schema: Any) -> None:
        """Add a schema as a model; its references become URLs of models, as on AWS."""
        if not name.isalnum() or not name.isascii():
            raise BadRequestException(f"Model name must be alphanumeric: {name}")
        description = schema.get("description", "")
        text = json.dumps(self._with_model_urls(schema))
        self._api.add_model(name=name, description=description, schema=text, content_type="application/json")

    def _with_model_urls(self, schema: Any) -> Any:
        if isinstance(schema, list):
            return [self._with_model_urls(item) for item in schema]
        if not isinstance(schema, dict):
            return schema
        target = schema.get("$ref")
        if isinstance(target, str):
            self._check_reference(target)
            name = target.removeprefix(_SCHEMAS)
            return {"$ref": f"https://apigateway.amazonaws.com/restapis/{self._api.id}/models/{name}"}
        return {key: self._with_model_urls(value) for key, value in schema.items()}

    def _check_reference(self, target: str) -> None:
        name = target.removeprefix(_SCHEMAS)
        if not target.startswith(_SCHEMAS) or name not in self._document["components"]["schemas"]:
            raise BadRequestException(f"Invalid model reference specified: {target}")


def _check_mapping(response: Document, place: str, declared: dict[str, set[str]]) -> None:
    """AWS refuses to map a header that the method response of that status doesn't declare."""
    status = str(response["status_code"])
    if status not in declared:
        raise BadRequestException(
            f"Unable to put integration response on {place}: no method response for status {status}"
        )
    for name in response["response_parameters"]:
        if name not in declared[status]:
            raise BadRequestException(
                f"Unable to put integration response on {place}: "
                f"Invalid mapping expression parameter specified: {name}"
            )
