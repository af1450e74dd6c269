"""A deployment of an API that no stage uses: the snapshot to go back to, which Terraform knows nothing of."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from scripts.rollback.record import RecordError

DESCRIPTION = "proven "
"""What the descriptions of our deployments begin with; the record's name follows: models may share an API."""

Calls = dict[tuple[str, str], tuple[str, str]]
"""Path and method → kind of the integration, and what it calls."""


def keep_deployment(apigateway: Any, api: str, stage: str, name: str, what: str) -> str:
    """Deploy the API without a stage, if its definition is the one that the stage serves; return the id.

    `name` is the record's, `what` says what was proven. Raises RecordError where the definition is another:
    a deployment is made of it as it is now.
    """
    served, defined = served_calls(apigateway, api, stage), defined_calls(apigateway, api)
    if served != defined:
        differing = sorted({key for key in served | defined if served.get(key) != defined.get(key)})
        raise RecordError(
            "the API's definition is another one than the stage serves "
            f"({', '.join(f'{method} {path}' for path, method in differing)}); repair: make apply"
        )
    made = apigateway.create_deployment(restApiId=api, description=f"{DESCRIPTION}{name} {what}")
    return str(made["id"])


def deployment_exists(apigateway: Any, api: str, deployment: str) -> bool:
    """Whether the API has this deployment."""
    return any(found["id"] == deployment for found in _deployments(apigateway, api))


def our_deployments(apigateway: Any, api: str, name: str) -> set[str]:
    """The ids of the deployments that `keep_deployment` made for a record."""
    found = _deployments(apigateway, api)
    return {item["id"] for item in found if item.get("description", "").startswith(f"{DESCRIPTION}{name} ")}


def _deployments(apigateway: Any, api: str) -> Iterator[Mapping[str, Any]]:
    for page in apigateway.get_paginator("get_deployments").paginate(restApiId=api):
        yield from page["items"]


def deployments_in_use(apigateway: Any, api: str) -> set[str]:
    """The deployments that stages and their canaries serve."""
    stages = apigateway.get_stages(restApiId=api)["item"]
    canaries = [stage.get("canarySettings") or {} for stage in stages]
    return {item["deploymentId"] for item in [*stages, *canaries] if "deploymentId" in item}


def served_calls(apigateway: Any, api: str, stage: str) -> Calls:
    """What the stage's deployment calls for each method, from its export."""
    asked = {"exportType": "oas30", "parameters": {"extensions": "apigateway"}}
    document = json.loads(apigateway.get_export(restApiId=api, stageName=stage, **asked)["body"].read())
    found = {}
    for path, operations in document["paths"].items():
        for name, operation in operations.items():
            integration = isinstance(operation, dict) and operation.get("x-amazon-apigateway-integration")
            if integration:
                method = "ANY" if name == "x-amazon-apigateway-any-method" else name.upper()
                found[path, method] = _call(integration)
    return found


def defined_calls(apigateway: Any, api: str) -> Calls:
    """What the API's definition as it is now calls for each method."""
    pages = apigateway.get_paginator("get_resources").paginate(restApiId=api, embed=["methods"])
    return {
        (resource["path"], name): _call(method["methodIntegration"])
        for page in pages
        for resource in page["items"]
        for name, method in (resource.get("resourceMethods") or {}).items()
        if method.get("methodIntegration")
    }


def _call(integration: Mapping[str, Any]) -> tuple[str, str]:
    return str(integration["type"]).upper(), str(integration.get("uri") or "")
