"""A test for each fault that the function can answer: status, code, retryable, pointers."""

import base64
import json
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from tests import bike_rental
from tests.fake_lambda import FakeContext
from tests.functional.test_handler import event, posted
from tests.handler_module import make_client, make_handler
from tests.loopback_model import (
    ACCOUNT,
    ENDPOINT,
    Behaviour,
    LoopbackModel,
    broken_chunks,
    endpoint_missing,
    hang,
    model_error,
    not_http,
    one_score_a_row,
    refusal,
    reply,
    reset,
    truncated,
)

pytestmark = pytest.mark.functional

GOOD = event("rest_v1_predict")["body"]
ROW = bike_rental.FEATURES


class Fault(NamedTuple):
    """What a client sends, and what it is told."""

    sent: Any
    status: int
    code: str
    pointers: tuple[str, ...] = ()


def row(index: int, value: Any) -> dict[str, Any]:
    changed: list[Any] = list(ROW)
    changed[index] = value
    return {"features": changed}


def rows(*instances: Any) -> dict[str, Any]:
    return posted({"instances": list(instances)})


def binary(raw: bytes, **headers: str) -> dict[str, Any]:
    return posted(base64.b64encode(raw).decode(), isBase64Encoded=True, headers=headers)


REQUEST_FAULTS = {
    "empty body": Fault(posted(""), 400, "empty_body"),
    "no body": Fault(posted("", body=None), 400, "empty_body"),
    "white space": Fault(posted(" \r\n\t"), 400, "empty_body"),
    "invalid JSON": Fault(posted('{"instances": [1,]}'), 400, "invalid_json"),
    "trailing data": Fault(posted(GOOD + "x"), 400, "invalid_json"),
    "a second document": Fault(posted(GOOD + GOOD), 400, "invalid_json"),
    "duplicate key": Fault(posted('{"instances": [], "instances": [[1]]}'), 400, "duplicate_key"),
    "duplicate field": Fault(posted('{"instances": [{"temp": 1, "temp": 2}]}'), 400, "duplicate_key"),
    "NaN literal": Fault(posted(GOOD.replace("16.4", "NaN")), 400, "number_not_finite"),
    "Infinity literal": Fault(posted(GOOD.replace("16.4", "-Infinity")), 400, "number_not_finite"),
    "1e400": Fault(posted(GOOD.replace("16.4", "1e400")), 400, "number_not_finite"),
    "5,000-digit integer": Fault(posted(GOOD.replace("16.4", "9" * 5000)), 400, "number_too_long"),
    "nesting 2,000 deep": Fault(posted("[" * 2000 + "]" * 2000), 400, "nested_too_deeply"),
    "nesting 200,000 deep": Fault(posted("[" * 200_000), 400, "nested_too_deeply"),
    "nesting 40 deep": Fault(posted(GOOD.replace("16.4", "[" * 40 + "]" * 40)), 400, "nested_too_deeply"),
    "BOM": Fault(posted("\ufeff" + GOOD), 400, "invalid_encoding"),
    "BOM in bytes": Fault(binary(b"\xef\xbb\xbf" + GOOD.encode()), 400, "invalid_encoding"),
    "UTF-16": Fault(binary(GOOD.encode("utf-16")), 400, "invalid_encoding"),
    "UTF-16 without a mark": Fault(binary(GOOD.encode("utf-16-le")), 400, "invalid_encoding"),
    "Latin-1": Fault(binary('{"instances": "é"}'.encode("latin-1")), 400, "invalid_encoding"),
    "lone surrogate, escaped": Fault(posted('{"instances": ["\\ud800"]}'), 400, "invalid_encoding"),
    "lone surrogate, raw": Fault(posted('{"instances": ["\ud800"]}'), 400, "invalid_encoding"),
    "lone surrogate in a key": Fault(posted('{"instances": [{"\\uD800": 1}]}'), 400, "invalid_encoding"),
    "bad base64": Fault(posted("####", isBase64Encoded=True), 400, "invalid_base64"),
    "bad base64 padding": Fault(posted("abc", isBase64Encoded=True), 400, "invalid_base64"),
    "root is an array": Fault(posted([ROW]), 400, "not_an_object"),
    "root is a string": Fault(posted('"instances"'), 400, "not_an_object"),
    "body isn't text": Fault(posted("", body={"instances": []}), 400, "unreadable_request"),
    # 422, with a pointer for each field
    "missing feature": Fault(
        rows({k: v for k, v in bike_rental.BY_NAME.items() if k != "temp"}),
        422,
        "invalid_instances",
        ("/instances/0/temp",),
    ),
    "null": Fault(rows(row(5, None)), 422, "invalid_instances", ("/instances/0/features/5",)),
    "wrong type": Fault(rows(row(5, "16.4")), 422, "invalid_instances", ("/instances/0/features/5",)),
    "bool as number": Fault(rows(row(5, True)), 422, "invalid_instances", ("/instances/0/features/5",)),
    "int above 2^53": Fault(rows(row(7, 2**53 + 1)), 422, "invalid_instances", ("/instances/0/features/7",)),
    "int above 2^1100": Fault(rows(row(7, 2**1100)), 422, "invalid_instances", ("/instances/0/features/7",)),
    "fraction as integer": Fault(rows(row(1, 1.5)), 422, "invalid_instances", ("/instances/0/features/1",)),
    "out of range": Fault(rows(row(1, 5)), 422, "invalid_instances", ("/instances/0/features/1",)),
    "wrong arity, long": Fault(
        rows({"features": [*ROW, 1]}), 422, "invalid_instances", ("/instances/0/features",)
    ),
    "wrong arity, short": Fault(rows(ROW[:-1]), 422, "invalid_instances", ("/instances/0",)),
    "extra field": Fault(
        rows({**bike_rental.BY_NAME, "casual/day": 3}),
        422,
        "invalid_instances",
        ("/instances/0/casual~1day",),
    ),
    "extra field beside features": Fault(
        rows({"features": ROW, "id": 7}), 422, "invalid_instances", ("/instances/0/id",)
    ),
    "bad datetime": Fault(
        rows(row(0, "2012-02-30 17:00:00")), 422, "invalid_instances", ("/instances/0/features/0",)
    ),
    "datetime as number": Fault(
        rows(row(0, 1355936400)), 422, "invalid_instances", ("/instances/0/features/0",)
    ),
    "naive/aware mix": Fault(
        rows({"features": ROW}, row(0, "2012-12-19T17:00:00+01:00")),
        422,
        "invalid_instances",
        ("/instances/1/features/0",),
    ),
    "year out of range": Fault(
        rows(row(0, "10000-01-01 00:00:00")), 422, "invalid_instances", ("/instances/0/features/0",)
    ),
    "year zero": Fault(
        rows(row(0, "0000-01-01 00:00:00")), 422, "invalid_instances", ("/instances/0/features/0",)
    ),
    "zero instances": Fault(rows(), 422, "invalid_request", ("/instances",)),
    "instances isn't an array": Fault(posted({"instances": 5}), 422, "invalid_request", ("/instances",)),
    "no instances": Fault(posted({}), 422, "invalid_request", ("",)),
    "unknown member": Fault(posted({"instances": [ROW], "model": "b"}), 422, "invalid_request", ("/model",)),
    "an instance of another kind": Fault(rows(ROW, "text"), 422, "invalid_instances", ("/instances/1",)),
    "the nested shape, broken": Fault(
        rows({"data": {"features": ROW}}), 422, "invalid_instances", ("/instances/0/data/features",)
    ),
    "every wrong row at once": Fault(
        rows({"features": ROW}, row(1, 9), [1, 2], {**bike_rental.BY_NAME, "temp": "warm"}, row(0, "soon")),
        422,
        "invalid_instances",
        ("/instances/1/features/1", "/instances/2", "/instances/3/temp", "/instances/4/features/0"),
    ),
    # others
    "too many instances": Fault(rows(*[[]] * 10_001), 413, "too_many_instances"),
    "over 4 MiB": Fault(posted(" " * (4 * 1024 * 1024 + 1)), 413, "request_too_large"),
    "over 4 MiB as base64": Fault(binary(b" " * (4 * 1024 * 1024 + 1)), 413, "request_too_large"),
    "wrong content type": Fault(
        posted(GOOD, headers={"Content-Type": "application/xml"}), 415, "unsupported_media_type"
    ),
    "wrong charset": Fault(
        posted(GOOD, headers={"Content-Type": "application/json; charset=UTF-16"}),
        415,
        "unsupported_media_type",
    ),
    "bad gzip": Fault(
        binary(b"not gzip", **{"Content-Encoding": "gzip"}), 415, "unsupported_content_encoding"
    ),
    "unknown encoding": Fault(
        binary(b"...", **{"Content-Encoding": "br"}), 415, "unsupported_content_encoding"
    ),
    "wrong Accept": Fault(posted(GOOD, headers={"Accept": "text/html"}), 406, "not_acceptable"),
    "JSON ruled out": Fault(
        posted(GOOD, headers={"Accept": "application/json;q=0, image/*"}), 406, "not_acceptable"
    ),
    "unknown path": Fault(posted(GOOD, resource="/other", path="/other"), 404, "unknown_path"),
    "wrong method": Fault(posted(GOOD, httpMethod="DELETE"), 405, "method_not_allowed"),
}


class ModelFault(NamedTuple):
    """What the model does, at every attempt, and what the client is told."""

    behaviour: Behaviour
    status: int
    code: str
    retry: bool
    retry_after: str | None = None
    attempts: int = 1


MODEL_FAULTS = {
    "endpoint missing": ModelFault(endpoint_missing(), 503, "model_unavailable", False),
    "no permission": ModelFault(
        refusal(403, "AccessDeniedException", f"arn:aws:iam::{ACCOUNT}:role/x"),
        503,
        "model_unavailable",
        False,
    ),
    "endpoint creating": ModelFault(
        refusal(400, "ValidationError", f"Endpoint {ENDPOINT} is Creating."),
        503,
        "model_not_ready",
        True,
        "30",
    ),
    "model not ready": ModelFault(
        refusal(429, "ModelNotReadyException", "not ready"), 503, "model_not_ready", True, "30"
    ),
    "throttling": ModelFault(
        refusal(400, "ThrottlingException", "Rate exceeded"), 503, "model_throttled", True, "2", 2
    ),
    "service unavailable": ModelFault(
        refusal(503, "ServiceUnavailable", "busy"), 503, "model_unreachable", True, "2", 2
    ),
    "internal failure": ModelFault(refusal(500, "InternalFailure"), 503, "model_unreachable", True, "2", 2),
    "internal dependency": ModelFault(
        refusal(530, "InternalDependencyException"), 503, "model_unreachable", True, "2"
    ),
    "reset": ModelFault(reset, 503, "model_unreachable", True, "2", 2),
    "not HTTP": ModelFault(not_http, 503, "model_unreachable", True, "2", 2),
    "model 4xx": ModelFault(model_error(415, "13.49 isn't CSV"), 502, "model_rejected_payload", False),
    "model 5xx": ModelFault(model_error(500), 502, "model_failed", True),
    "payload refused": ModelFault(
        refusal(400, "ValidationError", "1 validation error detected"), 502, "model_rejected_payload", False
    ),
    "payload too large": ModelFault(reply(b"", "text/html", 413), 502, "model_rejected_payload", False),
    "model timeout": ModelFault(hang, 504, "model_timeout", True, None, 2),
    "malformed reply": ModelFault(reply(b"<html>ok</html>", "text/html"), 502, "malformed_reply", True),
    "truncated reply": ModelFault(truncated(), 502, "truncated_reply", True),
    "truncated chunks": ModelFault(broken_chunks, 502, "truncated_reply", True),
    "no predictions": ModelFault(reply(b"", status=204), 502, "wrong_prediction_count", False),
    "too many predictions": ModelFault(reply(b"1,2,3"), 502, "wrong_prediction_count", False),
    "NaN prediction": ModelFault(reply(b"nan\n1.5\n"), 502, "prediction_not_finite", False),
    "infinite prediction": ModelFault(reply(b"1.5,-inf"), 502, "prediction_not_finite", False),
    "prediction that overflows": ModelFault(reply(b"1000\n1000\n"), 502, "prediction_not_finite", False),
}
MEMBERS = {"type", "title", "status", "detail", "code", "errors", "request_id", "retryable"}
INTERNAL = (ENDPOINT, ACCOUNT, "arn:", "boto", "Traceback", ".py", "sagemaker", "SageMaker", "13.49")


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Any, LoopbackModel]]:
    with LoopbackModel() as model:
        yield make_handler(make_client(model.url), lambda _: None), model


def problem_of(response: dict[str, Any]) -> dict[str, Any]:
    assert response["headers"]["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = json.loads(response["body"])
    assert set(document) == MEMBERS
    assert document["type"] == "urn:model-endpoint-api:problem:" + document["code"]
    assert document["status"] == response["statusCode"]
    assert document["request_id"] == response["headers"]["X-Request-Id"]
    assert not [word for word in INTERNAL if word in json.dumps(response)]
    return document


@pytest.mark.parametrize("fault", REQUEST_FAULTS.values(), ids=REQUEST_FAULTS.keys())
def test_request_fault(fault: Fault, served: tuple[Any, LoopbackModel]) -> None:
    """A wrong request is told what is wrong and where, without a call of the model."""
    handler, model = served
    before = len(model.received)
    response = handler(fault.sent, FakeContext())
    document = problem_of(response)
    assert (document["status"], document["code"]) == (fault.status, fault.code)
    assert tuple(error["pointer"] for error in document["errors"]) == fault.pointers
    assert document["retryable"] is False
    assert len(model.received) == before


@pytest.mark.parametrize("fault", MODEL_FAULTS.values(), ids=MODEL_FAULTS.keys())
def test_model_fault(fault: ModelFault, served: tuple[Any, LoopbackModel]) -> None:
    """A fault of the model is named as such, with its advice, after no more attempts than are pinned."""
    handler, model = served
    if fault.behaviour is hang:
        handler = make_handler(make_client(model.url, timeout=1), lambda _: None)
    model.always(fault.behaviour)
    before = len(model.received)
    response = handler(rows(ROW, ROW), FakeContext())
    document = problem_of(response)
    assert (document["status"], document["code"]) == (fault.status, fault.code)
    assert document["retryable"] is fault.retry
    assert response["headers"].get("Retry-After") == fault.retry_after
    assert len(model.received) - before == fault.attempts


@pytest.mark.parametrize("body", [b"0.5", b"0.5\n", b"0.5,0.5,0.5\n"])
def test_reply_of_another_length_is_never_padded(body: bytes, served: tuple[Any, LoopbackModel]) -> None:
    """Fewer or more predictions than rows are refused, in either of the delimiters."""
    handler, model = served
    model.always(reply(body))
    document = problem_of(handler(rows(ROW, ROW), FakeContext()))
    assert (document["status"], document["code"]) == (502, "wrong_prediction_count")


def test_deadline_ends_the_wait_for_a_silent_model(served: tuple[Any, LoopbackModel]) -> None:
    """When Lambda's time is nearly over the answer is a 504 of ours, before Lambda kills the function."""
    handler, model = served
    model.always(hang)
    context = FakeContext(seconds=0.8, clock=lambda: time.monotonic() / 10)  # machines may be busy
    assert problem_of(handler(rows(ROW), context))["code"] == "model_timeout"
    assert context.get_remaining_time_in_millis() > 100


def test_no_time_left_means_no_call(served: tuple[Any, LoopbackModel]) -> None:
    """Below the reserve the model isn't asked at all."""
    handler, model = served
    before = len(model.received)
    assert problem_of(handler(rows(ROW), FakeContext(seconds=0.3)))["code"] == "deadline_exceeded"
    assert len(model.received) == before


def test_405_names_the_methods(served: tuple[Any, LoopbackModel]) -> None:
    """`Allow` is part of a 405 (RFC 9110 §15.5.6)."""
    response = served[0](posted(GOOD, httpMethod="GET"), FakeContext())
    assert response["headers"]["Allow"] == "POST"


def test_problems_are_capped_and_counted(served: tuple[Any, LoopbackModel]) -> None:
    """Of 500 wrong rows the first 100 are listed, and the detail tells how many there are."""
    document = problem_of(served[0](rows(*[row(1, 9)] * 500), FakeContext()))
    assert len(document["errors"]) == 100
    assert document["detail"] == "500 problems in the instances; the first 100 are listed."


def test_an_unexpected_exception_tells_nothing(served: tuple[Any, LoopbackModel]) -> None:
    """Whatever breaks inside is a 500 with a request id."""

    class Broken:
        def invoke_endpoint(self, **_: Any) -> Any:
            raise KeyError("secret of account 210987654321")

    response = make_handler(Broken(), lambda _: None)(rows(ROW), FakeContext())
    assert problem_of(response)["code"] == "internal_error"
    assert response["statusCode"] == 500
    assert "secret" not in response["body"]


def test_a_good_request_still_works_after_all_that(served: tuple[Any, LoopbackModel]) -> None:
    """No fault leaves the function in a state that the next request notices."""
    handler, model = served
    model.always(one_score_a_row(separator=",", end=""))
    response = handler(rows(ROW, ROW), FakeContext())
    assert json.loads(response["body"])["predictions"] == [{"count": bike_rental.COUNT}] * 2
