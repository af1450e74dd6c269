"""Checks that the stage URL answers, right, by this contract, and in time."""

import statistics

import requests

from scripts.smoke.answers import compare, expected_answer, read_answer, unwrap
from scripts.smoke.asking import LOGS, call, first_example, identify
from scripts.smoke.foreign_errors import unreachable
from scripts.smoke.refused import repair_of_refusal
from scripts.smoke.result import CheckFailed, CheckSkipped, require
from scripts.smoke.stage_client import Reply
from scripts.smoke.subject import Subject
from scripts.smoke.unanswered import require_answer

_WARMING = {403, 429, 502, 503, 504}
"""What a new key, permission, function or endpoint may answer until it has settled."""


def stage_answers(subject: Subject) -> str:
    """The stage answers a golden request with 200; a new one is waited for, up to the deadline."""
    route, example = subject.main_route, first_example(subject)
    deadline = subject.clock() + subject.budget.warm_up_seconds
    identify(subject, route)  # a forgotten key isn't waited for
    attempts = 0
    while True:
        attempts += 1
        found: Reply | CheckFailed
        try:
            found = unwrap(call(subject, route, example["request"]), route)
            settled = found.status not in _WARMING
        except requests.RequestException as error:
            found, settled = unreachable(error), False
        if settled or subject.clock() > deadline:
            break
        subject.pause(min(2.0, subject.budget.warm_up_seconds / 10))
    tried = f"{attempts} attempt{'s' if attempts > 1 else ''}"
    wanted = f"200 from {route['method']} {subject.client.url}{route['path']}"
    if isinstance(found, CheckFailed):
        raise CheckFailed(
            expected=wanted, found=f"{found.found} ({tried})", repair=_where(subject), causes=found.causes
        )
    require_answer(found, wanted, note=f" ({tried})")
    require(
        found.status == 200,
        expected=wanted,
        found=f"{found} ({tried})",
        repair=repair_of_refusal(found.problem) or LOGS,
    )
    return f"200 after {tried}"


def _where(subject: Subject) -> str:
    """Say what to do about a stage that can't be reached."""
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
    first_example(subject)
    for route in subject.predict_routes:
        for example in subject.examples:
            sent = call(subject, route, example["request"])
            reply, expected = unwrap(sent, route), expected_answer(example, route)
            wanted = f"{route['method']} {route['path']}, {example['name']!r}: {expected}"
            require_answer(reply, wanted)
            require(
                reply.status not in (401, 403),
                expected=f"{route['method']} {route['path']} to answer the caller, of kind {route['auth']}",
                found=reply,
                repair=repair_of_refusal(reply.problem) or LOGS,
            )
            difference = compare(expected, read_answer(sent, route), example.get("tolerance", {}))
            require(
                difference is None,
                expected=wanted,
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
    reply = call(subject, route, first_example(subject)["request"])
    found = reply.headers.get("x-contract-digest")
    if found is None:  # else the function answered, be it with an error
        require_answer(reply, f"X-Contract-Digest {subject.contract_digest}")
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


def latency_is_in_budget(subject: Subject) -> str:
    """Warm requests stay within the latency budget, by their 95th percentile."""
    route, example = subject.main_route, first_example(subject)
    samples = []
    for _ in range(max(2, subject.budget.requests)):
        reply = unwrap(call(subject, route, example["request"]), route)
        require_answer(reply, "200 for every warm request")
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
