"""API Gateway: REST APIs, stages, usage plans. The OpenAPI import: `apigateway_import.py`."""

import json
import re
from collections.abc import Callable
from typing import Any

from moto.apigateway.models import RestAPI, Stage, UsagePlan
from moto.apigateway.responses import APIGatewayResponse

from scripts.local_stage.corrections.correction import Seams, correction, replace

Patch = dict[str, Any]


def _unescape(pointer: str) -> str:
    """JSON pointer segment → text (RFC 6901)."""
    return pointer.replace("~1", "/").replace("~0", "~")


@correction(
    symptom="GetRestApi returns the policy unescaped; the provider unquotes it: invalid character 'S'",
    symbol="moto.apigateway.models.RestAPI.to_dict",
)
def rest_api_policy(_: Seams) -> None:
    """Escape it like the inside of a JSON string, as AWS does."""
    stock = RestAPI.to_dict

    def to_dict(self: Any) -> dict[str, Any]:
        description: dict[str, Any] = stock(self)
        if description.get("policy"):
            description["policy"] = json.dumps(description["policy"])[1:-1]
        return description

    replace(RestAPI, to_dict=to_dict)


@correction(
    symptom="CreateRestApi drops binaryMediaTypes",
    symbol="moto.apigateway.responses.APIGatewayResponse.create_rest_api",
)
def rest_api_binary_media_types(_: Seams) -> None:
    """Keep them."""
    stock = APIGatewayResponse.create_rest_api

    def create_rest_api(self: Any) -> Any:
        status, headers, body = stock(self)
        types = self._get_param("binaryMediaTypes")
        created = json.loads(body)
        if types and "id" in created:
            api = self.backend.apis[created["id"]]
            api.binaryMediaTypes = list(types)
            body = json.dumps(api.to_dict())
        return status, headers, body

    replace(APIGatewayResponse, create_rest_api=create_rest_api)


def _patch_binary_media_type(api: Any, op: Patch) -> None:
    item = _unescape(op["path"].removeprefix("/binaryMediaTypes").lstrip("/")) or op.get("value", "")
    if op["op"] == "add" and item not in api.binaryMediaTypes:
        api.binaryMediaTypes.append(item)
    if op["op"] == "remove" and item in api.binaryMediaTypes:
        api.binaryMediaTypes.remove(item)
    if op["op"] == "replace":
        api.binaryMediaTypes = [op["value"]]


def _patch_compression(api: Any, op: Patch) -> None:
    value = op.get("value") or "-1"
    api.minimum_compression_size = None if value == "-1" else int(value)


def _patch_execute_api(api: Any, op: Patch) -> None:
    api.disableExecuteApiEndpoint = op["value"].lower() == "true"


def _patch_policy(api: Any, op: Patch) -> None:
    api.policy = op.get("value") or None


_REST_API_PATCHES: dict[str, Callable[[Any, Patch], None]] = {
    "binaryMediaTypes": _patch_binary_media_type,
    "minimumCompressionSize": _patch_compression,
    "disableExecuteApiEndpoint": _patch_execute_api,
    "policy": _patch_policy,
}


@correction(
    symptom="UpdateRestApi misreads binaryMediaTypes, compression, a switch set to 'false', removed policies",
    symbol="moto.apigateway.models.RestAPI.apply_patch_operations",
)
def rest_api_patches(_: Seams) -> None:
    """Read those paths as the API's patch grammar says."""
    stock = RestAPI.apply_patch_operations

    def apply_patch_operations(self: Any, operations: list[Patch]) -> None:
        rest = []
        for op in operations:
            patch = _REST_API_PATCHES.get(op["path"].split("/")[1])
            if patch is None:
                rest.append(op)
            else:
                patch(self, op)
        stock(self, rest)

    replace(RestAPI, apply_patch_operations=apply_patch_operations)


_METHOD_SETTING = re.compile(r"^/(.+)/([A-Z*]+)/((?:metrics|logging|throttling|caching)/[A-Za-z]+)$")


@correction(
    symptom="settings of a method below one path segment (~1v1~1predict/POST) and their removal are lost",
    symbol="moto.apigateway.models.Stage.apply_operations",
)
def stage_method_settings(_: Seams) -> None:
    """Read the resource path with its slashes, as AWS returns it."""
    stock = Stage.apply_operations

    def apply_operations(self: Any, operations: list[Patch]) -> Any:
        rest = []
        for op in operations:
            setting = _METHOD_SETTING.match(op["path"])
            removed = _unescape(op["path"].lstrip("/"))
            if op["op"] == "replace" and setting:
                method = f"{_unescape(setting[1]).lstrip('/')}/{setting[2]}"
                self._patch_method_setting(method, setting[3], op["value"])
            elif op["op"] == "remove" and removed.lstrip("/") in self.method_settings:
                del self.method_settings[removed.lstrip("/")]
            else:
                rest.append(op)
        return stock(self, rest)

    replace(Stage, apply_operations=apply_operations)


_STAGE_THROTTLE = re.compile(r"^/apiStages/([^:]+):([^/]+)/throttle(?:/(.+?)/(rateLimit|burstLimit))?$")


def _patch_usage_plan(plan: Any, op: Patch) -> bool:
    """True when the operation was one that moto misreads."""
    path, value = op["path"], op.get("value")
    if path == "/apiStages" and op["op"] == "remove":
        plan.api_stages = [s for s in plan.api_stages if f"{s['apiId']}:{s['stage']}" != value]
    elif path == "/throttle/rateLimit" and op["op"] != "remove":
        plan.throttle["rateLimit"] = float(str(value))
    elif path in ("/quota/limit", "/quota/offset") and op["op"] != "remove":
        plan.quota[path.rsplit("/", 1)[1]] = int(str(value))
    elif match := _STAGE_THROTTLE.match(path):
        for stage in plan.api_stages:
            if (stage["apiId"], stage["stage"]) != (match[1], match[2]):
                continue
            if op["op"] == "remove":
                stage.pop("throttle", None)
            elif match[3]:
                limits = stage.setdefault("throttle", {}).setdefault(_unescape(match[3]), {})
                limits[match[4]] = float(str(value)) if match[4] == "rateLimit" else int(str(value))
    else:
        return False
    return True


@correction(
    symptom="UpdateUsagePlan can't remove a stage with method throttles; misreads throttles, rates, quotas",
    symbol="moto.apigateway.models.UsagePlan.apply_patch_operations",
)
def usage_plan_patches(_: Seams) -> None:
    """Read those operations as the API's patch grammar says."""
    stock = UsagePlan.apply_patch_operations

    def apply_patch_operations(self: Any, operations: list[Patch]) -> None:
        for op in operations:  # in their order: a stage comes before its throttles
            if not _patch_usage_plan(self, op):
                stock(self, [op])

    replace(UsagePlan, apply_patch_operations=apply_patch_operations)
