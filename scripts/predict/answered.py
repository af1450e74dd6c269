"""The function's answers, through the gateway or not → predictions; what both ways that use it share."""

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from scripts.predict.errors import PredictError, refused_rows
from scripts.predict.read_rows import Instance
from scripts.predict.ways import Prediction
from scripts.smoke.refused import repair_of_refusal

ATTEMPTS = 5
"""How often a call is made that says it may succeed later."""
_LONGEST_WAIT = 20.0
_TOTAL = re.compile(r"(\d+) problems? in the instances")
"""How many there are in all: a problem document lists the first hundred."""


class Answer(NamedTuple):
    """Status, headers with names in lower case, and body."""

    status: int
    headers: Mapping[str, str]
    body: str


def predict_by_request(
    send: Callable[[str], Answer],
    instances: Sequence[Instance],
    first_row: int,
    pause: Callable[[float], Any] = time.sleep,
) -> list[Prediction]:
    """Send instances as `{"instances": […]}` and read the predictions.

    What is too large (413) is sent as two halves; what may succeed later is sent again, after the time that
    the answer asks for. Raises RowsRefused, PredictError.
    """
    answer = _send_until_final(send, json.dumps({"instances": list(instances)}), pause)
    if answer.status == 413 and len(instances) > 1:
        middle = len(instances) // 2
        return [
            *predict_by_request(send, instances[:middle], first_row, pause),
            *predict_by_request(send, instances[middle:], first_row + middle, pause),
        ]
    if answer.status != 200:
        raise _refusal(answer, first_row)
    predictions = _json(answer.body).get("predictions")
    if not isinstance(predictions, list) or len(predictions) != len(instances):
        raise PredictError(f"{len(instances)} rows were answered with {answer.body[:200]!r}.")
    return [row if isinstance(row, dict) else {"prediction": row} for row in predictions]


def _send_until_final(send: Callable[[str], Answer], body: str, pause: Callable[[float], Any]) -> Answer:
    for attempt in range(1, ATTEMPTS):
        answer = send(body)
        if not _json(answer.body).get("retryable", answer.status == 429):
            return answer
        pause(_wait_of(answer, attempt))
    return send(body)


def _wait_of(answer: Answer, attempt: int) -> float:
    try:
        asked = float(answer.headers.get("retry-after", ""))
    except ValueError:
        asked = 0.25 * 2**attempt
    return min(asked, _LONGEST_WAIT)


def _refusal(answer: Answer, first_row: int) -> PredictError:
    problem = _json(answer.body)
    errors = [(str(e.get("pointer", "")), str(e.get("detail", ""))) for e in problem.get("errors", ())]
    counted = _TOTAL.match(str(problem.get("detail", "")))
    rows = refused_rows(errors, int(counted[1]) if counted else None, first_row)
    if rows is not None:
        return rows
    text = ": ".join(str(problem[name]) for name in ("title", "detail") if problem.get(name))
    pointed = "".join(f"\n{pointer}: {detail}" for pointer, detail in errors)
    identity = f" (request {problem['request_id']})" if problem.get("request_id") else ""
    repair = repair_of_refusal(problem)
    after = f"\n  repair   {repair}" if repair else ""
    return PredictError(
        f"Answered with {answer.status} {text or answer.body[:200]}{identity}{pointed}{after}"
    )


def _json(body: str) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
