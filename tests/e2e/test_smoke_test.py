"""The smoke test on a real stage: something is changed behind Terraform's back, and it names that."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from scripts.smoke.result import Result
from scripts.smoke.subject import Budget
from tests.deployed_stack import DeployedStack, failed

pytestmark = pytest.mark.e2e

COMMAND = ("-m", "scripts.smoke_test", "--requests", "3", "--no-record")


@contextmanager
def another_alias(stack: DeployedStack) -> Iterator[None]:
    """Point the alias at a version that someone published by hand."""
    functions, name = stack.aws("lambda"), stack.outputs["function_name"]
    functions.update_function_configuration(FunctionName=name, Description="by hand")
    version = functions.publish_version(FunctionName=name)["Version"]
    alias = {"FunctionName": name, "Name": stack.outputs["alias_name"]}
    functions.update_alias(**alias, FunctionVersion=version)
    try:
        yield
    finally:
        functions.update_alias(**alias, FunctionVersion=stack.outputs["function_version"])
        functions.update_function_configuration(FunctionName=name, Description="")
        functions.delete_function(FunctionName=name, Qualifier=version)  # else Terraform would go on to it


@contextmanager
def another_endpoint_configuration(stack: DeployedStack) -> Iterator[None]:
    """Let the endpoint run a copy of its configuration, as a roll-back would."""
    sagemaker, name = stack.aws("sagemaker"), stack.outputs["endpoint_name"]
    live = sagemaker.describe_endpoint_config(EndpointConfigName=stack.outputs["endpoint_configuration_name"])
    sagemaker.create_endpoint_config(
        EndpointConfigName="by-hand", ProductionVariants=live["ProductionVariants"]
    )
    sagemaker.update_endpoint(EndpointName=name, EndpointConfigName="by-hand")
    sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=name, WaiterConfig={"Delay": 1})
    try:
        yield
    finally:
        sagemaker.update_endpoint(
            EndpointName=name, EndpointConfigName=stack.outputs["endpoint_configuration_name"]
        )
        sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=name, WaiterConfig={"Delay": 1})
        sagemaker.delete_endpoint_config(EndpointConfigName="by-hand")


@contextmanager
def open_route(stack: DeployedStack) -> Iterator[None]:
    """Import and deploy the API's own document with the key left out of POST /predict."""
    gateway, api, stage = stack.aws("apigateway"), stack.outputs["rest_api_id"], stack.outputs["stage_name"]
    export = {"exportType": "oas30", "parameters": {"extensions": "apigateway"}}
    document = gateway.get_export(restApiId=api, stageName=stage, **export)["body"].read()
    opened = json.loads(document)
    opened["paths"]["/predict"]["post"]["security"] = []

    def serve(deployment: str) -> None:
        change = [{"op": "replace", "path": "/deploymentId", "value": deployment}]
        gateway.update_stage(restApiId=api, stageName=stage, patchOperations=change)

    gateway.put_rest_api(restApiId=api, mode="overwrite", body=json.dumps(opened).encode())
    deployment = gateway.create_deployment(restApiId=api)["id"]
    serve(deployment)
    try:
        yield
    finally:
        gateway.put_rest_api(restApiId=api, mode="overwrite", body=document)
        serve(stack.outputs["deployment_id"])
        gateway.delete_deployment(restApiId=api, deploymentId=deployment)


def red(results: dict[str, Result]) -> dict[str, str]:
    """Failed check → what was found."""
    return {name: results[name].found for name in failed(results)}


def test_an_alias_that_was_moved_is_seen(bike_rental: DeployedStack) -> None:
    """The alias is named, and the version that answers."""
    with another_alias(bike_rental):
        found = red(bike_rental.smoke_test())
    assert set(found) == {"alias", "contract live"}
    assert found["alias"] != f"live → version {bike_rental.outputs['function_version']}"


def test_an_endpoint_on_another_configuration_is_seen(bike_rental: DeployedStack) -> None:
    """Predictions are right and yet it is not what Terraform made."""
    with another_endpoint_configuration(bike_rental):
        assert red(bike_rental.smoke_test()) == {"endpoint configuration": "by-hand"}


def test_a_route_that_was_opened_is_seen(bike_rental: DeployedStack) -> None:
    """A route that answers without a key turns every check of keys red."""
    with open_route(bike_rental):
        found = red(bike_rental.smoke_test())
    assert set(found) == {"newest API deployed", "missing identity refused", "wrong identity refused", "CORS"}


def test_a_model_that_fails_is_seen(bike_rental: DeployedStack) -> None:
    """A container that answers 500 is no transient that a retry may hide."""
    with bike_rental.faults({"kind": "model_error", "status": 500}):
        found = red(bike_rental.smoke_test(budget=Budget(latency_ms=2000.0, requests=3, warm_up_seconds=1.0)))
    assert {"stage answers", "golden rows"} <= set(found)


def test_the_command_writes_table_json_and_junit_and_ends_with_0(
    bike_rental: DeployedStack, tmp_path: Path
) -> None:
    """People read standard error, pipelines standard output and the file."""
    file = tmp_path / "smoke.xml"
    ended = bike_rental.checkout.python(*COMMAND, *bike_rental.target, "--json", "--junit-xml", str(file))
    document = json.loads(ended.stdout)
    assert document["passed"] is True
    suite = ET.parse(file).getroot()
    assert (suite.get("tests"), suite.get("failures")) == (str(len(document["checks"])), "0")
    assert f"{len(document['checks'])} passed, 0 failed, 0 skipped" in ended.stderr


def test_the_command_ends_with_1_and_the_next_step_when_a_check_fails(bike_rental: DeployedStack) -> None:
    """The exit code is what a pipeline acts on."""
    with another_endpoint_configuration(bike_rental):
        ended = bike_rental.checkout.python(*COMMAND, *bike_rental.target, expect=1)
    assert "✗ endpoint configuration" in ended.stderr
    assert f"expected  {bike_rental.outputs['endpoint_configuration_name']}" in ended.stderr
    assert "make apply" in ended.stderr


def test_a_bare_url_needs_no_terraform(bike_rental: DeployedStack) -> None:
    """A URL, a key and the contract are enough for what a client can see."""
    arguments = (
        "--url",
        bike_rental.client.url,
        "--api-key",
        bike_rental.key,
        "--cors-origin",
        "https://a.example",
    )
    ended = bike_rental.checkout.python(*COMMAND, *arguments, "--json", environment={"PATH": "/nonexistent"})
    statuses = {check["name"]: check["status"] for check in json.loads(ended.stdout)["checks"]}
    assert statuses["golden rows"] == statuses["CORS"] == "passed"
    assert statuses["alias"] == "skipped"


def test_an_environment_that_is_not_there_is_wrong_usage(bike_rental: DeployedStack) -> None:
    """Exit code 2, and the names of those that are."""
    ended = bike_rental.checkout.python(*COMMAND, "--env", "nowhere", expect=2)
    assert "there are: dev, prod" in ended.stderr


def test_a_stack_that_is_not_applied_says_how_to_apply_it(bike_rental: DeployedStack) -> None:
    """There is nothing to test, which is not a pass."""
    ended = bike_rental.checkout.python(*COMMAND, "--env", "prod", expect=1)
    assert "make apply STACK=bike-rental ENV=prod ON=local" in ended.stderr
