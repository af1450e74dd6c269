import json
from typing import Any

import pytest

from scoring import errors
from scoring.contract import Route
from scoring.media_types import choose_media_type
from scoring.respond import (
    MAXIMUM_RESPONSE_BYTES,
    choose_accept,
    cors_headers,
    respond_predictions,
    respond_problem,
)

pytestmark = pytest.mark.unit

JSON = "application/json"


def body(outputs: dict[str, list[Any]], shape: str = "predictions") -> str:
    text: str = respond_predictions(outputs, Route("/", response=shape), JSON, {})["body"]
    return text


def test_one_output() -> None:
    """The course's client finds a number under the output's name."""
    assert body({"count": [571.1, 0.0]}) == '{"predictions":[{"count":571.1},{"count":0.0}]}'


def test_several_outputs() -> None:
    """Outputs stand in the contract's order."""
    text = body({"label": ["M", "B"], "score": [0.9, 0.1]})
    assert text == '{"predictions":[{"label":"M","score":0.9},{"label":"B","score":0.1}]}'


def test_values() -> None:
    """A route may answer a bare list."""
    assert body({"count": [1.5]}, "values") == "[1.5]"


@pytest.mark.parametrize(("values", "text"), [(["M"], '"M"'), (["M", "B"], '["M","B"]')])
def test_value(values: list[Any], text: str) -> None:
    """A route may answer a bare value for one row; several stay a list."""
    assert body({"label": values}, "value") == text


def test_a_nested_vector_with_nan_is_refused() -> None:
    """NaN isn't JSON, wherever it hides."""
    with pytest.raises(errors.PredictionNotFinite):
        body({"probabilities": [[0.5, float("nan")]]})


def test_response_for_the_gateway() -> None:
    """Just the members that a proxy integration may return; all headers are text."""
    response = respond_predictions({"a": [1]}, Route("/"), JSON, {"X-A": "b"})
    assert response == {
        "statusCode": 200,
        "headers": {"Content-Type": JSON, "X-A": "b"},
        "isBase64Encoded": False,
        "body": '{"predictions":[{"a":1}]}',
    }


def test_size_is_counted_as_lambda_counts() -> None:
    """Quotes are escaped in the function's answer: a body of 4 MB may be over 6 MB there."""
    assert respond_predictions({"a": ["x" * 4_000_000]}, Route("/"), JSON, {})
    with pytest.raises(errors.ResponseTooLarge):
        respond_predictions({"a": ['"' * 2_000_000]}, Route("/"), JSON, {})  # 2 bytes in the body, 4 escaped
    just = MAXIMUM_RESPONSE_BYTES - 200
    assert respond_predictions({"a": ["x" * just]}, Route("/"), JSON, {})
    with pytest.raises(errors.ResponseTooLarge):
        respond_predictions({"a": ["x" * (just + 200)]}, Route("/"), JSON, {})


def test_problem_document() -> None:
    """Every member of RFC 9457 and ours, and Retry-After as a header."""
    response = respond_problem(errors.ModelNotReady(reason="secret"), "id-1", {"X-Request-Id": "id-1"})
    assert response["statusCode"] == 503
    assert response["headers"] == {
        "Content-Type": "application/problem+json",
        "X-Request-Id": "id-1",
        "Retry-After": "30",
    }
    assert json.loads(response["body"]) == {
        "type": "urn:model-endpoint-api:problem:model_not_ready",
        "title": "The model is still starting",
        "status": 503,
        "detail": "The model is still starting.",
        "code": "model_not_ready",
        "errors": [],
        "request_id": "id-1",
        "retryable": True,
    }


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "application/*",
        "application/json",
        "text/html, application/json;q=0.1",
        "text/html,*/*;q=0.8",
    ],
)
def test_json_is_accepted(accept: str) -> None:
    """As browsers, curl and SDKs ask for it."""
    assert choose_accept({"accept": accept}) == JSON


@pytest.mark.parametrize(
    "accept", ["text/html", "application/json;q=0", "image/*", "*/*;q=0", "application/json;q=x"]
)
def test_json_is_not_accepted(accept: str) -> None:
    """A client that can't read the answer gets a 406."""
    with pytest.raises(errors.NotAcceptable):
        choose_accept({"accept": accept})


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("text/csv", "text/csv"),
        ("text/csv;q=0.5, application/json;q=0.4", "text/csv"),
        ("text/*;q=0.9, */*;q=0.1", "text/csv"),
        ("*/*, application/json;q=0.2", "text/csv"),
        ("*/*", JSON),
        ("image/png", None),
    ],
)
def test_negotiation(accept: str, chosen: str | None) -> None:
    """RFC 9110 §12.5.1: the most specific range decides a type's weight, the order breaks ties."""
    assert choose_media_type(accept, (JSON, "text/csv")) == chosen


@pytest.mark.parametrize(
    ("origin", "allowed", "expected"),
    [
        ("https://a", (), None),
        ("https://a", ("https://a", "https://b"), "https://a"),
        ("https://c", ("https://a",), None),
        ("", ("https://a",), None),
        ("https://c", ("*",), "*"),
    ],
)
def test_cors(origin: str, allowed: tuple[str, ...], expected: str | None) -> None:
    """Only listed origins are let in, by name."""
    assert cors_headers(origin, allowed).get("Access-Control-Allow-Origin") == expected
