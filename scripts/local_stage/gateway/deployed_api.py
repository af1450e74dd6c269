"""What a deployment of a REST API holds: an immutable copy, taken at CreateDeployment.

An API that was changed but not deployed keeps answering as before, because the gateway serves this copy
and never the API that the control plane edits.
Field names and meanings follow https://docs.aws.amazon.com/apigateway/latest/api/API_Operations.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class IntegrationResponse:
    """How an answer of the backend becomes the answer to the client."""

    status_code: str
    selection_pattern: str = ""
    """Regular expression on Lambda's errorMessage; empty is the default response."""
    response_templates: Mapping[str, str] = field(default_factory=dict)
    response_parameters: Mapping[str, str] = field(default_factory=dict)
    content_handling: str | None = None


@dataclass(frozen=True, slots=True)
class Integration:
    """The backend of a method."""

    type: str
    """AWS_PROXY, AWS, MOCK; HTTP and HTTP_PROXY are refused by the data plane."""
    uri: str = ""
    credentials: str | None = None
    timeout_ms: int = 29_000
    passthrough_behavior: str = "WHEN_NO_MATCH"
    request_templates: Mapping[str, str] = field(default_factory=dict)
    request_parameters: Mapping[str, str] = field(default_factory=dict)
    content_handling: str | None = None
    responses: tuple[IntegrationResponse, ...] = ()


@dataclass(frozen=True, slots=True)
class Method:
    """One HTTP method (or ANY) of a resource, with its validator resolved."""

    http_method: str
    authorization_type: str = "NONE"
    authorizer_id: str | None = None
    authorization_scopes: tuple[str, ...] = ()
    api_key_required: bool = False
    request_parameters: Mapping[str, bool] = field(default_factory=dict)
    """`method.request.header.X` → required."""
    request_models: Mapping[str, str] = field(default_factory=dict)
    """Content type → name of a model."""
    validate_body: bool = False
    validate_parameters: bool = False
    response_statuses: tuple[str, ...] = ()
    """Status codes that the method declares."""
    integration: Integration | None = None


@dataclass(frozen=True, slots=True)
class Authorizer:
    """Who judges the callers of a method."""

    id: str
    type: str
    """TOKEN, REQUEST, COGNITO_USER_POOLS."""
    uri: str = ""
    credentials: str | None = None
    identity_source: str = ""
    """`method.request.header.A, method.request.querystring.b`."""
    validation_expression: str | None = None
    ttl_seconds: int = 300
    provider_arns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resource:
    """A path of the API."""

    id: str
    path: str
    methods: Mapping[str, Method]


@dataclass(frozen=True, slots=True)
class GatewayResponse:
    """A customised answer to a refusal."""

    response_type: str
    status_code: str | None = None
    response_parameters: Mapping[str, str] = field(default_factory=dict)
    response_templates: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class DeployedApi:
    """A deployment. Compared and hashed by identity: it is compiled once and cached."""

    api_id: str
    account_id: str
    region: str
    resources: tuple[Resource, ...]
    name: str = ""
    models: Mapping[str, str] = field(default_factory=dict)
    """Name of a model → its JSON Schema (draft-04) as text."""
    gateway_responses: Mapping[str, GatewayResponse] = field(default_factory=dict)
    binary_media_types: tuple[str, ...] = ()
    minimum_compression_size: int | None = None
    api_key_source: str = "HEADER"
    policy: str | None = None
    authorizers: Mapping[str, Authorizer] = field(default_factory=dict)
    """By id."""


def snapshot(rest_api: Any) -> DeployedApi:
    """Copy everything the data plane needs out of a moto `RestAPI`."""
    return DeployedApi(
        api_id=rest_api.id,
        account_id=rest_api.account_id,
        region=rest_api.region_name,
        name=rest_api.name,
        resources=tuple(_copy_resource(rest_api, resource) for resource in list(rest_api.resources.values())),
        models=_frozen({name: model.schema or "{}" for name, model in rest_api.models.items()}),
        gateway_responses=_frozen(
            {name: _copy_gateway_response(response) for name, response in rest_api.gateway_responses.items()}
        ),
        binary_media_types=tuple(rest_api.binaryMediaTypes or ()),
        minimum_compression_size=_optional_int(rest_api.minimum_compression_size),
        api_key_source=rest_api.api_key_source or "HEADER",
        policy=rest_api.policy or None,
        authorizers=_frozen({found.id: _copy_authorizer(found) for found in rest_api.authorizers.values()}),
    )


def _copy_resource(rest_api: Any, resource: Any) -> Resource:
    methods = {verb: _copy_method(rest_api, method) for verb, method in resource.resource_methods.items()}
    return Resource(id=resource.id, path=resource.get_path(), methods=_frozen(methods))


def _copy_method(rest_api: Any, method: Any) -> Method:
    validator = rest_api.request_validators.get(method.request_validator_id)
    parameters = {name: _is_true(required) for name, required in (method.request_parameters or {}).items()}
    return Method(
        http_method=method.http_method,
        authorization_type=(method.authorization_type or "NONE").upper(),
        authorizer_id=method.authorizer_id,
        authorization_scopes=tuple(method.authorization_scopes or ()),
        api_key_required=_is_true(method.api_key_required),
        request_parameters=_frozen(parameters),
        request_models=_frozen(method.request_models or {}),
        validate_body=validator is not None and _is_true(validator.validate_request_body),
        validate_parameters=validator is not None and _is_true(validator.validate_request_parameters),
        response_statuses=tuple(str(status) for status in method.method_responses),
        integration=_copy_integration(method.method_integration),
    )


def _copy_authorizer(authorizer: Any) -> Authorizer:
    ttl = authorizer.authorizer_result_ttl
    return Authorizer(
        id=authorizer.id,
        type=(authorizer.type or "").upper(),
        uri=authorizer.authorizer_uri or "",
        credentials=authorizer.authorizer_credentials or None,
        identity_source=authorizer.identity_source or "",
        validation_expression=authorizer.identity_validation_expression or None,
        ttl_seconds=300 if ttl is None else int(ttl),
        provider_arns=tuple(authorizer.provider_arns or ()),
    )


def _copy_integration(integration: Any) -> Integration | None:
    if integration is None:
        return None
    return Integration(
        type=integration.integration_type.upper(),
        uri=integration.uri or "",
        credentials=integration.credentials,
        timeout_ms=int(integration.timeout_in_millis or 29_000),
        passthrough_behavior=(integration.passthrough_behaviour or "WHEN_NO_MATCH").upper(),
        request_templates=_frozen(integration.request_templates or {}),
        request_parameters=_frozen(integration.request_parameters or {}),
        content_handling=integration.content_handling,
        responses=tuple(
            _copy_response(response) for response in (integration.integration_responses or {}).values()
        ),
    )


def _copy_response(response: Any) -> IntegrationResponse:
    return IntegrationResponse(
        status_code=str(response.status_code),
        selection_pattern=response.selection_pattern or "",
        response_templates=_frozen(
            {kind: text or "" for kind, text in (response.response_templates or {}).items()}
        ),
        response_parameters=_frozen(response.response_parameters or {}),
        content_handling=response.content_handling,
    )


def _copy_gateway_response(response: Any) -> GatewayResponse:
    return GatewayResponse(
        response_type=response.response_type,
        status_code=str(response.status_code) if response.status_code is not None else None,
        response_parameters=_frozen(response.response_parameters or {}),
        response_templates=_frozen(response.response_templates or {}),
    )


def _frozen(mapping: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(mapping))


def _is_true(value: Any) -> bool:
    return value is True or str(value).lower() == "true"


def _optional_int(value: Any) -> int | None:
    return None if value is None or value == "" else int(value)
