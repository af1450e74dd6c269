"""Checks that ask the stage URL, as a client would."""

import statistics
from collections.abc import Callable, Mapping
from typing import Any

import requests

from scripts.smoke.answers import compare, expected_answer, read_answer, unwrap
from scripts.smoke.bad_request import spoil
from scripts.smoke.identity import Identity, MissingIdentity
from scripts.smoke.result import CheckFailed, CheckSkipped, require
from scripts.smoke.routes import asks_for_signatures
from scripts.smoke.stage_client import Reply
from scripts.smoke.subject import Route, Subject

LOGS = "look into the function's log group for this request's id"
_REFUSED = {
    "access_denied": "the caller isn't let in: by the API's resource policy (from where), IAM or the "
    "authorizer (who); run this from where callers are, as one of them",
    "filtered": "the firewall refuses this machine's requests: see its rules and log (variable waf)",
    "invalid_signature": "sign as someone of this account: aws sts get-caller-identity says who you are",
    "expired_token": "log in again (aws sso login), then run the smoke test again",
    "unauthorized": "the token isn't good here: is it of this pool, an ID token unless the API asks for "
    "scopes, and still valid?",
}
"""Code of a refusal → what to do, where the right identity was shown."""
_WARMING = {403, 429, 502, 503, 504}
"""What a new key, permission, function or endpoint may answer until it has settled."""


def _call(subject: Subject, route: Route, body: Any, **options: Any) -> Reply:
    identity = options.pop("identity", None) or identify(subject, route)
    method = "POST" if route["method"] == "ANY" else route["method"]
    return subject.client.send(method, route["path"], body, identity=identity, **options)


def identify(subject: Subject, route: Route) -> Identity:
    """Return the caller's identity for a route; a check that lacks one has failed."""
    try:
        return subject.caller.identify(route["auth"])
    except MissingIdentity as missing:
        raise CheckFailed(
            expected=f"{missing.wanted} for {route['method']} {route['path']}, of kind {missing.kind}",
            found="none",
            repair=missing.repair,
        ) from missing


def _first_example(subject: Subject) -> Mapping[str, Any]:
    if not subject.examples:
        raise CheckSkipped("the contract has no examples")
    return subject.examples[0]


def _secured(subject: Subject) -> list[Route]:
    routes = [route for route in subject.predict_routes if route["auth"] != "none"]
    if not routes:
        raise CheckSkipped("anyone may call every route: their kind is none")
    return routes


def stage_answers(subject: Subject) -> str:
    """The stage answers a golden request with 200; a new one is waited for, up to the deadline."""
    route, example = subject.main_route, _first_example(subject)
    deadline = subject.clock() + subject.budget.warm_up_seconds
    identify(subject, route)  # a forgotten key isn't waited for
    attempts = 0
    while True:
        attempts += 1
        found: object
        try:
            reply = _call(subject, route, example["request"])
            found, settled = reply, reply.status not in _WARMING
        except requests.RequestException as error:
            found, settled = f"{type(error).__name__}: {error}", False
        if settled or subject.clock() > deadline:
            break
        subject.pause(min(2.0, subject.budget.warm_up_seconds / 10))
    require(
        isinstance(found, Reply) and found.status == 200,
        expected=f"200 from {route['method']} {subject.client.url}{route['path']}",
        found=f"{found} ({attempts} attempt{'s' if attempts > 1 else ''})",
        repair=_why(subject, found),
    )
    return f"200 after {attempts} attempt{'s' if attempts > 1 else ''}"


def _why(subject: Subject, found: object) -> str:
    """Say what to do about a stage that doesn't answer a golden request."""
    if isinstance(found, Reply):
        return _REFUSED.get((found.problem or {}).get("code", ""), LOGS)
    if subject.aws is not None and subject.outputs is not None:
        api = subject.aws("apigateway").get_rest_api(restApiId=subject.outputs["rest_api_id"])
        if "PRIVATE" in api.get("endpointConfiguration", {}).get("types", ()):
            return (
                "a private API answers inside its VPC alone: run this there, or with --url "
                "https://API-VPCE.execute-api.REGION.amazonaws.com/STAGE of a VPC endpoint"
            )
    return "is it deployed and reachable from here? A domain needs its DNS record (output domain_target)"


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
                repair="another model is served, its features or output steps are not the contract's, or the "
                "contract's examples are old: make rollback, then make train apply",
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


def missing_identity_is_refused(subject: Subject) -> str:
    """A request without what its route's kind of auth asks for is refused; a key alone doesn't suffice."""
    return _refused(subject, subject.caller.without_identity)


def wrong_identity_is_refused(subject: Subject) -> str:
    """A key that is nobody's, a wrong signature or a token of nobody's is refused where one is asked for."""
    return _refused(subject, subject.caller.wrong_identity)


def _refused(subject: Subject, identity: Callable[[str], Identity]) -> str:
    for route in _secured(subject):
        identify(subject, route)  # without a right one, a wrong one proves little
        kind, name = route["auth"], f"{route['method']} {route['path']}"
        reply = _call(subject, route, _first_example(subject)["request"], identity=identity(kind))
        require(
            reply.status in (401, 403),
            expected=f"{name} refused with 401 or 403",
            found=reply,
            repair="an authorizer must return a policy that denies, or fail with the text Unauthorized"
            if reply.status >= 500
            else f"the route is open: say its kind of auth ({kind}) in the contract, then make openapi apply",
        )
        _require_problem(reply, name)
    kinds = sorted({route["auth"] for route in _secured(subject)})
    return f"refused on {len(_secured(subject))} routes ({', '.join(kinds)})"


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
    problem = reply.problem or {}
    signed = asks_for_signatures(subject.outputs, [route["auth"] for route in subject.routes])
    require(
        reply.status == 404 or (signed and problem.get("code") == "unsigned_or_unknown_path"),
        expected="404 for an unknown path",
        found=reply,
        repair="the API's gateway responses are missing: make openapi apply",
    )
    _require_problem(reply, "an unknown path")
    return f"{reply.status} with a problem document"


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
            nobody = subject.caller.without_identity(route["auth"])
            refusal = _call(subject, route, example["request"], identity=nobody, headers={"origin": origin})
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
