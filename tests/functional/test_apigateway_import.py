"""The corrections of `apigateway_import.py`: what they make right, and that moto still needs them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from scripts.local_stage.corrections import CORRECTIONS
from tests.functional.gateway_stage import (
    INVOKE_URI,
    PROXY,
    Stage,
    document,
    operation,
    proxy_answer,
    running_stage,
)

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


def _whole() -> dict[str, Any]:
    row = {"type": "object", "properties": {"temp": {"type": "number"}}}
    request = {"type": "object", "properties": {"instances": {"items": {"$ref": "#/components/schemas/Row"}}}}
    body = document(
        {
            "/": {
                "get": operation(
                    {
                        "type": "mock",
                        "passthroughBehavior": "when_no_templates",
                        "requestTemplates": {"application/json": '{"statusCode": 200}'},
                        "responses": {
                            "default": {"statusCode": "200", "responseTemplates": {"text/plain": "ok"}}
                        },
                    },
                    security=[],
                )
            },
            "/models/{name}": {
                "parameters": [
                    {"name": "name", "in": "path", "required": True},
                    {"$ref": "#/components/parameters/Q"},
                ],
                "post": operation(
                    operationId="predict",
                    requestBody={
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Request"}},
                            "text/json": {"schema": {"type": "object"}},
                        }
                    },
                ),
                "x-amazon-apigateway-any-method": operation({**PROXY, "timeoutInMillis": 5000}),
            },
        },
        schemas={"Row": row, "Request": request},
        request_validators={
            "body": {"validateRequestBody": True, "validateRequestParameters": False},
            "parameters": {"validateRequestBody": False, "validateRequestParameters": True},
        },
        request_validator="parameters",
        gateway_responses={
            "THROTTLED": {"responseTemplates": {"application/json": "{}"}},
            "DEFAULT_4XX": {"statusCode": 418, "responseParameters": {"gatewayresponse.header.A": "'b'"}},
        },
        binary_media_types=["image/png"],
        minimum_compression_size=1024,
        api_key_source="HEADER",
    )
    body["paths"]["/models/{name}"]["post"]["x-amazon-apigateway-request-validator"] = "body"
    body["security"] = [{"api_key": []}]
    body["components"]["parameters"] = {"Q": {"name": "q", "in": "query"}}
    return body


def _method(stage: Stage, path: str, verb: str) -> Any:
    resources = {r["path"]: r["id"] for r in stage.control.get_resources(restApiId=stage.api_id)["items"]}
    return stage.control.get_method(restApiId=stage.api_id, resourceId=resources[path], httpMethod=verb)


def test_operations_are_read_whole(stage: Stage) -> None:
    """Security, validator, models, parameters, integration of a method."""
    stage.deploy(_whole())
    validators = {v["id"]: v for v in stage.control.get_request_validators(restApiId=stage.api_id)["items"]}

    post = _method(stage, "/models/{name}", "POST")
    inline = post["requestModels"].pop("text/json")
    assert (post["apiKeyRequired"], post["authorizationType"], post["operationName"]) == (
        True,
        "NONE",
        "predict",
    )
    assert post["requestModels"] == {"application/json": "Request"}
    assert inline.startswith("MODEL")
    assert post["requestParameters"] == {
        "method.request.path.name": True,
        "method.request.querystring.q": False,
    }
    assert validators[post["requestValidatorId"]]["name"] == "body"
    anything = _method(stage, "/models/{name}", "ANY")
    assert validators[anything["requestValidatorId"]]["name"] == "parameters"
    assert (anything["methodIntegration"]["type"], anything["methodIntegration"]["uri"]) == (
        "AWS_PROXY",
        INVOKE_URI,
    )
    assert anything["methodIntegration"]["timeoutInMillis"] == 5000
    mock = _method(stage, "/", "GET")
    assert (mock["apiKeyRequired"], mock["methodIntegration"]["type"]) == (False, "MOCK")
    assert mock["methodIntegration"]["passthroughBehavior"] == "WHEN_NO_TEMPLATES"
    assert mock["methodIntegration"]["integrationResponses"]["200"]["responseTemplates"] == {
        "text/plain": "ok"
    }


def test_settings_models_and_gateway_responses_are_read(stage: Stage) -> None:
    """What stock moto drops while the plan stays clean."""
    stage.deploy(_whole())
    api = stage.control.get_rest_api(restApiId=stage.api_id)

    assert (api["name"], api["version"], api["binaryMediaTypes"]) == ("scores", "1.2", ["image/png"])
    assert (api["minimumCompressionSize"], api["apiKeySource"]) == (1024, "HEADER")
    model = stage.control.get_model(restApiId=stage.api_id, modelName="Request")
    url = f"https://apigateway.amazonaws.com/restapis/{stage.api_id}/models/Row"
    assert json.loads(model["schema"])["properties"]["instances"]["items"] == {"$ref": url}
    throttled = stage.control.get_gateway_response(restApiId=stage.api_id, responseType="THROTTLED")
    default = stage.control.get_gateway_response(restApiId=stage.api_id, responseType="DEFAULT_4XX")
    assert throttled["responseTemplates"] == {"application/json": "{}"}
    assert "statusCode" not in throttled
    assert (default["statusCode"], default["responseParameters"]) == (
        "418",
        {"gatewayresponse.header.A": "'b'"},
    )


def test_overwriting_keeps_the_root_and_drops_the_rest(stage: Stage) -> None:
    """Terraform refers to the root resource's id."""
    stage.deploy(_whole())
    before = stage.control.get_rest_api(restApiId=stage.api_id)

    body = json.dumps(document({"/other": {"get": operation()}}))
    stage.control.put_rest_api(restApiId=stage.api_id, mode="overwrite", body=body)

    after = stage.control.get_rest_api(restApiId=stage.api_id)
    resources = {r["path"]: r for r in stage.control.get_resources(restApiId=stage.api_id)["items"]}
    assert set(resources) == {"/", "/other"}
    assert before["rootResourceId"] == after["rootResourceId"] == resources["/"]["id"]
    assert "resourceMethods" not in resources["/"]
    assert stage.control.get_models(restApiId=stage.api_id)["items"] == []
    assert after["binaryMediaTypes"] == []


def test_merging_adds(stage: Stage) -> None:
    """What the document doesn't name stays."""
    stage.deploy(_whole())

    body = json.dumps(document({"/other": {"get": operation()}}))
    stage.control.put_rest_api(restApiId=stage.api_id, mode="merge", body=body)

    paths = {r["path"] for r in stage.control.get_resources(restApiId=stage.api_id)["items"]}
    assert paths == {"/", "/models", "/models/{name}", "/other"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda d: d["components"]["schemas"].update(bad_name={}),
            "Model name must be alphanumeric: bad_name",
        ),
        (lambda d: d["components"]["schemas"].pop("Row"), "Invalid model reference"),
        (lambda d: d.pop("x-amazon-apigateway-request-validators"), "Invalid request validator"),
        (lambda d: d["components"]["securitySchemes"].pop("api_key"), "Invalid security scheme"),
        (lambda d: d["paths"]["/"]["get"]["responses"].clear(), "no method response for status 200"),
        (
            lambda d: d["paths"]["/"]["get"]["x-amazon-apigateway-integration"]["responses"][
                "default"
            ].update(responseParameters={"method.response.header.X": "'y'"}),
            "Invalid mapping expression parameter specified: method.response.header.X",
        ),
        (
            lambda d: d["paths"]["/"]["get"]["x-amazon-apigateway-integration"].update(type="odd"),
            "invalid type",
        ),
        (
            lambda d: d["paths"].update({"/models/{id}/state": {"get": operation()}}),
            r"A sibling \(\{(name|id)\}\) of this resource already has a variable path part",
        ),
        (lambda d: d.update(openapi="3.1.0"), "PutRestApi"),
    ],
)
def test_what_aws_refuses_is_refused_and_changes_nothing(stage: Stage, change: Any, message: str) -> None:
    """A document that works locally must import on AWS."""
    api_id = stage.deploy(document({"/predict": {"post": operation()}}, binary_media_types=["a/b"]))
    stage.function.answers.append(proxy_answer())
    body = _whole()
    change(body)

    with pytest.raises(ClientError, match=message):
        stage.control.put_rest_api(restApiId=api_id, mode="overwrite", body=json.dumps(body))

    api = stage.control.get_rest_api(restApiId=api_id)
    assert (api["version"], api["binaryMediaTypes"]) == ("1.2", ["a/b"])
    assert {r["path"] for r in stage.control.get_resources(restApiId=api_id)["items"]} == {"/", "/predict"}
    stage.control.create_deployment(restApiId=api_id, stageName="beta")
    assert stage.send().status == 200


def test_a_refused_new_api_is_not_left_behind(stage: Stage) -> None:
    """ImportRestApi is all or nothing."""
    body = _whole()
    body["components"]["schemas"]["bad_name"] = {}

    with pytest.raises(ClientError):
        stage.control.import_rest_api(body=json.dumps(body))

    assert stage.control.get_rest_apis()["items"] == []


def test_authorizers_are_read(stage: Stage) -> None:
    """Lambda authorizers and IAM; the identity source of a TOKEN is the scheme's header."""
    uri = INVOKE_URI
    body = document(
        {"/a": {"get": operation(security=[{"token": []}])}, "/b": {"get": operation(security=[{"iam": []}])}}
    )
    token = {
        "type": "token",
        "authorizerUri": uri,
        "authorizerResultTtlInSeconds": 60,
        "identityValidationExpression": "Bearer .+",
    }
    scheme = {"type": "apiKey", "name": "Authorization", "in": "header"}
    body["components"]["securitySchemes"] |= {
        "token": {
            **scheme,
            "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": token,
        },
        "iam": {**scheme, "x-amazon-apigateway-authtype": "awsSigv4"},
    }
    stage.deploy(body)

    (authorizer,) = stage.control.get_authorizers(restApiId=stage.api_id)["items"]
    assert (authorizer["type"], authorizer["authorizerUri"]) == ("TOKEN", uri)
    assert authorizer["identitySource"] == "method.request.header.Authorization"
    assert authorizer["identityValidationExpression"] == "Bearer .+"
    method = _method(stage, "/a", "GET")
    assert (method["authorizationType"], method["authorizerId"]) == ("CUSTOM", authorizer["id"])
    assert _method(stage, "/b", "GET")["authorizationType"] == "AWS_IAM"
    assert [stage.send("GET", path).status for path in ("/a", "/b")] == [401, 403]


def test_cognito_authorizers_are_read_with_their_scopes(stage: Stage) -> None:
    """A key that is demanded besides stands as a further entry, as SAM writes it."""
    pool = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_a"
    security = [{"cognito": ["scores/read"]}, {"api_key": []}]
    body = document({"/a": {"get": operation(security=security)}})
    body["components"]["securitySchemes"]["cognito"] = {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authtype": "cognito_user_pools",
        "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": [pool]},
    }
    stage.deploy(body)

    (authorizer,) = stage.control.get_authorizers(restApiId=stage.api_id)["items"]
    assert (authorizer["type"], authorizer["providerARNs"]) == ("COGNITO_USER_POOLS", [pool])
    method = _method(stage, "/a", "GET")
    assert (method["authorizationType"], method["authorizerId"]) == ("COGNITO_USER_POOLS", authorizer["id"])
    assert (method["authorizationScopes"], method["apiKeyRequired"]) == (["scores/read"], True)


def test_an_import_that_overwrites_takes_the_policy_away(stage: Stage) -> None:
    """The document is all there is; a merge keeps the policy."""
    policy = {"Version": "2012-10-17", "Statement": []}
    stage.deploy(document({"/a": {"get": operation()}}, policy=policy))
    body = json.dumps(document({"/a": {"get": operation()}}))

    stage.control.put_rest_api(restApiId=stage.api_id, mode="merge", body=body)
    assert "policy" in stage.control.get_rest_api(restApiId=stage.api_id)
    stage.control.put_rest_api(restApiId=stage.api_id, mode="overwrite", body=body)
    assert "policy" not in stage.control.get_rest_api(restApiId=stage.api_id)


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
    stage.deploy(_whole())
    stage.control.put_rest_api(restApiId=stage.api_id, mode="merge", body=json.dumps(document({"/new": {}})))

    def export(**parts: Any) -> Any:
        answer = stage.control.get_export(
            restApiId=stage.api_id, stageName="beta", exportType="oas30", **parts
        )
        return json.loads(answer["body"].read())

    whole, plain = export(parameters={"extensions": "apigateway"}), export()
    assert whole["paths"] == _whole()["paths"]
    assert whole["components"] == _whole()["components"]
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
