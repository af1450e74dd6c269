"""Which method answers which request, and what clients hear when none does."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from moto.apigateway.models import apigateway_backends

from tests.functional.gateway_stage import (
    ACCOUNT,
    REGION,
    Stage,
    document,
    operation,
    proxy_answer,
    running_stage,
)

pytestmark = pytest.mark.functional


@pytest.fixture
def stage() -> Iterator[Stage]:
    with running_stage() as running:
        yield running


def _resource(stage: Stage, method: str, path: str) -> tuple[str, dict[str, str] | None]:
    stage.function.answers.append(proxy_answer())
    assert stage.send(method, path).status == 200
    return stage.function.event["resource"], stage.function.event["pathParameters"]


def test_root_any_and_parameters(stage: Stage) -> None:
    """Literal segments win over parameters, parameters over greedy ones; a verb wins over ANY."""
    stage.deploy(
        document(
            {
                "/": {"post": operation()},
                "/models": {
                    "x-amazon-apigateway-any-method": operation(),
                    "get": operation(operationId="list"),
                },
                "/models/{name}": {"get": operation()},
                "/models/iris": {"get": operation()},
                "/models/{name}/versions/{version}": {"get": operation()},
                "/files/{proxy+}": {"x-amazon-apigateway-any-method": operation()},
            }
        )
    )

    assert _resource(stage, "POST", "/") == ("/", None)
    assert _resource(stage, "POST", "") == ("/", None)
    assert _resource(stage, "DELETE", "/models") == ("/models", None)
    assert _resource(stage, "GET", "/models/") == ("/models", None)
    assert _resource(stage, "GET", "/models/iris") == ("/models/iris", None)
    assert _resource(stage, "GET", "/models/a%20b") == ("/models/{name}", {"name": "a b"})
    assert _resource(stage, "GET", "/models/iris/versions/2") == (
        "/models/{name}/versions/{version}",
        {"name": "iris", "version": "2"},
    )
    assert _resource(stage, "PUT", "/files/a/b.csv") == ("/files/{proxy+}", {"proxy": "a/b.csv"})


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/predict"), ("POST", "/nothing"), ("POST", "/predict/x")]
)
def test_unknown_path_or_method(stage: Stage, method: str, path: str) -> None:
    """AWS says Missing Authentication Token for what isn't there."""
    stage.serve()

    reply = stage.send(method, path)

    assert (reply.status, reply.body) == (403, b'{"message":"Missing Authentication Token"}')
    assert reply.headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"
    assert reply.headers["Content-Type"] == "application/json"


def test_unknown_api_or_stage(stage: Stage) -> None:
    """A stage that doesn't exist is Forbidden."""
    stage.serve()

    replies = [
        stage.send(stage="gone"),
        stage.send_raw("GET", "/nosuchapi/beta/predict"),
        stage.send_raw("GET", "/"),
    ]

    assert [(reply.status, reply.body) for reply in replies] == [(403, b'{"message":"Forbidden"}')] * 3


def test_a_disabled_endpoint_is_forbidden(stage: Stage) -> None:
    """`disableExecuteApiEndpoint` shuts the stage's URL; custom domains aren't served here."""
    api_id = stage.serve()
    shut = [{"op": "replace", "path": "/disableExecuteApiEndpoint", "value": "true"}]
    stage.control.update_rest_api(restApiId=api_id, patchOperations=shut)

    assert (stage.send().status, stage.send().body) == (403, b'{"message":"Forbidden"}')


def test_host_header_names_the_api(stage: Stage) -> None:
    """`{api_id}.execute-api.…` with the stage first in the path, as on AWS."""
    api_id = stage.serve()
    stage.function.answers.append(proxy_answer())
    host = f"{api_id}.execute-api.eu-west-1.amazonaws.com"

    reply = stage.send_raw("POST", "/beta/predict", headers={"Host": host})

    assert reply.status == 200
    context = stage.function.event["requestContext"]
    assert (context["domainName"], context["domainPrefix"]) == (host, api_id)
    assert (context["path"], stage.function.event["path"]) == ("/beta/predict", "/predict")


def test_a_change_works_after_its_deployment(stage: Stage) -> None:
    """The stage serves the snapshot of its deployment, and moves with its deployment id."""
    api_id = stage.serve()
    first = stage.control.get_stage(restApiId=api_id, stageName="beta")["deploymentId"]
    changed = document({"/score": {"post": operation()}})
    stage.control.put_rest_api(restApiId=api_id, mode="overwrite", body=json.dumps(changed))
    stage.function.answers += [proxy_answer(), proxy_answer(), proxy_answer()]

    assert stage.send(path="/predict").status == 200
    assert stage.send(path="/score").status == 403
    second = stage.control.create_deployment(restApiId=api_id)["id"]
    assert stage.send(path="/predict").status == 200
    stage.set_stage(deploymentId=second)
    assert stage.send(path="/score").status == 200
    assert stage.send(path="/predict").status == 403
    assert stage.function.event["requestContext"]["deploymentId"] == second != first


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        (
            {"integration": {"type": "http_proxy", "httpMethod": "GET", "uri": "http://example.com/"}},
            "HTTP_PROXY",
        ),
    ],
)
def test_what_is_not_enforced_is_closed(
    stage: Stage, caplog: pytest.LogCaptureFixture, parts: dict[str, Any], reason: str
) -> None:
    """A method that asks for a check the local stage can't make answers 500 and says why in the log."""
    stage.serve(**parts)

    reply = stage.send(json={})

    assert (reply.status, reply.body) == (500, b'{"message":"Internal server error"}')
    assert reason in caplog.text


def test_a_web_acl_that_is_not_there_is_said(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """Once, in the stage's log."""
    api_id = stage.serve()
    stage.function.answers += [proxy_answer(), proxy_answer()]
    apigateway_backends[ACCOUNT][REGION].apis[api_id].stages["beta"].web_acl_arn = "arn:aws:wafv2:acl"

    assert [stage.send().status for _ in range(2)] == [200, 200]
    assert caplog.text.count("not enforced here: the web ACL arn:aws:wafv2:acl") == 1
