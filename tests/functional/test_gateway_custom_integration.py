"""Non-proxy integrations: MOCK (CORS) and Lambda with mapping templates."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.functional.gateway_stage import INVOKE_URI, Stage, document, operation, result, running_stage

pytestmark = pytest.mark.functional

ALLOW = "Access-Control-Allow-Origin"


@pytest.fixture
def stage() -> Iterator[Stage]:
    with running_stage() as running:
        yield running


def _direct(**parts: Any) -> dict[str, Any]:
    default = {"default": {"statusCode": "200"}}
    return {"type": "aws", "httpMethod": "POST", "uri": INVOKE_URI, "responses": default, **parts}


def _preflight(template: str | None = None) -> dict[str, Any]:
    parameters = {f"method.response.header.{ALLOW}": "'https://a.example'"}
    answer: dict[str, Any] = {"statusCode": "204", "responseParameters": parameters}
    if template:
        answer["responseTemplates"] = {"application/json": template}
    return {
        "responses": {"204": {"description": "", "headers": {ALLOW: {"schema": {"type": "string"}}}}},
        "x-amazon-apigateway-integration": {
            "type": "mock",
            "requestTemplates": {"application/json": '{"statusCode": 204}'},
            "responses": {"default": answer},
        },
    }


def test_a_preflight_needs_no_backend(stage: Stage) -> None:
    """MOCK answers the integration response's status and headers."""
    stage.deploy(document({"/predict": {"post": operation(), "options": _preflight()}}))

    reply = stage.send("OPTIONS", "/predict", headers={"Origin": "https://b.example"})

    assert (reply.status, reply.body, reply.headers[ALLOW]) == (204, b"", "https://a.example")


def test_a_template_may_choose_the_origin(stage: Stage) -> None:
    """`$context.responseOverride.header` wins over the mapped header."""
    template = (
        '#set($origin = $input.params("Origin"))'
        '#if($origin == "https://b.example" || $origin == "https://c.example")'
        "#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)#end"
    )
    stage.deploy(document({"/predict": {"post": operation(), "options": _preflight(template)}}))

    allowed = stage.send("OPTIONS", "/predict", headers={"Origin": "https://c.example"})
    other = stage.send("OPTIONS", "/predict", headers={"Origin": "https://evil.example"})

    assert (allowed.headers[ALLOW], other.headers[ALLOW]) == ("https://c.example", "https://a.example")
    assert stage.send("OPTIONS", "/predict").headers[ALLOW] == "https://a.example"


def test_a_mock_chooses_by_status(stage: Stage) -> None:
    """Selection patterns of a mock are matched against its status code."""
    health = operation(
        {
            "type": "mock",
            "requestTemplates": {
                "application/json": '{"statusCode": #if($input.params("ok"))200#{else}503#end}'
            },
            "responses": {
                "default": {"statusCode": "200", "responseTemplates": {"application/json": '{"up":true}'}},
                "5\\d\\d": {"statusCode": "503", "responseTemplates": {"application/json": '{"up":false}'}},
            },
        },
        responses={"200": {"description": ""}, "503": {"description": ""}},
    )
    stage.deploy(document({"/health": {"get": health}}))

    up, down = stage.send("GET", "/health?ok=1"), stage.send("GET", "/health")

    assert [(r.status, r.json()) for r in (up, down)] == [(200, {"up": True}), (503, {"up": False})]


def test_the_body_passes_through(stage: Stage) -> None:
    """Without templates the function gets the body and the client the result, in a 200."""
    stage.serve(_direct())
    stage.function.answers.append(result({"statusCode": 400, "body": "[1.5]"}))

    reply = stage.send(json={"instances": [[1]]})

    assert stage.function.event == {"instances": [[1]]}
    assert (reply.status, reply.json()) == (200, {"statusCode": 400, "body": "[1.5]"})
    assert reply.headers["Content-Type"] == "application/json"


def test_templates_on_both_sides(stage: Stage) -> None:
    """`$input`, `$util`, `$context`, `$stageVariables`, #set, #if and #foreach."""
    request = (
        "#set($rows = $input.path('$.rows'))"
        '{"data": "#foreach($row in $rows)$row#if($foreach.hasNext),#end#end",'
        " \"first\": $input.json('$.rows[0]'),"
        ' "size": $rows.size(), "raw": "$util.base64Encode($input.body)", "who": "$input.params(\'X-Who\')",'
        ' "stage": "$context.stage", "alias": "${stageVariables.alias}", "none": "$input.path(\'$.none\')",'
        ' "quoted": "$util.escapeJavaScript($input.path(\'$.text\'))", "path": "$context.resourcePath"}'
    )
    answer = {
        "default": {"statusCode": "200", "responseTemplates": {"application/json": "$input.json('$.body')"}}
    }
    stage.serve(_direct(requestTemplates={"application/json": request}, responses=answer))
    stage.patch_stage([{"op": "replace", "path": "/variables/alias", "value": "live"}])
    stage.function.answers.append(result({"body": [1, 2]}))

    reply = stage.send(
        data='{"rows":[1.5,2],"text":"a\\"b"}', headers={"Content-Type": "application/json", "x-who": "me"}
    )

    assert reply.json() == [1, 2]
    assert stage.function.event == {
        "data": "1.5,2",
        "first": 1.5,
        "size": 2,
        "raw": "eyJyb3dzIjpbMS41LDJdLCJ0ZXh0IjoiYVwiYiJ9",
        "who": "me",
        "stage": "beta",
        "alias": "live",
        "none": "",
        "quoted": 'a"b',
        "path": "/predict",
    }


@pytest.mark.parametrize(
    ("passthrough", "content_type", "status"),
    [
        ("when_no_match", "text/plain", 200),
        ("when_no_templates", "text/plain", 415),
        ("never", "text/plain", 415),
        ("never", "application/json", 200),
    ],
)
def test_passthrough_behaviour(stage: Stage, passthrough: str, content_type: str, status: int) -> None:
    """What happens to a content type without template."""
    templates = {"application/json": "$input.json('$')"}
    stage.serve(_direct(requestTemplates=templates, passthroughBehavior=passthrough))
    stage.function.answers.append(result({}))

    reply = stage.send(data="[1]", headers={"Content-Type": content_type})

    assert reply.status == status
    assert status == 200 or reply.json() == {"message": "Unsupported Media Type"}


def test_selection_patterns_meet_the_error_message(stage: Stage) -> None:
    """Only a failed function has one; no match is the default response."""
    answers = {
        "default": {"statusCode": "200"},
        "(\\n|.)*not found(\\n|.)*": {
            "statusCode": "404",
            "responseTemplates": {"application/json": '{"detail": "$input.path(\'$.errorMessage\')"}'},
        },
    }
    responses = {code: {"description": ""} for code in ("200", "404")}
    stage.serve(_direct(responses=answers), responses=responses)
    stage.function.answers += [
        result({"errorMessage": "model\nnot found", "errorType": "E"}, error="Unhandled"),
        result({"errorMessage": "other"}, error="Unhandled"),
        result({"errorMessage": "not found"}),
    ]

    found = [stage.send(json={}) for _ in range(3)]

    assert [reply.status for reply in found] == [404, 200, 200]
    assert "not found" in json.loads(found[0].body, strict=False)["detail"]


def test_no_matching_response_is_500(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """Without a default response nothing can be answered."""
    stage.serve(_direct(responses={"x": {"statusCode": "200"}}))
    stage.function.answers.append(result({}))

    assert stage.send(json={}).status == 500
    assert "No integration response" in caplog.text


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("#macro(a)#end", "#macro"),
        ("$input.body.toUpperCase()", ".toUpperCase()"),
        ("$nothing.here", "$nothing"),
        ("$input.json('$..x')", "JSONPath"),
        ("#set($context.requestOverride.header.X = 'y'){}", "requestOverride"),
        ("$context.stage-$context.apiId", "reads as one name"),
    ],
)
def test_a_template_beyond_the_subset_is_refused(
    stage: Stage, caplog: pytest.LogCaptureFixture, template: str, reason: str
) -> None:
    """500 with the reason in the log, never a different output."""
    stage.serve(_direct(requestTemplates={"application/json": template}))

    assert stage.send(json={}).status == 500
    assert reason in caplog.text
