"""Who may call a route, as OpenAPI says it: neutral words for clients, no ARN and no account.

API Gateway's own words for the same kinds are added by Terraform: authorization.tf of the module api_gateway.
"""

from collections.abc import Iterable
from typing import Any

from scoring.contract_sections import Route

_SCHEMES: dict[str, dict[str, Any]] = {
    "api_key": {
        "type": "apiKey",
        "name": "x-api-key",
        "in": "header",
        "description": "Identifies a client, for its rate and quota. It authenticates nobody.",
    },
    "iam": {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "description": "The request is signed with AWS Signature Version 4 (service execute-api).",
    },
    "cognito": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A token of the Amazon Cognito user pool.",
    },
    "lambda_authorizer": {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "description": "What the API's own authorizer asks for, usually a token.",
    },
}
"""Kind of auth in the contract → security scheme; what isn't here is open."""


def security_schemes(routes: Iterable[Route]) -> dict[str, dict[str, Any]]:
    """The schemes that these routes use, by the kind's name."""
    used = {route.auth for route in routes}
    return {kind: scheme for kind, scheme in _SCHEMES.items() if kind in used}


def route_security(route: Route) -> list[dict[str, list[str]]]:
    """An operation's `security`; empty for an open route."""
    return [{route.auth: []}] if route.auth in _SCHEMES else []
