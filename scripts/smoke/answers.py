"""What a golden request should be answered with, in the shape of a route, and whether it was."""

import json
import math
from collections.abc import Mapping
from typing import Any

from scripts.smoke.stage_client import Reply
from scripts.smoke.subject import Route


def expected_answer(example: Mapping[str, Any], route: Route) -> Any:
    """Return an example's expected answer as the route shapes it."""
    predictions = example["response"]["predictions"]
    if route["response"] == "predictions":
        return {"predictions": predictions}
    values = [next(iter(row.values())) if isinstance(row, dict) else row for row in predictions]
    return values if route["response"] == "values" else values[0]


def read_answer(reply: Reply, route: Route) -> Any:
    """Return the answer's value; a direct integration wraps it in `{"statusCode", "body"}`."""
    document = reply.json()
    if route["integration"] == "direct" and isinstance(document, dict) and document.get("statusCode") == 200:
        return json.loads(document["body"])
    return document if reply.status == 200 else None


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
