"""Draft-04 validation of bodies, required parameters, and what gateway responses say about it.

Messages are those of the library AWS uses, fge/json-schema-validator (validation.properties).
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.functional.gateway_stage import Stage, document, operation, proxy_answer, running_stage

pytestmark = pytest.mark.functional

MODEL = {
    "type": "object",
    "required": ["instances"],
    "properties": {
        "instances": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Row"}}
    },
}
ROW = {
    "type": "object",
    "properties": {
        "temp": {"type": "number", "minimum": -50, "maximum": 60},
        "season": {"type": "integer", "enum": [1, 2, 3, 4]},
        "name": {"type": "string", "minLength": 2, "maxLength": 4, "pattern": "^[a-z]+$"},
    },
    "additionalProperties": False,
}
VALIDATORS = {
    "request_validators": {"all": {"validateRequestBody": True, "validateRequestParameters": True}},
    "request_validator": "all",
    "schemas": {"Request": MODEL, "Row": ROW},
}
EXPLAINED = {
    "BAD_REQUEST_BODY": {
        "statusCode": 422,
        "responseTemplates": {
            "application/json": '{"detail":"$context.error.validationErrorString","id":"$context.requestId"}'
        },
        "responseParameters": {
            "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
            "gatewayresponse.header.Content-Type": "'application/problem+json'",
            "gatewayresponse.header.X-Asked": "method.request.header.Origin",
            "gatewayresponse.header.X-Id": "context.requestId",
        },
    }
}


@pytest.fixture
def stage() -> Iterator[Stage]:
    with running_stage() as running:
        running.function.answers += [proxy_answer()] * 20
        yield running


def _deploy(stage: Stage, **parts: Any) -> None:
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Request"}}}}
    parameters = [
        {"name": "version", "in": "query", "required": True},
        {"name": "X-Tenant", "in": "header", "required": True},
        {"name": "debug", "in": "query"},
    ]
    paths = {
        "/predict": {"post": operation(requestBody=body)},
        "/search": {"get": operation(parameters=parameters)},
    }
    stage.deploy(document(paths, **{**VALIDATORS, **parts}))


def test_a_good_body_passes(stage: Stage) -> None:
    """The function gets it as it was sent."""
    _deploy(stage)

    assert (
        stage.send(data='{"instances": [{"temp": 1}]}', headers={"Content-Type": "application/json"}).status
        == 200
    )
    assert stage.function.event["body"] == '{"instances": [{"temp": 1}]}'


def test_a_bad_body_hears_only_that_it_is_bad(stage: Stage) -> None:
    """AWS's default."""
    _deploy(stage)

    reply = stage.send(json={"rows": []})

    assert (reply.status, reply.body) == (400, b'{"message":"Invalid request body"}')
    assert reply.headers["x-amzn-ErrorType"] == "BadRequestException"


@pytest.mark.parametrize(
    ("body", "explanation"),
    [
        ({}, '[object has missing required properties (["instances"])]'),
        ([], '[instance type (array) does not match any allowed primitive type (allowed: ["object"])]'),
        (
            {"instances": [{"temp": -60}]},
            "[numeric instance is lower than the required minimum (minimum: -50, found: -60)]",
        ),
        (
            {"instances": [{"temp": 61}]},
            "[numeric instance is greater than the required maximum (maximum: 60, found: 61)]",
        ),
        (
            {"instances": [{"season": 5}]},
            "[instance value (5) not found in enum (possible values: [1,2,3,4])]",
        ),
        (
            {"instances": [{"wind": 1}]},
            'object instance has properties which are not allowed by the schema: ["wind"]',
        ),
        ({"instances": [{"name": "a"}]}, '[string "a" is too short (length: 1, required minimum: 2)]'),
        ({"instances": [{"name": "abcde"}]}, '[string "abcde" is too long (length: 5, maximum allowed: 4)]'),
        ({"instances": [{"name": "A1"}]}, '[ECMA 262 regex "^[a-z]+$" does not match input string "A1"]'),
        (
            {"instances": [{"temp": "x"}, {"season": True}]},
            '[instance type (string) does not match any allowed primitive type (allowed: ["number"]), '
            'instance type (boolean) does not match any allowed primitive type (allowed: ["integer"]), '
            "instance value (true) not found in enum (possible values: [1,2,3,4])]",
        ),
    ],
)
def test_a_gateway_response_may_explain(stage: Stage, body: Any, explanation: str) -> None:
    """`$context.error.validationErrorString`, safe inside a JSON string."""
    _deploy(stage, gateway_responses=EXPLAINED)

    reply = stage.send(json=body, headers={"Origin": "https://a.example"})

    assert reply.status == 422
    assert explanation in reply.json()["detail"]
    assert reply.json()["id"] == reply.headers["x-amzn-RequestId"] == reply.headers["X-Id"]
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert reply.headers["X-Asked"] == "https://a.example"


def test_an_empty_or_broken_body_is_refused(stage: Stage) -> None:
    """Nothing counts as `{}`; what is no JSON is no request."""
    _deploy(stage)
    headers = {"Content-Type": "application/json; charset=utf-8"}

    assert stage.send(headers=headers).status == 400
    assert stage.send(data=b"{", headers=headers).status == 400
    assert stage.send(data=b"\xff\xfe", headers=headers).status == 400


def test_an_integer_of_any_length_is_json(stage: Stage) -> None:
    """Python reads 4,300 digits, JSON knows no limit: type and bounds are judged here."""
    _deploy(stage, gateway_responses=EXPLAINED)
    headers = {"Content-Type": "application/json"}

    assert stage.send(data='{"instances": [], "free": ' + "9" * 5000 + "}", headers=headers).status == 200
    beyond = stage.send(data='{"instances": [{"temp": ' + "9" * 5000 + "}]}", headers=headers)
    assert "greater than the required maximum (maximum: 60" in beyond.json()["detail"]


def test_a_content_type_without_model_is_not_validated(stage: Stage) -> None:
    """The Lambda has to judge it; without a Content-Type JSON is assumed."""
    _deploy(stage)

    assert stage.send(data="a,b", headers={"Content-Type": "text/csv"}).status == 200
    assert stage.send(data="a,b", skip_auto_headers=["Content-Type"]).status == 400


def test_min_items_is_left_to_the_function(stage: Stage) -> None:
    """AWS lists minItems and maxItems as not included in request validation."""
    _deploy(stage)

    assert stage.send(json={"instances": []}).status == 200


def test_missing_parameters_are_named(stage: Stage) -> None:
    """Required ones only, in the order of the document; header names in any case."""
    _deploy(stage)

    reply = stage.send("GET", "/search")
    assert (reply.status, reply.json()) == (
        400,
        {"message": "Missing required request parameters: [version, X-Tenant]"},
    )
    assert stage.send("GET", "/search?version=2", headers={"x-tenant": "a"}).status == 200


def test_without_a_validator_nothing_is_checked(stage: Stage) -> None:
    """Models alone enforce nothing."""
    _deploy(stage, request_validator=None)
    text = json.dumps({"rows": []})

    assert stage.send(data=text, headers={"Content-Type": "application/json"}).status == 200


def test_default_responses_stand_in_for_all_others(stage: Stage) -> None:
    """DEFAULT_4XX serves every 4xx without a response of its own, with that refusal's values."""
    template = (
        '{"type":"$context.error.responseType","message":$context.error.messageString,"at":"$context.path"}'
    )
    answers = {
        "DEFAULT_4XX": {"responseTemplates": {"application/json": template}},
        "MISSING_AUTHENTICATION_TOKEN": {"statusCode": 404},
    }
    _deploy(stage, gateway_responses=answers)

    bad = stage.send(json=[])
    assert (bad.status, bad.json()) == (
        400,
        {"type": "BAD_REQUEST_BODY", "message": "Invalid request body", "at": "/beta/predict"},
    )
    missing = stage.send(path="/gone")
    assert (missing.status, missing.body) == (404, b'{"message":"Missing Authentication Token"}')
    assert "Access-Control-Allow-Origin" not in missing.headers
