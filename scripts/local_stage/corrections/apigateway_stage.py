"""API Gateway: canaries of stages, authorizers made one by one."""

import json
from collections.abc import Callable
from typing import Any

from moto.apigateway.exceptions import BadRequestException
from moto.apigateway.models import Authorizer, Stage
from moto.apigateway.responses import APIGatewayResponse

from scripts.local_stage.corrections.correction import Seams, correction, replace

Patch = dict[str, Any]
_CANARY = "/canarySettings"
_READ: dict[str, Callable[[str], Any]] = {
    "percentTraffic": float,
    "useStageCache": lambda text: str(text).lower() == "true",
    "deploymentId": str,
}


@correction(
    symptom="CreateStage drops canarySettings; a plan wants to add them for ever",
    symbol="moto.apigateway.responses.APIGatewayResponse.create_stage",
)
def stage_canary(_: Seams) -> None:
    """Keep them, and show them."""
    create, describe = APIGatewayResponse.create_stage, Stage.to_json

    def create_stage(self: Any) -> Any:
        status, headers, body = create(self)
        settings = self._get_param("canarySettings")
        if not settings:
            return status, headers, body
        stage = self.backend.get_stage(self.path.split("/")[2], self._get_param("stageName"))
        stage.canary_settings = {**_new_canary(stage), **settings}
        return status, headers, json.dumps(stage.to_json())

    def to_json(self: Any) -> dict[str, Any]:
        description: dict[str, Any] = describe(self)
        settings = getattr(self, "canary_settings", None)
        return {**description, "canarySettings": settings} if settings else description

    replace(APIGatewayResponse, create_stage=create_stage)
    replace(Stage, to_json=to_json)


@correction(
    symptom="CreateDeployment drops canarySettings and gives the new deployment every request",
    symbol="moto.apigateway.responses.APIGatewayResponse.create_deployment",
)
def deployment_canary(_: Seams) -> None:
    """Make it the canary of the stage, which keeps its own deployment; the stage must exist."""
    stock = APIGatewayResponse.create_deployment

    def create_deployment(self: Any) -> Any:
        settings = self._get_param("canarySettings")
        if not settings:
            return stock(self)
        api_id = self.path.split("/")[2]
        stage = self.backend.get_stage(api_id, self._get_param("stageName"))
        deployment = self.backend.create_deployment(api_id, None, self._get_param("description"))
        stage.canary_settings = {**_new_canary(stage), **settings, "deploymentId": deployment.id}
        return 201, {"status": 201}, json.dumps(deployment.to_json())

    replace(APIGatewayResponse, create_deployment=create_deployment)


@correction(
    symptom="UpdateStage takes /canarySettings/deploymentId for the stage's own deployment, drops the rest",
    symbol="moto.apigateway.models.Stage.apply_operations",
)
def stage_canary_patches(_: Seams) -> None:
    """Read the canary's paths; `copy` from the canary promotes it."""
    stock = Stage.apply_operations

    def apply_operations(self: Any, operations: list[Patch]) -> Any:
        rest = []
        for op in operations:
            if op["op"] == "copy" and op.get("from", "").startswith(_CANARY):
                _promote(self, op)
            elif op["path"] == _CANARY or op["path"].startswith(f"{_CANARY}/"):
                _patch_canary(self, op)
            else:
                rest.append(op)
        return stock(self, rest)

    replace(Stage, apply_operations=apply_operations)


def _new_canary(stage: Any) -> dict[str, Any]:
    return {"percentTraffic": 0.0, "deploymentId": stage.deployment_id, "useStageCache": False}


def _promote(stage: Any, op: Patch) -> None:
    settings = getattr(stage, "canary_settings", None) or {}
    name = op["from"].removeprefix(f"{_CANARY}/")
    if op["path"] == "/deploymentId" and name == "deploymentId":
        stage.deployment_id = settings.get("deploymentId", stage.deployment_id)
    elif op["path"] == "/variables" and name == "stageVariableOverrides":
        stage.variables.update(settings.get("stageVariableOverrides") or {})
    else:
        raise BadRequestException(f"Invalid patch path {op['from']}")


def _patch_canary(stage: Any, op: Patch) -> None:
    name = op["path"].removeprefix(_CANARY).lstrip("/")
    if op["op"] == "remove" and not name:
        stage.canary_settings = None
        return
    settings = getattr(stage, "canary_settings", None) or _new_canary(stage)
    if name.startswith("stageVariableOverrides"):
        _patch_overrides(settings, name.partition("/")[2], op)
    elif name in _READ and op["op"] == "replace":
        settings[name] = _READ[name](op["value"])
    else:
        raise BadRequestException(f"Invalid patch path {op['path']}")
    stage.canary_settings = settings


def _patch_overrides(settings: dict[str, Any], variable: str, op: Patch) -> None:
    overrides = dict(settings.get("stageVariableOverrides") or {})
    if op["op"] != "remove":
        overrides[variable] = op["value"]
    elif variable:
        overrides.pop(variable, None)
    else:
        overrides = {}
    settings["stageVariableOverrides"] = overrides


@correction(
    symptom="an authorizer loses identityValidationExpression: moto misspells it on the way",
    symbol="moto.apigateway.models.Authorizer.__init__",
)
def authorizer_validation_expression(_: Seams) -> None:
    """Take both spellings."""
    stock = Authorizer.__init__

    def __init__(self: Any, *arguments: Any, **kwargs: Any) -> None:  # noqa: N807
        stock(self, *arguments, **kwargs)
        if self.identity_validation_expression is None:
            self.identity_validation_expression = kwargs.get("identiy_validation_expression")

    replace(Authorizer, __init__=__init__)
