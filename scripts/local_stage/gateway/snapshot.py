"""The copy of a REST API that a deployment holds, taken from moto's `RestAPI` at CreateDeployment."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from scripts.local_stage.gateway.deployed_api import (
    Authorizer,
    DeployedApi,
    GatewayResponse,
    Integration,
    IntegrationResponse,
    Method,
    Resource,
)


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
