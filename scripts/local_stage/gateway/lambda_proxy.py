"""Lambda proxy integration (AWS_PROXY): the request as an event, the function's answer as the response.

Formats: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

import base64
import json
from typing import Any

from scripts.local_stage.gateway.answer import Answer, Header
from scripts.local_stage.gateway.deployed_api import DeployedApi
from scripts.local_stage.gateway.exchange import Exchange
from scripts.local_stage.gateway.media_types import decode_base64, is_binary
from scripts.local_stage.gateway.refusals import BadBackendAnswer
from scripts.local_stage.lambda_runtime import InvokeResult

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_NO_IDENTITY = {
    "cognitoIdentityPoolId": None,
    "accountId": None,
    "cognitoIdentityId": None,
    "caller": None,
    "principalOrgId": None,
    "accessKey": None,
    "cognitoAuthenticationType": None,
    "cognitoAuthenticationProvider": None,
    "userArn": None,
    "user": None,
}
_ANSWER_KEYS = frozenset({"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"})
_REMAPPED = frozenset(
    {
        "authorization",
        "connection",
        "content-length",
        "content-md5",
        "date",
        "host",
        "server",
        "www-authenticate",
    }
)
"""Headers a function may not set: clients get them as `x-amzn-Remapped-…`.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
"""


def encode_event(api: DeployedApi, exchange: Exchange) -> bytes:
    """The REST (v1) proxy event as JSON."""
    x = exchange
    headers = x.forwarded_headers()
    binary = bool(x.body) and is_binary(x.content_type, api.binary_media_types)
    event = {
        "resource": x.resource.path if x.resource else None,
        "path": x.event_path,
        "httpMethod": x.http_method,
        "headers": dict(headers),
        "multiValueHeaders": grouped(headers),
        "queryStringParameters": x.query_last or None,
        "multiValueQueryStringParameters": grouped(x.query_pairs) or None,
        "pathParameters": x.path_parameters or None,
        "stageVariables": x.stage.variables or None,
        "requestContext": request_context(api, x),
        "body": _body_text(x.body, binary),
        "isBase64Encoded": binary,
    }
    return _ENCODER.encode(event).encode("utf-8", "replace")


def read_answer(api: DeployedApi, exchange: Exchange, result: InvokeResult) -> Answer:
    """The function's answer as the response; BadBackendAnswer (502) when it is none."""
    if result.function_error:
        exchange.integration_error = _short(result.payload)
        raise BadBackendAnswer(reason=f"The function failed: {_short(result.payload)}")
    try:
        answer = json.loads(result.payload or b"null")
        return _build(api, exchange, answer)
    except (ValueError, TypeError, AttributeError) as error:
        exchange.integration_error = "Malformed Lambda proxy response"
        raise BadBackendAnswer(
            reason=f"Malformed Lambda proxy response ({error}): {_short(result.payload)}"
        ) from error


def _build(api: DeployedApi, exchange: Exchange, answer: Any) -> Answer:
    unknown = answer.keys() - _ANSWER_KEYS
    if unknown:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    status = int(answer.get("statusCode") or 200)
    if not 100 <= status <= 599:
        raise ValueError(f"statusCode {status}")
    body = answer.get("body")
    if body is not None and not isinstance(body, str):
        raise TypeError("body is no string")
    exchange.function_status = status
    content = (body or "").encode("utf-8", "replace")
    if answer.get("isBase64Encoded") and is_binary(exchange.first_accept or "*/*", api.binary_media_types):
        content = decode_base64(body or "")
    return Answer(status, _answer_headers(answer), content)


def _answer_headers(answer: dict[str, Any]) -> list[Header]:
    multiple = answer.get("multiValueHeaders") or {}
    pairs = [(name, value) for name, values in multiple.items() for value in values]
    many = {name.lower() for name in multiple}
    pairs += [(n, v) for n, v in (answer.get("headers") or {}).items() if n.lower() not in many]
    headers = [(_allowed_name(name), _header_text(value)) for name, value in pairs if value is not None]
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.insert(0, ("Content-Type", "application/json"))
    return headers


def _allowed_name(name: str) -> str:
    return f"x-amzn-Remapped-{name}" if name.lower() in _REMAPPED else name


def _header_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        raise TypeError("a header's value is no string")
    return str(value)


def request_context(api: DeployedApi, x: Exchange) -> dict[str, Any]:
    """`requestContext` of an event."""
    identity: dict[str, Any] = {
        **_NO_IDENTITY,
        "sourceIp": x.source_ip,
        "userAgent": x.lowered.get("user-agent"),
    }
    if x.api_key is not None:
        identity |= {"apiKey": x.api_key.value, "apiKeyId": x.api_key.id}
    if x.caller is not None:
        identity |= {
            "accountId": x.caller.principal.account,
            "caller": x.caller.user_id,
            "accessKey": x.caller.access_key_id,
            "userArn": x.caller.principal.arn,
            "user": x.caller.user_id,
        }
    context: dict[str, Any] = {
        "resourceId": x.resource.id if x.resource else None,
        "resourcePath": x.resource.path if x.resource else None,
        "httpMethod": x.http_method,
        "extendedRequestId": x.extended_request_id,
        "requestTime": x.request_time,
        "path": x.path,
        "accountId": api.account_id,
        "protocol": x.protocol,
        "stage": x.stage.name,
        "domainPrefix": x.domain_name.split(".", 1)[0],
        "requestTimeEpoch": round(x.started * 1000),
        "requestId": x.request_id,
        "identity": identity,
        "domainName": x.domain_name,
        "deploymentId": x.stage.deployment_id,
        "apiId": x.stage.api_id,
    }
    if x.authorizer is not None:
        context["authorizer"] = x.authorizer
    return context


def grouped(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Name → all its values, as the multiValue… members have it."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _body_text(body: bytes, binary: bool) -> str | None:
    if not body:
        return None
    return base64.b64encode(body).decode() if binary else body.decode("utf-8", "replace")


def _short(payload: bytes) -> str:
    return payload[:500].decode("utf-8", "replace")
