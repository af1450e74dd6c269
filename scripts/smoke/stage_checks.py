"""Checks that ask the stage URL, as a client would."""

import statistics
from collections.abc import Mapping
from typing import Any

import requests

from scripts.smoke.answers import compare, expected_answer, read_answer, unwrap
from scripts.smoke.bad_request import spoil
from scripts.smoke.result import CheckSkipped, require
from scripts.smoke.stage_client import Reply
from scripts.smoke.subject import Route, Subject

LOGS = "look into the function's log group for this request's id"
KEYLESS = "this route wants a key: give --api-key KEY, or set API_KEY"
_WARMING = {403, 429, 502, 503, 504}
"""What a new key, permission, function or endpoint may answer until it has settled."""


def _call(subject: Subject, route: Route, body: Any, **options: Any) -> Reply:
    key = subject.api_key if route["auth"] == "api_key" else None
    method = "POST" if route["method"] == "ANY" else route["method"]
    return subject.client.send(method, route["path"], body, **{"key": key, **options})


def _first_example(subject: Subject) -> Mapping[str, Any]:
    if not subject.examples:
        raise CheckSkipped("the contract has no examples")
    return subject.examples[0]


def _secured(subject: Subject) -> list[Route]:
    routes = [route for route in subject.predict_routes if route["auth"] != "none"]
    if not routes:
        raise CheckSkipped("the contract has no route that needs a key")
    return routes


def stage_answers(subject: Subject) -> str:
    """The stage answers a golden request with 200; a new one is waited for, up to the deadline."""
    route, example = subject.main_route, _first_example(subject)
    deadline = subject.clock() + subject.budget.warm_up_seconds
    keyless = route["auth"] == "api_key" and subject.api_key is None
    attempts = 0
    while True:
        attempts += 1
        found: object
        try:
            reply = _call(subject, route, example["request"])
            found, settled = reply, keyless or reply.status not in _WARMING
        except requests.RequestException as error:
            found, settled = f"{type(error).__name__}: {error}", False
        if settled or subject.clock() > deadline:
            break
        subject.pause(min(2.0, subject.budget.warm_up_seconds / 10))
    require(
        isinstance(found, Reply) and found.status == 200,
        expected=f"200 from {route['method']} {subject.client.url}{route['path']}",
        found=f"{found} ({attempts} attempt{'s' if attempts > 1 else ''})",
        repair=KEYLESS if keyless else LOGS,
    )
    return f"200 after {attempts} attempt{'s' if attempts > 1 else ''}"


def golden_rows_are_right(subject: Subject) -> str:
    """Every example of the contract is answered with its expected values, on every route."""
    rows = 0
    _first_example(subject)
    for route in subject.predict_routes:
        for example in subject.examples:
            reply = _call(subject, route, example["request"])
            expected = expected_answer(example, route)
            difference = compare(expected, read_answer(reply, route), example.get("tolerance", {}))
            require(
                difference is None,
                expected=f"{route['method']} {route['path']}, {example['name']!r}: {expected}",
                found=f"{difference}; answer: {reply}",
                repair="another model is served, or the contract's examples are old: make train apply",
            )
            rows += len(example["response"]["predictions"])
    return f"{rows} rows on {len(subject.predict_routes)} routes"


def contract_is_live(subject: Subject) -> str:
    """The function behind the stage carries this contract, by digest."""
    route = subject.main_route
    if route["integration"] == "direct":
        raise CheckSkipped("no route is a proxy's, so no answer has the function's headers")
    reply = _call(subject, route, _first_example(subject)["request"])
    found = reply.headers.get("x-contract-digest")
    require(
        found == subject.contract_digest,
        expected=f"X-Contract-Digest {subject.contract_digest}",
        found=found or "no such header",
        repair="build and apply the function with this contract: make package apply",
    )
    version = str((subject.outputs or {}).get("function_version", ""))
    served = reply.headers.get("x-function-version")
    require(
        version in ("", served),
        expected=f"X-Function-Version {version}",
        found=served,
        repair="the API calls another version than the alias's: make apply",
    )
    return f"digest {found and found[:12]}…, function version {served}"


def missing_key_is_refused(subject: Subject) -> str:
    """A request without a key is refused on every route that needs one."""
    return _refused(subject, key=None)


def wrong_key_is_refused(subject: Subject) -> str:
    """A request with a key that is nobody's is refused on every route that needs one."""
    return _refused(subject, key="not-a-key-of-anyone-0000000000")


def _refused(subject: Subject, key: str | None) -> str:
    for route in _secured(subject):
        reply = _call(subject, route, _first_example(subject)["request"], key=key)
        require(
            reply.status in (401, 403),
            expected=f"{route['method']} {route['path']} refused with 403",
            found=reply,
            repair='the route is open: say "auth": "api_key" in the contract, then make openapi apply',
        )
        _require_problem(reply, f"{route['method']} {route['path']}")
    return f"refused on {len(_secured(subject))} routes"


def bad_input_is_explained(subject: Subject) -> str:
    """A wrong value is answered with a 4xx problem document that names its row and field."""
    bad, pointer = spoil(_first_example(subject)["request"])
    for route in subject.predict_routes:
        reply = unwrap(_call(subject, route, bad), route)
        statuses = {422, route.get("bad_request_status", 400)}
        require(
            reply.status in statuses,
            expected=f"{route['method']} {route['path']}: {sorted(statuses)} for a wrong value at {pointer}",
            found=reply,
            repair=LOGS,
        )
        problem = _require_problem(reply, "a wrong value")
        errors = problem.get("errors", [])
        by_gateway = problem["code"] == "bad_request_body"
        require(
            by_gateway or pointer in [error.get("pointer") for error in errors],
            expected=f"an error at {pointer}",
            found=errors,
            repair=LOGS,
        )
    return f"explained on {len(subject.predict_routes)} routes, by problem documents"


def broken_json_is_explained(subject: Subject) -> str:
    """A body that is no JSON is answered with a 400 problem document."""
    reply = _call(subject, subject.main_route, b'{"instances": [')
    require(reply.status == 400, expected="400 for a body that is no JSON", found=reply, repair=LOGS)
    _require_problem(reply, "a body that is no JSON")
    return "400 with a problem document"


def unknown_path_is_not_found(subject: Subject) -> str:
    """A path that is no route is answered with a 404 problem document."""
    reply = subject.client.send("POST", "/no-such-route-of-anyone", {}, key=subject.api_key)
    require(
        reply.status == 404,
        expected="404 for an unknown path",
        found=reply,
        repair="the API's gateway responses are missing: make openapi apply",
    )
    _require_problem(reply, "an unknown path")
    return "404 with a problem document"


def pages_may_call(subject: Subject) -> str:
    """A page of an allowed origin may call every route: preflight, answers and refusals say so."""
    if not subject.cors_origins:
        raise CheckSkipped("no origin is allowed (cors_allow_origins)")
    origin = "https://example.com" if "*" in subject.cors_origins else subject.cors_origins[0]
    example = _first_example(subject)
    for route in subject.predict_routes:
        asks = {
            "origin": origin,
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type,x-api-key",
        }
        preflight = subject.client.send("OPTIONS", route["path"], headers=asks)
        _require_cors(preflight, origin, f"preflight of {route['path']}", ok=(200, 204))
        allowed = preflight.headers.get("access-control-allow-headers", "").lower()
        require(
            "x-api-key" in allowed and "content-type" in allowed,
            expected="Access-Control-Allow-Headers with content-type and x-api-key",
            found=allowed or "no such header",
            repair="make openapi apply",
        )
        answer = _call(subject, route, example["request"], headers={"origin": origin})
        _require_cors(answer, origin, f"the answer of {route['path']}", ok=(200,))
    for route in subject.predict_routes:
        if route["auth"] != "none":
            refusal = _call(subject, route, example["request"], key=None, headers={"origin": origin})
            _require_cors(refusal, origin, f"the refusal of {route['path']}", ok=(401, 403))
    return f"{origin} may call"


def latency_is_in_budget(subject: Subject) -> str:
    """Warm requests stay within the latency budget, by their 95th percentile."""
    route, example = subject.main_route, _first_example(subject)
    samples = []
    for _ in range(max(2, subject.budget.requests)):
        reply = _call(subject, route, example["request"])
        require(reply.status == 200, expected="200 for every warm request", found=reply, repair=LOGS)
        samples.append(reply.seconds * 1000)
    p95 = statistics.quantiles(samples, n=20, method="inclusive")[18]
    require(
        p95 <= subject.budget.latency_ms,
        expected=f"p95 ≤ {subject.budget.latency_ms:.0f} ms over {len(samples)} requests",
        found=f"{p95:.0f} ms",
        repair="give the function memory or the endpoint instances, or state the budget: --latency-budget-ms",
    )
    return f"p95 {p95:.0f} ms, median {statistics.median(samples):.0f} ms over {len(samples)} requests"


def _require_problem(reply: Reply, what: str) -> Mapping[str, Any]:
    problem = reply.problem
    fields = {"type", "title", "status", "code"} - set(problem or {})
    require(
        problem is not None and not fields and problem["status"] == reply.status,
        expected=f"a problem document for {what}",
        found=f"{reply.headers.get('content-type')} {reply}",
        repair="answers must be application/problem+json (RFC 9457): make openapi package apply",
    )
    return problem or {}


def _require_cors(reply: Reply, origin: str, what: str, ok: tuple[int, ...]) -> None:
    require(reply.status in ok, expected=f"{ok[0]} for {what}", found=reply, repair="make openapi apply")
    found = reply.headers.get("access-control-allow-origin")
    require(
        found in ("*", origin),
        expected=f"Access-Control-Allow-Origin {origin} on {what}",
        found=found or "no such header",
        repair="set cors_allow_origins, then make apply",
    )
