"""The access log and compression."""

import gzip
import json
import zlib
from collections.abc import Iterator

import pytest

from scripts.local_stage.lambda_runtime import InvokeResult
from tests.functional.gateway_stage import (
    PROXY,
    REGION,
    Stage,
    document,
    operation,
    proxy_answer,
    running_stage,
)

pytestmark = pytest.mark.functional

FORMAT = json.dumps(
    {
        "request_id": "$context.requestId",
        "time": "$context.requestTime",
        "status": "$context.status",
        "bytes": "$context.responseLength",
        "latency": "$context.responseLatency",
        "integration": "$context.integrationLatency",
        "integration_status": "$context.integrationStatus",
        "function_status": "$context.integration.status",
        "resource": "$context.resourcePath",
        "agent": "$context.identity.userAgent",
        "key": "$context.identity.apiKeyId",
        "refusal": "$context.error.responseType",
    }
)


@pytest.fixture
def stage() -> Iterator[Stage]:
    with running_stage() as running:
        yield running


def _log_to(stage: Stage, text: str) -> None:
    stage.patch_stage(
        [
            {
                "op": "replace",
                "path": "/accessLogSettings/destinationArn",
                "value": f"arn:aws:logs:{REGION}:1:log-group:/api/x",
            },
            {"op": "replace", "path": "/accessLogSettings/format", "value": text},
        ]
    )


def test_a_line_a_request(stage: Stage) -> None:
    """In the stage's format, with `-` for what isn't there and quotes made safe."""
    stage.serve()
    _log_to(stage, FORMAT)

    async def slow() -> InvokeResult:
        stage.now += 0.25
        return proxy_answer(418)

    stage.function.answers.append(slow)

    reply = stage.send(headers={"User-Agent": 'a"b'})

    ((group, stream, line, timestamp),) = stage.log.lines
    assert (group, len(stream), timestamp) == ("/api/x", 32, 1767268800250)
    assert json.loads(line) == {
        "request_id": reply.headers["x-amzn-RequestId"],
        "time": "01/Jan/2026:12:00:00 +0000",
        "status": "418",
        "bytes": "11",
        "latency": "250",
        "integration": "250",
        "integration_status": "200",
        "function_status": "418",
        "resource": "/predict",
        "agent": 'a"b',
        "key": "-",
        "refusal": "-",
    }


def test_refusals_are_logged_too(stage: Stage) -> None:
    """With their response type; nothing about an integration that wasn't called."""
    stage.serve()
    _log_to(
        stage,
        "$context.status $context.error.responseType $context.integrationLatency $context.error.message",
    )

    stage.send(path="/gone")

    assert stage.log.lines[0][2] == "403 MISSING_AUTHENTICATION_TOKEN - Missing Authentication Token"


def test_no_log_settings_no_log(stage: Stage) -> None:
    """A stage without access log writes none."""
    stage.serve()
    stage.function.answers.append(proxy_answer())

    stage.send()

    assert stage.log.lines == []


def test_answers_from_a_size_on_are_compressed(stage: Stage) -> None:
    """When the client takes gzip or deflate, and the API says from how many bytes."""
    stage.deploy(document({"/predict": {"post": operation()}}, minimum_compression_size=100))
    stage.function.answers += [proxy_answer(body="x" * 100)] * 3 + [proxy_answer(body="x" * 99)]

    zipped = stage.send(headers={"Accept-Encoding": "deflate;q=0.5, gzip"})
    deflated = stage.send(headers={"Accept-Encoding": "deflate"})
    plain = stage.send(headers={"Accept-Encoding": "identity"})
    small = stage.send(headers={"Accept-Encoding": "gzip"})

    assert (zipped.headers["Content-Encoding"], gzip.decompress(zipped.body)) == ("gzip", b"x" * 100)
    assert (deflated.headers["Content-Encoding"], zlib.decompress(deflated.body)) == ("deflate", b"x" * 100)
    assert "Content-Encoding" not in plain.headers
    assert "Content-Encoding" not in small.headers


def test_compressed_requests_are_opened_where_compression_is_on(stage: Stage) -> None:
    """Elsewhere the bytes go on as they are; a bomb stops at 10 MB."""
    stage.deploy(document({"/predict": {"post": operation(PROXY)}}, minimum_compression_size=0))
    stage.function.answers.append(proxy_answer())
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}

    assert stage.send(data=gzip.compress(b'{"a":1}'), headers=headers).status == 200
    assert stage.function.event["body"] == '{"a":1}'
    assert stage.send(data=gzip.compress(b"0" * 10_485_761), headers=headers).status == 413
    assert stage.send(data=b"no gzip", headers=headers).status == 415


def test_a_compressed_body_is_handed_on_where_compression_is_off(stage: Stage) -> None:
    """As binary when the type is a binary one."""
    stage.deploy(document({"/predict": {"post": operation(PROXY)}}, binary_media_types=["*/*"]))
    stage.function.answers.append(proxy_answer())

    stage.send(data=gzip.compress(b"a", mtime=0), headers={"Content-Encoding": "gzip"})

    assert stage.function.event["isBase64Encoded"] is True
    assert stage.function.event["body"].startswith("H4sI")
