"""The corrections of `apigateway_import.py` that deploy and export, and that moto still needs them all."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from scripts.local_stage.corrections import CORRECTIONS
from tests.functional.gateway_stage import (
    Stage,
    document,
    operation,
    running_stage,
)
from tests.functional.whole_document import whole_document

pytestmark = pytest.mark.functional

OURS = {
    "openapi_import",
    "openapi_import_as_new_api",
    "deployment_snapshot",
    "deployment_in_use",
    "openapi_export",
}


@pytest.fixture
def stage() -> Iterator[Stage]:
    with running_stage() as running:
        yield running


def test_a_method_without_integration_does_not_deploy(stage: Stage) -> None:
    """AWS: No integration defined for method."""
    body = document({"/a": {"get": operation()}, "/b": {"get": {"responses": {}}}})
    api_id = stage.control.import_rest_api(body=json.dumps(body))["id"]

    with pytest.raises(ClientError, match="No integration defined for method"):
        stage.control.create_deployment(restApiId=api_id, stageName="beta")


def test_deploying_into_a_stage_keeps_its_settings(stage: Stage) -> None:
    """Only the deployment changes."""
    stage.serve()
    stage.set_stage(**{"*__*__throttling__rateLimit": "5"})
    first = stage.control.get_stage(restApiId=stage.api_id, stageName="beta")

    stage.control.create_deployment(restApiId=stage.api_id, stageName="beta")

    second = stage.control.get_stage(restApiId=stage.api_id, stageName="beta")
    assert second["deploymentId"] != first["deploymentId"]
    assert second["methodSettings"]["*/*"]["throttlingRateLimit"] == 5.0


def test_a_deployment_in_use_stays(stage: Stage) -> None:
    """Whichever way the stage came to it; one that no stage serves goes."""
    api_id = stage.serve()
    first = stage.control.get_stage(restApiId=api_id, stageName="beta")["deploymentId"]
    second = stage.control.create_deployment(restApiId=api_id)["id"]
    stage.set_stage(deploymentId=second)

    with pytest.raises(ClientError):
        stage.control.delete_deployment(restApiId=api_id, deploymentId=second)
    stage.control.delete_deployment(restApiId=api_id, deploymentId=first)

    assert [d["id"] for d in stage.control.get_deployments(restApiId=api_id)["items"]] == [second]


def test_export_gives_the_deployed_document(stage: Stage) -> None:
    """With API Gateway's extensions when asked for, with the stage's address, as it was deployed."""
    stage.deploy(whole_document())
    stage.control.put_rest_api(restApiId=stage.api_id, mode="merge", body=json.dumps(document({"/new": {}})))

    def export(**parts: Any) -> Any:
        answer = stage.control.get_export(
            restApiId=stage.api_id, stageName="beta", exportType="oas30", **parts
        )
        return json.loads(answer["body"].read())

    whole, plain = export(parameters={"extensions": "apigateway"}), export()
    assert whole["paths"] == whole_document()["paths"]
    assert whole["components"] == whole_document()["components"]
    assert whole["servers"][0]["variables"] == {"basePath": {"default": "beta"}}
    assert "x-amazon-apigateway-integration" not in json.dumps(plain)
    assert plain["paths"]["/models/{name}"]["post"]["operationId"] == "predict"


STOCK = """
import json, sys
import boto3
from botocore.exceptions import ClientError
from moto import mock_aws

body = json.loads(sys.stdin.read())
seen = {}
with mock_aws():
    control = boto3.client("apigateway", region_name="eu-west-1")
    simple = {"openapi": "3.0.3", "info": {"title": "a", "version": "1"}, "paths": body["paths"]}

    def attempt(name, call):
        try:
            seen[name] = call()
        except Exception as error:
            seen[name] = type(error).__name__

    api = control.create_rest_api(name="a")["id"]
    attempt("openapi_import", lambda: bool(control.put_rest_api(
        restApiId=api, mode="overwrite", body=json.dumps(body))["binaryMediaTypes"]))
    attempt("openapi_import_as_new_api", lambda: bool(control.import_rest_api(body=json.dumps(simple))["id"]))

    api = control.create_rest_api(name="a")["id"]
    root = control.get_resources(restApiId=api)["items"][0]["id"]
    where = {"restApiId": api, "resourceId": root}
    control.put_method(**where, httpMethod="GET", authorizationType="NONE")
    control.put_integration(**where, httpMethod="GET", type="MOCK")
    first = control.create_deployment(restApiId=api, stageName="beta")["id"]
    control.update_stage(restApiId=api, stageName="beta", patchOperations=[
        {"op": "replace", "path": "/*/*/throttling/rateLimit", "value": "5"}])
    second = control.create_deployment(restApiId=api, stageName="beta")["id"]
    settings = control.get_stage(restApiId=api, stageName="beta").get("methodSettings")
    seen["deployment_snapshot"] = bool(settings)
    attempt("deployment_in_use", lambda: bool(control.delete_deployment(restApiId=api, deploymentId=first)))
    export = control.get_export(restApiId=api, stageName="beta", exportType="oas30")
    seen["openapi_export"] = "openapi" in json.loads(export["body"].read())
print(json.dumps(seen))
"""


def test_moto_still_needs_each_correction() -> None:
    """In one process of stock moto each symptom shows; a True here means: delete that correction."""
    body = document({"/": {"get": operation()}}, binary_media_types=["image/png"])
    environment = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "PATH": ""}
    stock = subprocess.run(
        [sys.executable, "-c", STOCK],
        input=json.dumps(body),
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )

    right = {name: seen is True for name, seen in json.loads(stock.stdout).items()}
    assert right == dict.fromkeys(OURS, False)
    assert set(CORRECTIONS) >= OURS
