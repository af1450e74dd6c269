"""A contract → a Postman collection: its golden requests on every route, and the refusals a client will meet.

Format: https://schema.postman.com/collection/json/v2.1.0/draft-07/docs/index.html
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from scoring import Contract
from scoring.contract import Example, Route
from scripts.postman.rows_as_text import request_as_text
from scripts.smoke.answers import expected_answer
from scripts.smoke.bad_request import spoil
from scripts.smoke.identity import KEY_HEADER
from scripts.smoke.routes import asks_for_signatures, published_routes

Item = dict[str, Any]
SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
"""The name by which Postman and newman know the format; nothing is fetched from there."""
Auth = dict[str, Any]


def _auth(kind: str, **settings: str) -> Auth:
    """Write an auth as the format has it: a list of settings under the kind's own name."""
    listed = [{"key": key, "value": value, "type": "string"} for key, value in settings.items()]
    return {"type": kind, kind: listed}


AUTHS = {
    "none": {"type": "noauth"},
    "api_key": _auth("apikey", **{"key": KEY_HEADER, "value": "{{api_key}}", "in": "header"}),
    "iam": _auth(
        "awsv4",
        accessKey="{{aws_access_key_id}}",
        secretKey="{{aws_secret_access_key}}",
        sessionToken="{{aws_session_token}}",
        region="{{aws_region}}",
        service="execute-api",
    ),
    "cognito": _auth("apikey", **{"key": "Authorization", "value": "{{cognito_token}}", "in": "header"}),
    "lambda_authorizer": _auth(
        "apikey", **{"key": "{{authorizer_header}}", "value": "{{authorizer_token}}", "in": "header"}
    ),
}
"""Kind of a route's auth → what Postman does for it; the variables are `Caller.secrets`."""
REFUSED = {"api_key": 403, "iam": 403, "cognito": 401, "lambda_authorizer": 401}
"""Kind of a route's auth → status without an identity."""
WITHOUT_BODY = ("GET", "HEAD", "DELETE")


def render_collection(contract: Contract, outputs: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Make the collection of a contract's routes, or of those that a stack publishes by its outputs."""
    among = published_routes(contract.routes, outputs)
    routes = [route for route in among if route.action == "predict"]
    signed = asks_for_signatures(outputs, [route.auth for route in routes])
    golden = [item for route in routes for item in _golden_requests(route, contract)]
    return {
        "info": {
            "name": f"{contract.name} {contract.version}",
            "description": f"{contract.description}\n\nRendered from contract {contract.digest}.",
            "schema": SCHEMA,
        },
        "auth": AUTHS["api_key"],
        "item": [
            {"name": "Golden requests", "item": golden},
            {"name": "Refusals", "item": _refusals(routes, contract, signed)},
        ],
    }


def render_environment(name: str, url: str, secrets: Mapping[str, str]) -> dict[str, Any]:
    """Make the environment: where the stage is, and what a caller shows (`Caller.secrets`)."""
    return {
        "name": name,
        "values": [
            {"key": "url", "value": url, "type": "default", "enabled": True},
            *(
                {"key": key, "value": value, "type": "secret", "enabled": True}
                for key, value in secrets.items()
            ),
        ],
    }


def _golden_requests(route: Route, contract: Contract) -> Iterable[Item]:
    for example in contract.examples:
        if example.response is None or "{" in route.path:
            continue
        if route.method in (*WITHOUT_BODY, "ANY"):
            text = request_as_text(contract.inputs, example.request)
            method = "GET" if route.method == "ANY" else route.method
            yield _item(
                f"{method} {route.path}?data=…: {example.name}",
                _request(route, method, query=text),
                _expect_answer(route, example),
            )
        if route.method not in WITHOUT_BODY:
            method = "POST" if route.method == "ANY" else route.method
            yield _item(
                f"{method} {route.path}: {example.name}",
                _request(route, method, body=_dump(example.request)),
                _expect_answer(route, example),
            )


def _refusals(routes: Sequence[Route], contract: Contract, signed: bool) -> list[Item]:
    """Make the refusals, on the first route that keeps to the statuses of docs/errors.md."""
    candidates = [
        route
        for route in routes
        if route.method in ("POST", "PUT", "PATCH") and route.integration == "proxy" and "{" not in route.path
    ]
    if not candidates:
        return []
    route = candidates[0]
    bad = route.bad_request_status
    items = [
        _item("broken JSON", _request(route, route.method, body='{"instances": ['), f"refuses({bad or 400});")
    ]
    for example in [example for example in contract.examples if "instances" in example.request][:1]:
        spoilt, pointer = spoil(example.request)
        items.append(
            _item(
                "a wrong value, named by its place",
                _request(route, route.method, body=_dump(spoilt)),
                f"refuses({bad or 422}, {json.dumps(pointer)});",
            )
        )
    if route.auth != "none":
        without = _request(route, route.method, body="{}") | {"auth": AUTHS["none"]}
        name = "without a key" if route.auth == "api_key" else "without an identity"
        items.append(_item(name, without, f"refuses({REFUSED[route.auth]});"))
    elsewhere = _request(route._replace(path="/no-such-path"), "POST", body="{}")
    items.append(_item("no such path", elsewhere, f"refuses({403 if signed else 404});"))
    return items


def _item(name: str, request: Mapping[str, Any], check: str) -> Item:
    script = {"type": "text/javascript", "exec": [*_checks(), check]}
    return {"name": name, "event": [{"listen": "test", "script": script}], "request": request}


def _request(
    route: Route, method: str, *, body: str | None = None, query: str | None = None
) -> dict[str, Any]:
    segments = [segment for segment in route.path.split("/") if segment]
    url: dict[str, Any] = {"raw": "{{url}}" + route.path, "host": ["{{url}}"], "path": segments or [""]}
    if query is not None:
        value = quote(query, safe="")
        url |= {"raw": f"{url['raw']}?data={value}", "query": [{"key": "data", "value": value}]}
    request: dict[str, Any] = {"method": method, "header": [], "url": url}
    if body is not None:
        request["header"] = [{"key": "Content-Type", "value": "application/json"}]
        request["body"] = {"mode": "raw", "raw": body, "options": {"raw": {"language": "json"}}}
    if route.auth != "api_key":
        request["auth"] = AUTHS[route.auth]
    if route.auth not in ("api_key", "none"):  # an API may ask for both
        request["header"].append({"key": KEY_HEADER, "value": "{{api_key}}"})
    return request


def _expect_answer(route: Route, example: Example) -> str:
    expected = expected_answer(example._asdict(), route._asdict())
    tolerance = example.tolerance._asdict()
    direct = json.dumps(route.integration == "direct")
    return f"answers({json.dumps(expected)}, {json.dumps(tolerance)}, {direct});"


@cache
def _checks() -> list[str]:
    return Path(__file__).with_name("checks.js").read_text(encoding="utf-8").splitlines()


def _dump(document: Any) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False)
