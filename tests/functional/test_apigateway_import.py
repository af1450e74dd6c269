"""The corrections of `apigateway_import.py` that import a document: what they make right."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.functional.gateway_stage import (
    INVOKE_URI,
    Stage,
    document,
    operation,
    proxy_answer,
    running_stage,
)
from tests.functional.whole_document import method_of, whole_document

pytestmark = pytest.mark.functional


@pytest.fixture
def stage() -> Iterator[Stage]:
    with running_stage() as running:
        yield running


def test_operations_are_read_whole(stage: Stage) -> None:
    """Security, validator, models, parameters, integration of a method."""
    stage.deploy(whole_document())
    validators = {v["id"]: v for v in stage.control.get_request_validators(restApiId=stage.api_id)["items"]}

    post = method_of(stage, "/models/{name}", "POST")
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
    anything = method_of(stage, "/models/{name}", "ANY")
    assert validators[anything["requestValidatorId"]]["name"] == "parameters"
    assert (anything["methodIntegration"]["type"], anything["methodIntegration"]["uri"]) == (
        "AWS_PROXY",
        INVOKE_URI,
    )
    assert anything["methodIntegration"]["timeoutInMillis"] == 5000
    mock = method_of(stage, "/", "GET")
    assert (mock["apiKeyRequired"], mock["methodIntegration"]["type"]) == (False, "MOCK")
    assert mock["methodIntegration"]["passthroughBehavior"] == "WHEN_NO_TEMPLATES"
    assert mock["methodIntegration"]["integrationResponses"]["200"]["responseTemplates"] == {
        "text/plain": "ok"
    }


def test_settings_models_and_gateway_responses_are_read(stage: Stage) -> None:
    """What stock moto drops while the plan stays clean."""
    stage.deploy(whole_document())
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
    stage.deploy(whole_document())
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
    stage.deploy(whole_document())

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
    body = whole_document()
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
    body = whole_document()
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
    method = method_of(stage, "/a", "GET")
    assert (method["authorizationType"], method["authorizerId"]) == ("CUSTOM", authorizer["id"])
    assert method_of(stage, "/b", "GET")["authorizationType"] == "AWS_IAM"
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
    method = method_of(stage, "/a", "GET")
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
