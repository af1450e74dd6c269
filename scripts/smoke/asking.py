"""How checks ask the stage URL: as whom, with which request, and what every refusal has to be."""

from collections.abc import Mapping
from typing import Any

from scripts.smoke.identity import Identity, MissingIdentity
from scripts.smoke.result import CheckFailed, CheckSkipped, require
from scripts.smoke.stage_client import Reply
from scripts.smoke.subject import Route, Subject

LOGS = "look into the function's log group for this request's id"


def call(subject: Subject, route: Route, body: Any, **options: Any) -> Reply:
    """Send a body to a route, as the caller unless `identity` says otherwise; options are the client's."""
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
            found=missing.found,
            repair=missing.repair,
        ) from missing


def first_example(subject: Subject) -> Mapping[str, Any]:
    """Return the contract's first golden request; a check of a contract without one is skipped."""
    if not subject.examples:
        raise CheckSkipped("the contract has no examples")
    return subject.examples[0]


def require_problem(reply: Reply, what: str) -> Mapping[str, Any]:
    """Return the problem document of a refusal; a check that finds none has failed."""
    problem = reply.problem
    fields = {"type", "title", "status", "code"} - set(problem or {})
    require(
        problem is not None and not fields and problem["status"] == reply.status,
        expected=f"a problem document for {what}",
        found=f"{reply.headers.get('content-type')} {reply}",
        repair="answers must be application/problem+json (RFC 9457): make openapi package apply",
    )
    return problem or {}
