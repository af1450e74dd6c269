"""API Gateway."""

import json
from typing import Any

from tests.functional.moto_probes.probe import client, probe


@probe
def rest_api_policy() -> None:
    policy = json.dumps({"Statement": []})
    created = client("apigateway").create_rest_api(name="a", policy=policy)
    assert json.loads(f'"{created["policy"]}"') == policy


@probe
def rest_api_binary_media_types() -> None:
    created = client("apigateway").create_rest_api(name="a", binaryMediaTypes=["image/png"])
    assert created["binaryMediaTypes"] == ["image/png"]


@probe
def rest_api_patches() -> None:
    gateway = client("apigateway")
    api = gateway.create_rest_api(name="a", disableExecuteApiEndpoint=True)["id"]
    patched = gateway.update_rest_api(
        restApiId=api,
        patchOperations=[
            {"op": "add", "path": "/binaryMediaTypes/application~1x-recordio"},
            {"op": "replace", "path": "/minimumCompressionSize", "value": "1024"},
            {"op": "replace", "path": "/disableExecuteApiEndpoint", "value": "false"},
        ],
    )
    assert patched["binaryMediaTypes"] == ["application/x-recordio"]
    assert patched["minimumCompressionSize"] == 1024
    assert patched["disableExecuteApiEndpoint"] is False


def stage(gateway: Any) -> str:
    api: str = gateway.create_rest_api(name="a")["id"]
    (root,) = gateway.get_resources(restApiId=api)["items"]
    at = {"restApiId": api, "resourceId": root["id"], "httpMethod": "GET"}
    gateway.put_method(**at, authorizationType="NONE")
    gateway.put_integration(**at, type="MOCK")
    gateway.create_deployment(restApiId=api, stageName="s")
    return api


@probe
def stage_method_settings() -> None:
    gateway = client("apigateway")
    where = {"restApiId": stage(gateway), "stageName": "s"}
    path = "/~1v1~1predict/POST/throttling/rateLimit"
    change = [{"op": "replace", "path": path, "value": "20"}]
    settings = gateway.update_stage(**where, patchOperations=change)["methodSettings"]
    assert settings["v1/predict/POST"]["throttlingRateLimit"] == 20
    removal = [{"op": "remove", "path": "/~1v1~1predict/POST"}]
    assert "v1/predict/POST" not in gateway.update_stage(**where, patchOperations=removal)["methodSettings"]


@probe
def usage_plan_patches() -> None:
    gateway = client("apigateway")
    api = stage(gateway)
    throttle = {"/predict/POST": {"rateLimit": 1.0, "burstLimit": 1}}
    covered = [{"apiId": api, "stage": "s", "throttle": throttle}]
    plan = gateway.create_usage_plan(name="p", apiStages=covered)["id"]
    patched = gateway.update_usage_plan(
        usagePlanId=plan,
        patchOperations=[
            {"op": "remove", "path": "/apiStages", "value": f"{api}:s"},
            {"op": "replace", "path": "/throttle/rateLimit", "value": "0.5"},
            {"op": "replace", "path": "/quota/limit", "value": "100"},
            {"op": "add", "path": "/apiStages", "value": f"{api}:s"},
            {"op": "replace", "path": f"/apiStages/{api}:s/throttle//predict/POST/rateLimit", "value": "0.5"},
            {"op": "replace", "path": f"/apiStages/{api}:s/throttle//predict/POST/burstLimit", "value": "2"},
        ],
    )
    throttle = {"/predict/POST": {"rateLimit": 0.5, "burstLimit": 2}}
    assert patched["apiStages"] == [{"apiId": api, "stage": "s", "throttle": throttle}]
    assert patched["throttle"]["rateLimit"] == 0.5
    assert patched["quota"]["limit"] == 100


def _second_deployment(gateway: Any, api: str) -> str:
    return str(gateway.create_deployment(restApiId=api)["id"])


@probe
def stage_canary() -> None:
    gateway = client("apigateway")
    api = stage(gateway)
    canary = {"percentTraffic": 10.0, "deploymentId": _second_deployment(gateway, api)}
    stable = gateway.get_stage(restApiId=api, stageName="s")["deploymentId"]
    gateway.create_stage(restApiId=api, stageName="t", deploymentId=stable, canarySettings=canary)
    kept = gateway.get_stage(restApiId=api, stageName="t")
    assert kept["canarySettings"] == {**canary, "useStageCache": False}
    assert kept["deploymentId"] == stable


@probe
def deployment_canary() -> None:
    gateway = client("apigateway")
    where = {"restApiId": stage(gateway), "stageName": "s"}
    stable = gateway.get_stage(**where)["deploymentId"]
    settings = {"percentTraffic": 5.0, "stageVariableOverrides": {"colour": "green"}}
    made = gateway.create_deployment(**where, canarySettings=settings)["id"]
    kept = gateway.get_stage(**where)
    assert kept["deploymentId"] == stable
    assert kept["canarySettings"] == {**settings, "deploymentId": made, "useStageCache": False}


@probe
def stage_canary_patches() -> None:
    gateway = client("apigateway")
    api = stage(gateway)
    where = {"restApiId": api, "stageName": "s"}
    stable = gateway.get_stage(**where)["deploymentId"]
    canary = _second_deployment(gateway, api)
    patches = [
        {"op": "replace", "path": "/canarySettings/deploymentId", "value": canary},
        {"op": "replace", "path": "/canarySettings/percentTraffic", "value": "25.000000"},
        {"op": "add", "path": "/canarySettings/stageVariableOverrides/colour", "value": "green"},
    ]
    patched = gateway.update_stage(**where, patchOperations=patches)
    assert patched["deploymentId"] == stable
    assert patched["canarySettings"] == {
        "percentTraffic": 25.0,
        "deploymentId": canary,
        "stageVariableOverrides": {"colour": "green"},
        "useStageCache": False,
    }
    promote = {"op": "copy", "from": "/canarySettings/deploymentId", "path": "/deploymentId"}
    end = {"op": "remove", "path": "/canarySettings"}
    patched = gateway.update_stage(**where, patchOperations=[promote, end])
    assert (patched["deploymentId"], patched.get("canarySettings")) == (canary, None)


@probe
def authorizer_validation_expression() -> None:
    gateway = client("apigateway")
    api = stage(gateway)
    created = gateway.create_authorizer(
        restApiId=api,
        name="a",
        type="TOKEN",
        authorizerUri="arn:aws:apigateway:eu-west-1:lambda:path/f",
        identitySource="method.request.header.Authorization",
        identityValidationExpression="Bearer .+",
    )
    assert created["identityValidationExpression"] == "Bearer .+"
