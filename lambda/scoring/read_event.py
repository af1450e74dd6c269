"""Take an event apart: who asks for what, in which envelope.

A proxy event is what API Gateway's REST API sends to a Lambda proxy integration:
https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html#apigateway-example-event
Anything else is a direct event: a console test, `aws lambda invoke`, or a non-proxy integration.
There the event is the document itself.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from .media_types import JSON


class Call(NamedTuple):
    """One request, whichever way it came."""

    direct: bool
    method: str
    path: str
    headers: dict[str, str]
    """Names in lower case."""
    body: Any
    """The proxy event's body (text or None), or the direct event itself."""
    is_base64: bool
    request_id: str
    """The gateway's id of the request, else Lambda's."""
    query: Mapping[str, list[str]] = {}
    """The query string's parameters, decoded; several values where one stands several times."""
    resource: str = ""
    """The gateway's name of the path, parameters in braces; empty where no gateway named one."""


def read_event(event: Any, lambda_request_id: str) -> Call:
    """Read a proxy event or a direct one; never fails, since what is wrong is for later stages to say."""
    if not isinstance(event, dict) or not ("httpMethod" in event or "requestContext" in event):
        return Call(True, "POST", "", {"content-type": JSON}, event, False, lambda_request_id)
    context = _mapping(event.get("requestContext"))
    return Call(
        direct=False,
        method=str(event.get("httpMethod") or context.get("httpMethod") or "").upper(),
        path=_path(event),
        headers=_headers(event),
        body=event.get("body"),
        is_base64=event.get("isBase64Encoded") is True,
        request_id=str(context.get("requestId") or lambda_request_id),
        query=_query(event),
        resource=_normal(event.get("resource")) if event.get("resource") else "",
    )


def _path(event: dict[str, Any]) -> str:
    """The route's own path.

    `path` carries the base path of a custom domain; `resource` doesn't, but stands for many paths when it
    holds a parameter.
    """
    resource = str(event.get("resource") or "")
    return _normal(resource if resource and "{" not in resource else event.get("path") or resource)


def _normal(path: Any) -> str:
    return "/" + str(path).strip("/")


def _headers(event: dict[str, Any]) -> dict[str, str]:
    """Headers under lower-case names; several of one name are joined by commas (RFC 9110 §5.3)."""
    single = {str(k).lower(): str(v) for k, v in _mapping(event.get("headers")).items()}
    for name, values in _mapping(event.get("multiValueHeaders")).items():
        if isinstance(values, list) and values:
            single[str(name).lower()] = ", ".join(map(str, values))
    return single


def _query(event: dict[str, Any]) -> dict[str, list[str]]:
    query = {str(k): [str(v)] for k, v in _mapping(event.get("queryStringParameters")).items()}
    for name, values in _mapping(event.get("multiValueQueryStringParameters")).items():
        if isinstance(values, list) and values:
            query[str(name)] = list(map(str, values))
    return query


def _mapping(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}
