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
        ],
    )
    assert patched["apiStages"] == []
    assert patched["throttle"]["rateLimit"] == 0.5
    assert patched["quota"]["limit"] == 100
