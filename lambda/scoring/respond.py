"""Predictions or an error → the HTTP response, as a Lambda proxy integration returns it.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .contract import Route
from .errors import NotAcceptable, PredictionNotFinite, RequestError, ResponseTooLarge, ScoringError
from .media_types import CSV, JSON, JSON_LINES, PROBLEM_JSON, choose_media_type

Response = dict[str, Any]
Outputs = Mapping[str, Sequence[Any]]

MAXIMUM_RESPONSE_BYTES = 6_291_456
"""Lambda's limit on the escaped response; above it the client would see a bare 502 from the gateway."""
_HEADERS_BYTES = 8_192
PROBLEM_TYPE = "urn:model-endpoint-api:problem:"


def choose_accept(headers: Mapping[str, str], route: Route | None = None) -> str:
    """The media type to answer with; raises NotAcceptable, before anything has been paid for."""
    offered = _ENCODERS if route is None or route.action == "predict" else (JSON,)
    essence = choose_media_type(headers.get("accept", "*/*"), offered)
    if essence is None:
        raise NotAcceptable(f"Available: {', '.join(offered)}.")
    return essence


def respond_predictions(outputs: Outputs, route: Route, essence: str, headers: Mapping[str, str]) -> Response:
    """200 with one prediction a row; raises PredictionNotFinite or ResponseTooLarge."""
    if route.output is not None:
        outputs = {route.output: outputs[route.output]}
    body = _ENCODERS[essence](outputs, route.response)
    response = _response(200, _content_type(essence, route.response), body, headers, route)
    return _sized(response, len(body))


def _sized(response: Response, characters: int) -> Response:
    if 2 * characters + _HEADERS_BYTES > MAXIMUM_RESPONSE_BYTES:
        size = len(json.dumps(response))
        if size > MAXIMUM_RESPONSE_BYTES:
            detail = "The answer to so many instances would be too large; send fewer at once."
            raise ResponseTooLarge(detail, reason=f"{size} bytes")
    return response


def _content_type(essence: str, shape: str) -> str:
    if essence == CSV:
        return f"{CSV}; charset=utf-8; header={'present' if shape == 'predictions' else 'absent'}"
    return essence


def respond_document(document: Any, route: Route, headers: Mapping[str, str]) -> Response:
    """200 with a document as it is; raises PredictionNotFinite."""
    try:
        body = _dump(document)
    except ValueError:
        raise PredictionNotFinite(reason="after the contract's output steps") from None
    return _sized(_response(200, JSON, body, headers, route), len(body))


def respond_problem(
    error: ScoringError, request_id: str, headers: Mapping[str, str], route: Route | None = None
) -> Response:
    """The problem document (RFC 9457) of an error, with nothing in it but what is meant to be public.

    `route` is None where the error is that there is none.
    """
    status = error.status
    if route and route.bad_request_status and isinstance(error, RequestError):
        status = route.bad_request_status
    document = {
        "type": PROBLEM_TYPE + error.code,
        "title": error.title,
        "status": status,
        "detail": error.detail or f"{error.title}.",
        "code": error.code,
        "errors": [problem._asdict() for problem in error.problems],
        "request_id": request_id,
        "retryable": error.retryable,
    }
    if route and route.protocol == "kserve_v2":
        document["error"] = document["detail"]  # the one member that this protocol's clients know
    own = dict(error.headers)
    if error.retry_after is not None:
        own["Retry-After"] = str(error.retry_after)
    return _response(status, PROBLEM_JSON, json.dumps(document), {**headers, **own}, route)


def cors_headers(origin: str, allowed: Sequence[str]) -> dict[str, str]:
    """The headers that let a page of `origin` read the response; none where it isn't allowed."""
    if not allowed:
        return {}
    headers = {"Vary": "Origin"} if "*" not in allowed else {}
    if "*" in allowed or origin in allowed:
        headers["Access-Control-Allow-Origin"] = "*" if "*" in allowed else origin
        headers["Access-Control-Expose-Headers"] = (
            "X-Request-Id,X-Contract-Version,X-Contract-Digest,X-Function-Version,Retry-After"
        )
    return headers


def _response(
    status: int, essence: str, body: str, headers: Mapping[str, str], route: Route | None
) -> Response:
    if route and route.integration == "direct":
        # The gateway passes this on as the body: a client gets these three members and no others.
        return {"statusCode": status, "isBase64Encoded": False, "body": body}
    return {
        "statusCode": status,
        "headers": {"Content-Type": essence, **headers},
        "isBase64Encoded": False,
        "body": body,
    }


def encode_json(outputs: Outputs, shape: str) -> str:
    """JSON in the route's shape: `predictions`, `values` or `value`."""
    try:
        return _SHAPES[shape](outputs)
    except ValueError:
        raise PredictionNotFinite(reason="after the contract's output steps") from None


def _write(function: str, outputs: Outputs, shape: str) -> str:
    from . import write_rows  # noqa: PLC0415 - most clients take JSON: not paid at a cold start

    try:
        body: str = getattr(write_rows, function)(outputs, shape)
    except ValueError:
        raise PredictionNotFinite(reason="after the contract's output steps") from None
    return body


def _dump(value: Any, between: str = ",") -> str:
    return json.dumps(value, separators=(between, ":"), allow_nan=False)


def _predictions(outputs: Outputs) -> str:
    names = tuple(outputs)
    first = outputs[names[0]]
    if len(names) == 1 and not isinstance(first[0], list | tuple):
        # A list of scalars with an object's frame between each two: no dictionary is made.
        key = f"{{{_dump(names[0])}:"
        return f'{{"predictions":[{key}{_dump(first, "}," + key)[1:-1]}}}]}}'
    rows = zip(*outputs.values(), strict=True)
    return _dump({"predictions": [dict(zip(names, row, strict=True)) for row in rows]})


def _values(outputs: Outputs) -> str:
    return _dump(next(iter(outputs.values())))


def _value(outputs: Outputs) -> str:
    values = next(iter(outputs.values()))
    return _dump(values[0] if len(values) == 1 else values)


_SHAPES: dict[str, Callable[[Outputs], str]] = {
    "predictions": _predictions,
    "values": _values,
    "value": _value,
}
_ENCODERS: dict[str, Callable[[Outputs, str], str]] = {
    JSON: encode_json,
    CSV: lambda outputs, shape: _write("write_csv", outputs, shape),
    JSON_LINES: lambda outputs, shape: _write("write_json_lines", outputs, shape),
}
"""How predictions are written for each media type that a client may accept."""
