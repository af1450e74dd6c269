"""The check that pages of the allowed origins may call the stage URL (CORS)."""

from scripts.smoke.asking import call, first_example
from scripts.smoke.result import CheckSkipped, require
from scripts.smoke.stage_client import Reply
from scripts.smoke.subject import Subject
from scripts.smoke.unanswered import require_answer

RENDER = "make openapi apply"


def pages_may_call(subject: Subject) -> str:
    """A page of an allowed origin may call every route: preflight, answers and refusals say so."""
    if not subject.cors_origins:
        raise CheckSkipped("no origin is allowed (cors_allow_origins)")
    origin = "https://example.com" if "*" in subject.cors_origins else subject.cors_origins[0]
    example = first_example(subject)
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
            repair=RENDER,
        )
        answer = call(subject, route, example["request"], headers={"origin": origin})
        _require_cors(answer, origin, f"the answer of {route['path']}", ok=(200,), error_repair=None)
    for route in subject.predict_routes:
        if route["auth"] != "none":
            nobody = subject.caller.without_identity(route["auth"])
            refusal = call(subject, route, example["request"], identity=nobody, headers={"origin": origin})
            _require_cors(refusal, origin, f"the refusal of {route['path']}", ok=(401, 403))
    return f"{origin} may call"


def _require_cors(
    reply: Reply, origin: str, what: str, ok: tuple[int, ...], *, error_repair: str | None = RENDER
) -> None:
    """Raise CheckFailed unless a page may read an answer; `error_repair` is None for the function's own."""
    require_answer(reply, f"{ok[0]} for {what}", repair=error_repair)
    require(reply.status in ok, expected=f"{ok[0]} for {what}", found=reply, repair=RENDER)
    found = reply.headers.get("access-control-allow-origin")
    require(
        found in ("*", origin),
        expected=f"Access-Control-Allow-Origin {origin} on {what}",
        found=found or "no such header",
        repair="set cors_allow_origins, then make apply",
    )
