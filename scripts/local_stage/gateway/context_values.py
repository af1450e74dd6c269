"""The values of `$context.…`, and the simple substitution of access logs and gateway responses.

Names: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
Gateway responses and access logs are not VTL on AWS either: plain substitution, no directives.
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from scripts.local_stage.gateway.callers import Caller
from scripts.local_stage.gateway.exchange import Exchange

Getter = Callable[[Exchange], Any]


def _milliseconds(started: float | None, ended: float | None) -> int | None:
    return None if started is None or ended is None else max(0, round((ended - started) * 1000))


def _message_string(x: Exchange) -> str | None:
    """JSON's null when the gateway refuses without a text."""
    return None if x.error_response_type is None else json.dumps(x.error_message)


def _identity(read: Callable[[Caller], str | None]) -> Getter:
    return lambda x: read(x.caller) if x.caller else None


VALUES: dict[str, Getter] = {
    "accountId": lambda x: x.stage.deployed.account_id,
    "apiId": lambda x: x.stage.api_id,
    "deploymentId": lambda x: x.stage.deployment_id,
    "domainName": lambda x: x.domain_name,
    "domainPrefix": lambda x: x.domain_name.split(".", 1)[0],
    "error.message": lambda x: x.error_message,
    "error.messageString": _message_string,
    "error.responseType": lambda x: x.error_response_type,
    "error.validationErrorString": lambda x: x.validation_error,
    "extendedRequestId": lambda x: x.extended_request_id,
    "httpMethod": lambda x: x.http_method,
    "identity.accessKey": _identity(lambda caller: caller.access_key_id),
    "identity.accountId": _identity(lambda caller: caller.principal.account),
    "identity.apiKey": lambda x: x.shown_key,
    "identity.apiKeyId": lambda x: x.api_key.id if x.api_key else None,
    "identity.caller": _identity(lambda caller: caller.user_id),
    "identity.sourceIp": lambda x: x.source_ip,
    "identity.userAgent": lambda x: x.lowered.get("user-agent"),
    "identity.user": _identity(lambda caller: caller.user_id),
    "identity.userArn": _identity(lambda caller: caller.principal.arn),
    "integration.error": lambda x: x.integration_error,
    "integration.integrationStatus": lambda x: x.integration_status,
    "integration.latency": lambda x: _milliseconds(x.integration_started, x.integration_ended),
    "integration.status": lambda x: x.function_status or x.integration_status,
    "integrationErrorMessage": lambda x: x.integration_error,
    "integrationLatency": lambda x: _milliseconds(x.integration_started, x.integration_ended),
    "integrationStatus": lambda x: x.integration_status,
    "isCanaryRequest": lambda x: None if x.stage.is_canary is None else str(x.stage.is_canary).lower(),
    "path": lambda x: x.path,
    "protocol": lambda x: x.protocol,
    "requestId": lambda x: x.request_id,
    "requestTime": lambda x: x.request_time,
    "requestTimeEpoch": lambda x: round(x.started * 1000),
    "resourceId": lambda x: x.resource.id if x.resource else None,
    "resourcePath": lambda x: x.resource.path if x.resource else None,
    "responseLatency": lambda x: _milliseconds(x.started, x.ended or None),
    "responseLength": lambda x: x.response_length,
    "stage": lambda x: x.stage.name,
    "status": lambda x: x.status or None,
    "xrayTraceId": lambda x: x.trace_id.partition("Root=")[2].split(";", 1)[0] or None,
}
"""Name after `$context.` → its value. What can't have a value here (WAF, Cognito …) is absent."""

_REFERENCE = re.compile(
    r"\$(?P<brace>\{)?(?:context\.(?P<context>\w+(?:\.\w+)*)"
    r"|stageVariables\.(?P<variable>\w+)"
    r"|method\.request\.(?P<location>header|querystring|path)\.(?P<parameter>[\w-]+))(?(brace)\})"
)


def getter(expression: str) -> Getter | None:
    """Compile a mapping expression: `context.x`, `stageVariables.x`, `method.request.header.x`."""
    match = _REFERENCE.fullmatch("$" + expression)
    return _getter(match) if match else None


@lru_cache(maxsize=256)
def compile_substitution(template: str, *, missing: str, escape: bool) -> Callable[[Exchange], str]:
    """Compile a template with `$context.…` references; `escape` makes values fit inside JSON strings.

    `missing` stands for a value that isn't there: `-` in access logs, nothing in gateway responses.
    """
    pieces: list[str | Getter] = []
    position = 0
    for match in _REFERENCE.finditer(template):
        pieces += [template[position : match.start()], _shown(match, missing, escape)]
        position = match.end()
    pieces.append(template[position:])
    return lambda exchange: "".join(piece if isinstance(piece, str) else piece(exchange) for piece in pieces)


def _shown(match: re.Match[str], missing: str, escape: bool) -> Getter:
    get = _getter(match)
    # messageString is a JSON string already, quotes and all
    as_is = not escape or match["context"] == "error.messageString"

    def show(exchange: Exchange) -> str:
        value = get(exchange)
        if value is None:
            return missing
        return str(value) if as_is else json.dumps(str(value))[1:-1]

    return show


def _context_getter(name: str) -> Getter:
    if not name.startswith("authorizer."):
        return VALUES.get(name, lambda _: None)
    parts = name.split(".")[1:]

    def find(exchange: Exchange) -> Any:
        value: Any = exchange.authorizer
        for part in parts:
            value = value.get(part) if isinstance(value, Mapping) else None
        return value

    return find


def _getter(match: re.Match[str]) -> Getter:
    if match["context"]:
        return _context_getter(match["context"])
    if match["variable"]:
        name = match["variable"]
        return lambda exchange: exchange.stage.variables.get(name)
    location, parameter = match["location"], match["parameter"]
    return lambda exchange: exchange.parameter(location, parameter)
