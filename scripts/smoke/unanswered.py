"""Answers that say nothing of a revision but that it doesn't answer (429, 5xx): what to do about each.

Whatever else a check wanted to see in such an answer is not judged: a model that is down has no wrong rows,
and its pages' origins are as they were. docs/errors.md has what the codes mean, docs/runbook.md the rest.
"""

from collections.abc import Mapping

from scripts.smoke.result import CheckFailed
from scripts.smoke.stage_client import Reply

UNAVAILABLE, NOT_READY = "503 model_unavailable", "503 model_not_ready"
"""The causes that an endpoint which isn't in service explains."""

_BOOK = "docs/runbook.md"
_SINCE = "since a roll-out: make rollback"
_CONTAINER = "make logs ARGS='--no-follow --since 1h --group endpoint' has the container's last words"
_NOT_THE_CONTRACTS = (
    "the model's replies are not what the contract says of them: make query QUERY=model-failures; "
    f"{_SINCE}, else {_BOOK}#endpoint-model-errors"
)
_TOO_SLOW = f"the model is too slow: {_BOOK}#endpoint-latency; {_SINCE}"

MODEL_REPAIRS: Mapping[str, str] = {
    "model_error": f"make query QUERY=model-failures says why; {_SINCE}",
    "model_unavailable": "the endpoint isn't there, or refuses the function: make query QUERY=model-failures "
    "says which (AccessDeniedException: its permission is gone), and make apply makes either again",
    "model_not_ready": f"the endpoint still loads its model: wait, then make smoke-test again; {_CONTAINER}",
    "model_throttled": f"more calls come than the endpoint takes: {_BOOK}#endpoint-load, if it is serverless "
    f"{_BOOK}#endpoint-concurrency",
    "model_unreachable": f"SageMaker, or the way to it, fails: {_BOOK}#endpoint-5xx; {_SINCE}",
    "model_rejected_payload": "contract and model don't fit each other: make rollback leads the later one "
    "back; then make train package openapi apply of one commit",
    "model_failed": f"the container answers errors: {_CONTAINER}; {_SINCE}",
    "model_timeout": _TOO_SLOW,
    "deadline_exceeded": _TOO_SLOW,
    "malformed_reply": _NOT_THE_CONTRACTS,
    "truncated_reply": _NOT_THE_CONTRACTS,
    "wrong_prediction_count": _NOT_THE_CONTRACTS,
    "prediction_not_finite": _NOT_THE_CONTRACTS,
}
"""Code of an answer by the function that the model gave it none → what to do."""

GATEWAY_REPAIRS: Mapping[str, str] = {
    "throttled": f"a rate of this client, route or stage is used up: {_BOOK}#api-throttles",
    "quota_exceeded": f"the quota of this client is used up: {_BOOK}#api-throttles",
    "internal_error": "the API may not call the function, or is set up wrongly: make apply; where it changes "
    f"nothing, {_BOOK}#api-5xx",
    "gateway_failure": f"the function is busy, or can't be called: {_BOOK}#function-throttles; {_SINCE}",
    "authorizer_failure": "the authorizer failed: read the log group of its own function",
    "integration_failure": "the function crashed or didn't start: make query QUERY=crashes says why "
    f"({_BOOK}#function-errors); {_SINCE}",
    "integration_timeout": "the function didn't answer in the gateway's time, as a rule because the model is "
    f"slow: {_BOOK}#endpoint-latency; {_SINCE}",
}
"""Code of an answer that the gateway gave in the function's place → what to do."""

_BY_STATUS = {429: "throttled", 500: "internal_error", 502: "integration_failure", 504: "integration_timeout"}
"""What an answer without a problem document means, as a gateway without its own responses gives one."""


def require_answer(reply: Reply, expected: str, *, repair: str | None = None, note: str = "") -> None:
    """Raise CheckFailed, with its cause, where nothing but an error was answered: 429 or 5xx.

    `repair` is for what else than the model is at fault, if no earlier check failed for the same cause.
    """
    if reply.status == 429 or reply.status >= 500:
        raise CheckFailed(
            expected=expected,
            found=f"{_tell(reply)}{note}",
            repair=repair or repair_of_error(reply),
            causes=(cause_of(reply),),
        )


def cause_of(reply: Reply) -> str:
    """Name why there was no answer, as any other request would be answered now: status and code."""
    return f"{reply.status} {_code(reply)}".strip()


def is_of_the_function(reply: Reply) -> bool:
    """Whether the function answered this."""
    return "x-contract-digest" in reply.headers or _code(reply) in MODEL_REPAIRS


def was_let_in(reply: Reply) -> bool:
    """Whether the gateway called the function, be it in vain: for whom it refuses it doesn't."""
    return is_of_the_function(reply) or _code(reply) in ("integration_failure", "integration_timeout")


def repair_of_error(reply: Reply) -> str:
    """Say what to do about an error, by its code, else by its status."""
    code = _code(reply)
    if code == "internal_error" and "x-contract-digest" in reply.headers:
        request = (reply.problem or {}).get("request_id", "ID")
        return (
            "an error of the function that nobody foresaw: "
            f"make query QUERY=one-request ARGS='--request {request}' has it; {_SINCE}"
        )
    known = {**GATEWAY_REPAIRS, **MODEL_REPAIRS}
    return known.get(code) or known[_BY_STATUS.get(reply.status, "gateway_failure")]


def _code(reply: Reply) -> str:
    return str((reply.problem or {}).get("code", ""))


def _tell(reply: Reply) -> str:
    """Say an error in a line: what a problem document has to say first, else the body's start."""
    problem = reply.problem
    if problem is None:
        return str(reply)
    request = problem.get("request_id")
    return f"{cause_of(reply)}: {problem.get('title')}" + (f", request {request}" if request else "")
