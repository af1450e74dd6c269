"""What a golden request should be answered with, in the shape of a route, and whether it was."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from scripts.smoke.stage_client import Reply
from scripts.smoke.subject import Route


def expected_answer(example: Mapping[str, Any], route: Route) -> Any:
    """Return an example's expected answer as the route shapes it."""
    predictions = example["response"]["predictions"]
    if route["response"] == "predictions":
        return {"predictions": predictions}
    output = route.get("output") or next(iter(predictions[0]))
    values = [row[output] for row in predictions]
    return values[0] if route["response"] == "value" and len(values) == 1 else values


def read_answer(reply: Reply, route: Route) -> Any:
    """Return the answer's value; None where it is a refusal."""
    answer = unwrap(reply, route)
    return answer.json() if answer.status == 200 else None


def unwrap(reply: Reply, route: Route) -> Reply:
    """Return what the function answered: a direct integration passes it on as `{"statusCode", …, "body"}`."""
    document = reply.json()
    if route["integration"] != "direct" or reply.status != 200 or not isinstance(document, dict):
        return reply
    status, body = document.get("statusCode"), document.get("body")
    if not isinstance(status, int) or not isinstance(body, str):
        return replace(reply, status=502)
    kind = "application/json" if status == 200 else "application/problem+json"
    return replace(reply, status=status, body=body.encode(), headers={**reply.headers, "content-type": kind})


def compare(expected: Any, found: Any, tolerance: Mapping[str, float], at: str = "") -> str | None:
    """Say where an answer leaves the expected one, None if nowhere; numbers may differ by the tolerance."""
    if isinstance(expected, dict) and isinstance(found, dict) and expected.keys() == found.keys():
        pairs = [(f"{at}/{name}", expected[name], found[name]) for name in expected]
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = [(f"{at}/{index}", *both) for index, both in enumerate(zip(expected, found, strict=True))]
    elif _is_number(expected) and _is_number(found):
        close = math.isclose(
            expected, found, rel_tol=tolerance.get("relative", 0.0), abs_tol=tolerance.get("absolute", 0.0)
        )
        return None if close else f"{found} at {at}, not {expected}"
    else:
        return None if expected == found else f"{found!r} at {at or 'the top'}, not {expected!r}"
    differences = (compare(wanted, got, tolerance, place) for place, wanted, got in pairs)
    return next((difference for difference in differences if difference), None)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
