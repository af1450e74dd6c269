"""Checks that what must be refused is refused, by a problem document that says why."""

from collections.abc import Callable

from scripts.smoke.answers import unwrap
from scripts.smoke.asking import LOGS, call, first_example, identify, require_problem
from scripts.smoke.bad_request import spoil
from scripts.smoke.identity import Identity
from scripts.smoke.result import CheckSkipped, require
from scripts.smoke.routes import asks_for_signatures
from scripts.smoke.stage_client import Reply
from scripts.smoke.subject import Route, Subject
from scripts.smoke.unanswered import is_of_the_function, require_answer, was_let_in

_DENIES = "an authorizer must return a policy that denies, or fail with the text Unauthorized"
_RESPONSES = "the API's gateway responses are missing: make openapi apply"


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
        reply = call(subject, route, first_example(subject)["request"], identity=identity(kind))
        wanted = f"{name} refused with 401 or 403"
        if not was_let_in(reply):
            require_answer(reply, wanted, repair=_DENIES if kind == "lambda_authorizer" else None)
        require(
            reply.status in (401, 403),
            expected=wanted,
            found=reply,
            repair=f"the route is open: say its kind of auth ({kind}) in the contract, then make openapi "
            "apply",
        )
        require_problem(reply, name)
    kinds = sorted({route["auth"] for route in _secured(subject)})
    return f"refused on {len(_secured(subject))} routes ({', '.join(kinds)})"


def _secured(subject: Subject) -> list[Route]:
    routes = [route for route in subject.predict_routes if route["auth"] != "none"]
    if not routes:
        raise CheckSkipped("anyone may call every route: their kind is none")
    return routes


def bad_input_is_explained(subject: Subject) -> str:
    """A wrong value is answered with a 4xx problem document that names its row and field."""
    bad, pointer = spoil(first_example(subject)["request"])
    for route in subject.predict_routes:
        reply = unwrap(call(subject, route, bad), route)
        statuses = {422, route.get("bad_request_status", 400)}
        wanted = f"{route['method']} {route['path']}: {sorted(statuses)} for a wrong value at {pointer}"
        _require_its_own(reply, wanted)
        require(
            reply.status in statuses,
            expected=wanted,
            found=reply,
            repair=LOGS,
        )
        problem = require_problem(reply, "a wrong value")
        errors = problem.get("errors", [])
        by_gateway = problem["code"] == "bad_request_body"
        require(
            by_gateway or pointer in [error.get("pointer") for error in errors],
            expected=f"an error at {pointer}",
            found=errors,
            repair=LOGS,
        )
    return f"explained on {len(subject.predict_routes)} routes, by problem documents"


def _require_its_own(reply: Reply, wanted: str) -> None:
    """Raise CheckFailed where the function didn't run; an error that it answered itself is its own fault."""
    if not is_of_the_function(reply):
        require_answer(reply, wanted)


def broken_json_is_explained(subject: Subject) -> str:
    """A body that is no JSON is answered with a 400 problem document."""
    reply = call(subject, subject.main_route, b'{"instances": [')
    _require_its_own(reply, "400 for a body that is no JSON")
    require(reply.status == 400, expected="400 for a body that is no JSON", found=reply, repair=LOGS)
    require_problem(reply, "a body that is no JSON")
    return "400 with a problem document"


def unknown_path_is_not_found(subject: Subject) -> str:
    """A path that is no route is answered with a 404 problem document."""
    reply = subject.client.send("POST", "/no-such-route-of-anyone", {}, key=subject.api_key)
    problem = reply.problem or {}
    signed = asks_for_signatures(subject.outputs, [route["auth"] for route in subject.routes])
    require_answer(reply, "404 for an unknown path", repair=_RESPONSES)
    require(
        reply.status == 404 or (signed and problem.get("code") == "unsigned_or_unknown_path"),
        expected="404 for an unknown path",
        found=reply,
        repair=_RESPONSES,
    )
    require_problem(reply, "an unknown path")
    return f"{reply.status} with a problem document"
