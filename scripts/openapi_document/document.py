"""The whole document: information, paths, schemas, security, and what Terraform has to know."""

import json
from itertools import groupby
from typing import Any

from scoring import Contract
from scoring.contract_sections import Route

from . import answer_schemas, schemas
from .operations import render_operation, response_schema_name
from .security import security_schemes

OPENAPI_VERSION = "3.0.3"
EXTENSION = "x-model-endpoint-api"
ANY_METHOD = "x-amazon-apigateway-any-method"
_SHOWN_FOR_ANY = ("GET", "POST")
"""OpenAPI has no word for "any method": these two stand for it in the public document."""


def render_document(contract: Contract) -> dict[str, Any]:
    """The OpenAPI 3.0 document of a contract; API Gateway's integrations are added by Terraform.

    `x-model-endpoint-api` at its root lists the routes, says which schemas only a request needs, and which
    contract this was rendered from: the modules `api_gateway` and `model_api` read that.
    """
    request = schemas.request_schemas(contract.inputs, contract.limits.max_instances)
    document: dict[str, Any] = {
        "openapi": OPENAPI_VERSION,
        "info": {
            "title": contract.name,
            "version": contract.version,
            "description": contract.description or contract.name,
        },
        "tags": [{"name": "predictions", "description": "Predictions of the model."}],
        "paths": _paths(contract),
        "components": {"schemas": request | _answer_schemas(contract)},
        EXTENSION: {
            "routes": [_describe_route(route) for route in contract.routes],
            "request_schemas": sorted(request),
            "contract_digest": contract.digest,
        },
    }
    if schemes := security_schemes(contract.routes):
        document["components"]["securitySchemes"] = schemes
    return document


def serialize(document: dict[str, Any]) -> str:
    """The document as text: the same bytes for the same contract."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _paths(contract: Contract) -> dict[str, Any]:
    by_path = groupby(sorted(contract.routes, key=lambda route: route.path), key=lambda route: route.path)
    return {path: _path_item(list(routes), contract) for path, routes in by_path}


def _path_item(routes: list[Route], contract: Contract) -> dict[str, Any]:
    item: dict[str, Any] = {}
    for route in sorted(routes, key=lambda route: route.method == "ANY"):
        if route.method == "ANY":
            item[ANY_METHOD] = render_operation(route, "ANY", contract)
            for method in _SHOWN_FOR_ANY:
                item.setdefault(method.lower(), render_operation(route, method, contract))
        else:
            item[route.method.lower()] = render_operation(route, route.method, contract)
    return item


def _answer_schemas(contract: Contract) -> dict[str, Any]:
    """Schemas of answers, as far as a route uses them."""
    all_of_them = answer_schemas.prediction_schemas(contract.outputs)
    all_of_them["DirectResponse"] = answer_schemas.DIRECT_RESPONSE
    used = {response_schema_name(route, contract.outputs) for route in contract.routes}
    if "PredictResponse" in used:
        used.add("Prediction")
    answers = {name: schema for name, schema in all_of_them.items() if name in used}
    return answers | {"Problem": answer_schemas.PROBLEM, "RequestEnvelope": schemas.REQUEST_ENVELOPE}


def _describe_route(route: Route) -> dict[str, str]:
    return {
        "path": route.path,
        "method": route.method,
        "auth": route.auth,
        "integration": route.integration,
        "response": route.response if route.action == "predict" else route.protocol,
    }
