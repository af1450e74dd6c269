"""Lambda proxy integration: the event, the answer, and Lambda's failures.

The event's shape: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

import asyncio
import base64
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest

from scripts.local_stage.lambda_runtime import InvocationSource, LambdaApiError
from tests.functional.gateway_stage import (
    ACCOUNT,
    FUNCTION,
    INVOKE_URI,
    PROXY,
    REGION,
    Stage,
    document,
    operation,
    proxy_answer,
    result,
    running_stage,
)

pytestmark = pytest.mark.functional

SERVER_ERROR = b'{"message":"Internal server error"}'


@pytest.fixture
def stage() -> Iterator[Stage]:
    with running_stage() as running:
        yield running


def test_the_event_of_rest_v1(stage: Stage) -> None:
    """Every field of the documented event, with literal values."""
    api_id = stage.deploy(document({"/models/{name}": {"post": operation()}}))
    stage.patch_stage([{"op": "replace", "path": "/variables/alias", "value": "live"}])
    stage.function.answers.append(proxy_answer())
    headers = [
        ("Host", "api.example:8443"),
        ("X-Twice", "one"),
        ("X-Twice", "two"),
        ("content-type", "text/csv"),
        ("User-Agent", "curl/8"),
        ("Accept", "*/*"),
        ("Accept-Encoding", "gzip"),
        ("X-Forwarded-For", "10.0.0.1"),
        ("X-Amzn-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793"),
    ]
    reply = stage.send(
        "POST", "/models/bike%20rental?data=1%2C2&a=x&a=y&empty=", data="1,2\n", headers=headers
    )

    event: dict[str, Any] = stage.function.event
    context = event.pop("requestContext")
    extended, request_id = context.pop("extendedRequestId"), context.pop("requestId")
    assert event == {
        "resource": "/models/{name}",
        "path": "/models/bike%20rental",
        "httpMethod": "POST",
        "headers": {
            "Host": "api.example:8443",
            "X-Twice": "two",
            "content-type": "text/csv",
            "User-Agent": "curl/8",
            "Accept": "*/*",
            "Accept-Encoding": "gzip",
            "X-Amzn-Trace-Id": "Root=1-5759e988-bd862e3fe1be46a994272793",
            "X-Forwarded-For": "10.0.0.1, 127.0.0.1",
            "X-Forwarded-Port": "8443",
            "X-Forwarded-Proto": "http",
        },
        "multiValueHeaders": {
            "Host": ["api.example:8443"],
            "X-Twice": ["one", "two"],
            "content-type": ["text/csv"],
            "User-Agent": ["curl/8"],
            "Accept": ["*/*"],
            "Accept-Encoding": ["gzip"],
            "X-Amzn-Trace-Id": ["Root=1-5759e988-bd862e3fe1be46a994272793"],
            "X-Forwarded-For": ["10.0.0.1, 127.0.0.1"],
            "X-Forwarded-Port": ["8443"],
            "X-Forwarded-Proto": ["http"],
        },
        "queryStringParameters": {"data": "1,2", "a": "y", "empty": ""},
        "multiValueQueryStringParameters": {"data": ["1,2"], "a": ["x", "y"], "empty": [""]},
        "pathParameters": {"name": "bike rental"},
        "stageVariables": {"alias": "live"},
        "body": "1,2\n",
        "isBase64Encoded": False,
    }
    resources = stage.control.get_resources(restApiId=api_id)["items"]
    assert context == {
        "resourceId": next(r["id"] for r in resources if r["path"] == "/models/{name}"),
        "resourcePath": "/models/{name}",
        "httpMethod": "POST",
        "requestTime": "01/Jan/2026:12:00:00 +0000",
        "requestTimeEpoch": 1767268800000,
        "path": "/beta/models/bike%20rental",
        "accountId": ACCOUNT,
        "protocol": "HTTP/1.1",
        "stage": "beta",
        "domainPrefix": "api",
        "domainName": "api.example",
        "deploymentId": stage.control.get_stage(restApiId=api_id, stageName="beta")["deploymentId"],
        "apiId": api_id,
        "identity": {
            "cognitoIdentityPoolId": None,
            "accountId": None,
            "cognitoIdentityId": None,
            "caller": None,
            "sourceIp": "127.0.0.1",
            "principalOrgId": None,
            "accessKey": None,
            "cognitoAuthenticationType": None,
            "cognitoAuthenticationProvider": None,
            "userArn": None,
            "userAgent": "curl/8",
            "user": None,
        },
    }
    assert re.fullmatch(r"[\w-]{36}", request_id)
    assert reply.headers["x-amzn-RequestId"] == request_id
    assert reply.headers["x-amz-apigw-id"] == extended
    assert reply.headers["X-Amzn-Trace-Id"] == "Root=1-5759e988-bd862e3fe1be46a994272793"


def test_nothing_is_null(stage: Stage) -> None:
    """AWS sends null for no query, no parameters, no variables, no body."""
    stage.deploy(document({"/": {"get": operation()}}))
    stage.function.answers.append(proxy_answer())

    stage.send("GET", "/")

    empty = (
        "queryStringParameters",
        "multiValueQueryStringParameters",
        "pathParameters",
        "stageVariables",
        "body",
    )
    assert [stage.function.event[name] for name in empty] == [None] * 5
    assert re.fullmatch(
        r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", stage.function.event["headers"]["X-Amzn-Trace-Id"]
    )


def test_the_function_is_called_as_the_gateway(stage: Stage) -> None:
    """By alias, with the ARN that `aws_lambda_permission` names; a path parameter is `*` in it."""
    api_id = stage.deploy(document({"/models/{name}": {"x-amazon-apigateway-any-method": operation()}}))
    stage.function.answers.append(proxy_answer())

    stage.send("PUT", "/models/iris")

    function, qualifier, source, _ = stage.function.calls[0]
    assert (function, qualifier) == (FUNCTION, "live")
    arn = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api_id}/beta/PUT/models/*"
    assert source == InvocationSource("apigateway.amazonaws.com", arn, ACCOUNT)


def test_stage_variables_choose_the_alias(stage: Stage) -> None:
    """`${stageVariables.alias}` in the URI, read at the request."""
    stage.serve({**PROXY, "uri": INVOKE_URI.replace(":live/", ":${stageVariables.alias}/")})
    stage.function.answers += [proxy_answer(), proxy_answer()]

    for alias in ("blue", "green"):
        stage.patch_stage([{"op": "replace", "path": "/variables/alias", "value": alias}])
        stage.send()

    assert [call[1] for call in stage.function.calls] == ["blue", "green"]


def test_status_headers_and_body_come_from_the_function(stage: Stage) -> None:
    """multiValueHeaders win over headers of the same name; values become strings."""
    stage.serve()
    stage.function.answers.append(
        proxy_answer(
            201,
            "1\n",
            headers={"content-type": "text/csv", "X-Version": 7, "X-Many": "lost", "X-Null": None},
            multiValueHeaders={"X-Many": ["a", "b"]},
        )
    )

    reply = stage.send()

    assert (reply.status, reply.body) == (201, b"1\n")
    assert reply.headers.getall("Content-Type") == ["text/csv"]
    assert (reply.headers["X-Version"], reply.headers.getall("X-Many")) == ("7", ["a", "b"])
    assert "X-Null" not in reply.headers


def test_headers_a_function_may_not_set_are_renamed(stage: Stage) -> None:
    """AWS's list of remapped headers."""
    stage.serve()
    stage.function.answers.append(
        proxy_answer(headers={"Content-Length": "999", "WWW-Authenticate": "Basic"})
    )

    reply = stage.send()

    assert reply.headers["Content-Length"] == "11"
    assert reply.headers["x-amzn-Remapped-Content-Length"] == "999"
    assert reply.headers["x-amzn-Remapped-WWW-Authenticate"] == "Basic"


def test_defaults_of_an_answer(stage: Stage) -> None:
    """No statusCode is 200, no Content-Type is application/json, no body is empty."""
    stage.serve()
    stage.function.answers.append(result({}))

    reply = stage.send()

    assert (reply.status, reply.body, reply.headers["Content-Type"]) == (200, b"", "application/json")


@pytest.mark.parametrize(
    "payload",
    [
        None,
        "text",
        [1],
        {"statusCode": "abc"},
        {"statusCode": 99},
        {"statusCode": 200, "body": {"predictions": []}},
        {"statusCode": 200, "body": "", "headers": ["a"]},
        {"statusCode": 200, "body": "", "predictions": []},
        {"statusCode": 200, "multiValueHeaders": {"a": "b"}, "headers": {"c": {}}},
    ],
)
def test_a_malformed_answer_is_502(stage: Stage, caplog: pytest.LogCaptureFixture, payload: Any) -> None:
    """A 502; the reason stands in the log, not in the answer."""
    stage.serve()
    stage.function.answers.append(result(payload))

    reply = stage.send()

    assert (reply.status, reply.body) == (502, SERVER_ERROR)
    assert "Malformed Lambda proxy response" in caplog.text


def test_a_failed_function_is_502(stage: Stage) -> None:
    """Also a timeout of Lambda's own."""
    stage.serve()
    stage.function.answers.append(
        result({"errorMessage": "Task timed out after 3.00 seconds"}, error="Unhandled")
    )

    assert (stage.send().status, stage.function.answers) == (502, [])


@pytest.mark.parametrize(
    ("status", "error", "answered"),
    [
        (429, "TooManyRequestsException", 500),
        (403, "AccessDeniedException", 500),
        (404, "ResourceNotFoundException", 500),
        (413, "RequestTooLargeException", 413),
    ],
)
def test_lambda_api_refusals(stage: Stage, status: int, error: str, answered: int) -> None:
    """As AWS does: 500, never a retry; an event over 6 MB is too large."""
    stage.serve()
    stage.function.answers.append(LambdaApiError(status, error, "no"))

    reply = stage.send()

    assert reply.status == answered
    assert reply.body == (b'{"message":"Request Too Long"}' if answered == 413 else SERVER_ERROR)
    assert len(stage.function.calls) == 1


def test_a_slow_function_is_504(stage: Stage) -> None:
    """The gateway gives up at the integration's timeout and leaves the function running."""
    stage.serve({**PROXY, "timeoutInMillis": 50})
    finished = asyncio.Event()

    async def never() -> Any:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            finished.set()
            raise

    stage.function.answers.append(never)

    reply = stage.send()

    assert (reply.status, reply.body) == (504, b'{"message":"Endpoint request timed out"}')
    assert not finished.is_set()


def test_over_10_mb_is_413(stage: Stage) -> None:
    """Said by Content-Length, or found while reading chunks."""
    stage.serve()
    stage.function.answers.append(proxy_answer())

    async def chunks() -> Any:
        for _ in range(11):
            yield b"x" * 1_048_576

    assert stage.send(data=io.BytesIO(b"x" * 10_485_760)).status == 200
    for body in (io.BytesIO(b"x" * 10_485_761), chunks()):
        reply = stage.send(data=body)
        assert (reply.status, reply.body) == (413, b'{"message":"Request Too Long"}')


def test_binary_media_types_travel_as_base64(stage: Stage) -> None:
    """Request by Content-Type, response by the first type of Accept."""
    stage.deploy(document({"/predict": {"post": operation()}}, binary_media_types=["image/*"]))
    binary = base64.b64encode(b"\x00\xff").decode()
    stage.function.answers += [proxy_answer(body=binary, isBase64Encoded=True)] * 2

    decoded = stage.send(data=b"\xff\x00", headers={"Content-Type": "image/png", "Accept": "image/png, */*"})
    assert decoded.body == b"\x00\xff"
    assert (stage.function.event["body"], stage.function.event["isBase64Encoded"]) == ("/wA=", True)
    text = stage.send(data=b"a", headers={"Content-Type": "text/csv", "Accept": "*/*"})
    assert text.body == binary.encode()
    assert (stage.function.event["body"], stage.function.event["isBase64Encoded"]) == ("a", False)
