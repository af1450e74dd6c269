"""What runs now, of what a roll-back may change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from scripts.rollback.kept_api import deployment_exists
from scripts.rollback.kept_endpoint import is_missing, is_whole
from scripts.rollback.permissions import granted_calls
from scripts.rollback.record import Revision

Clients = Callable[[str], Any]

ON_THE_WAY = frozenset({"Creating", "Updating", "SystemUpdating", "RollingBack"})


class RollbackError(Exception):
    """The roll-back can't be done or go on; the text says what happened and what repairs it."""


@dataclass(frozen=True)
class Aim:
    """Where to go back to: what Terraform made if it is still there, else what was kept."""

    configuration: str | None
    deployment: str


@dataclass(frozen=True)
class Live:
    """What runs."""

    version: str
    weights: Mapping[str, float]
    code_sha256: str
    configuration: str | None
    status: str
    deployment: str
    canary: str | None
    missing_calls: tuple[str, ...]
    """What the proven deployment needs the gateway to be allowed, and it isn't."""


def find_aim(aws: Clients, revision: Revision) -> Aim:
    """Find what is there of a revision. Raises RollbackError when a part of it is gone."""
    function = revision.function
    functions = aws("lambda")
    try:
        functions.get_function_configuration(FunctionName=function.name, Qualifier=function.version)
    except functions.exceptions.ResourceNotFoundException:
        raise RollbackError(
            f"Version {function.version} of {function.name} is gone: someone deleted it.\n"
            "  repair   apply the proven commit instead (make package openapi train apply)"
        ) from None
    return Aim(_find_configuration(aws("sagemaker"), revision), _find_deployment(aws("apigateway"), revision))


def read_live(aws: Clients, revision: Revision) -> Live:
    """Ask AWS what runs. Raises RollbackError, ClientError."""
    function, api = revision.function, revision.api
    functions, key = aws("lambda"), {"FunctionName": function.name}
    alias = functions.get_alias(**key, Name=function.alias)
    code = functions.get_function_configuration(**key, Qualifier=alias["FunctionVersion"])["CodeSha256"]
    configuration, status = _read_endpoint(aws, revision)
    stage = aws("apigateway").get_stage(restApiId=api.rest_api_id, stageName=api.stage_name)
    granted = granted_calls(functions, function.name, function.alias, api.rest_api_id)
    return Live(
        version=alias["FunctionVersion"],
        weights=(alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {},
        code_sha256=code,
        configuration=configuration,
        status=status,
        deployment=stage["deploymentId"],
        canary=(stage.get("canarySettings") or {}).get("deploymentId"),
        missing_calls=tuple(call for call in api.permitted if call not in granted),
    )


def _read_endpoint(aws: Clients, revision: Revision) -> tuple[str | None, str]:
    if revision.endpoint is None:
        return None, "InService"
    name = revision.endpoint.name
    try:
        described = aws("sagemaker").describe_endpoint(EndpointName=name)
    except ClientError as error:
        if is_missing(error):
            raise RollbackError(
                f"There is no endpoint {name} any more, so there is nothing to lead back.\n"
                "  repair   apply the proven commit instead (make apply)"
            ) from error
        raise
    if described["EndpointStatus"] not in ON_THE_WAY | {"InService"}:
        raise RollbackError(
            f"Endpoint {name} is {described['EndpointStatus']}: {described.get('FailureReason')}.\n"
            "  SageMaker updates no such endpoint: it must be made anew.\n"
            "  repair   apply the proven commit (make apply)"
        )
    pending = described.get("PendingDeploymentSummary") or {}
    return pending.get("EndpointConfigName", described["EndpointConfigName"]), described["EndpointStatus"]


def _find_configuration(sagemaker: Any, revision: Revision) -> str | None:
    if revision.endpoint is None:
        return None
    for name in (revision.endpoint.configuration, revision.endpoint.kept):
        if is_whole(sagemaker, name):
            return name
    raise RollbackError(
        f"Neither endpoint configuration {revision.endpoint.configuration} nor its copy "
        f"{revision.endpoint.kept} is there with its models: someone deleted them.\n"
        "  repair   apply the proven commit instead (make train apply)"
    )


def _find_deployment(apigateway: Any, revision: Revision) -> str:
    api = revision.api
    for deployment in (api.deployment_id, api.kept):
        if deployment_exists(apigateway, api.rest_api_id, deployment):
            return deployment
    raise RollbackError(
        f"Neither deployment {api.deployment_id} of the API {api.rest_api_id} nor the kept {api.kept} "
        "is there: someone deleted them.\n"
        "  repair   apply the proven commit instead (make openapi apply)"
    )
