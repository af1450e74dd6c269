"""The function's answers become predictions, or an error that names the rows of the file."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from scripts.predict.answered import Answer, predict_by_request
from scripts.predict.errors import PredictError, RowProblem, RowsRefused

pytestmark = pytest.mark.unit


class Stage:
    """Answers from a script; a request too many fails the test."""

    def __init__(self, *answers: Answer, most: int | None = None) -> None:
        self.answers = list(answers)
        self.most = most
        self.sent: list[list[Any]] = []
        self.waited: list[float] = []

    def send(self, body: str) -> Answer:
        rows = json.loads(body)["instances"]
        self.sent.append(rows)
        if self.most is not None:
            if len(rows) > self.most:
                return problem(413, code="response_too_large")
            return Answer(200, {}, json.dumps({"predictions": [{"y": row[0] * 10} for row in rows]}))
        return self.answers.pop(0)

    def predict(self, *rows: list[Any], first_row: int = 0) -> list[Mapping[str, Any]]:
        return predict_by_request(self.send, rows, first_row, self.waited.append)


def answer(*predictions: Any) -> Answer:
    return Answer(200, {}, json.dumps({"predictions": list(predictions)}))


def problem(status: int, headers: Mapping[str, str] | None = None, **members: Any) -> Answer:
    return Answer(status, headers or {}, json.dumps({"status": status, "retryable": False, **members}))


def test_predictions_come_back_in_order() -> None:
    """A bare value is named; an object keeps its names."""
    assert Stage(answer({"y": 1}, 2)).predict([1], [2]) == [{"y": 1}, {"prediction": 2}]


def test_what_is_too_large_is_halved_until_it_fits() -> None:
    """Also where only the answer was too large; order stays."""
    stage = Stage(most=2)
    assert [row["y"] for row in stage.predict([1], [2], [3], [4], [5])] == [10, 20, 30, 40, 50]
    assert [len(rows) for rows in stage.sent] == [5, 2, 3, 1, 2]


def test_one_row_that_is_too_large_is_an_error() -> None:
    """Halving ends."""
    with pytest.raises(PredictError, match="413"):
        Stage(problem(413)).predict([1])


@pytest.mark.parametrize(
    ("headers", "waited"), [({"retry-after": "3"}, [3.0]), ({}, [0.5]), ({"retry-after": "9999"}, [20.0])]
)
def test_what_may_succeed_later_is_sent_again(headers: Mapping[str, str], waited: list[float]) -> None:
    """After the time that the answer asks for, up to a limit."""
    stage = Stage(problem(503, headers, retryable=True), answer({"y": 1}))
    assert stage.predict([1]) == [{"y": 1}]
    assert stage.waited == waited


def test_a_throttled_request_is_sent_again_even_without_a_document() -> None:
    """A gateway that is not ours says 429 in its own words."""
    stage = Stage(Answer(429, {}, '{"message": "Too Many Requests"}'), answer({"y": 1}))
    assert stage.predict([1]) == [{"y": 1}]


def test_an_exhausted_quota_is_not_asked_again() -> None:
    """The document says that it isn't retryable."""
    with pytest.raises(PredictError, match="429 Quota"):
        Stage(problem(429, title="Quota")).predict([1])


def test_five_times_is_enough() -> None:
    """The last answer is what is reported."""
    stage = Stage(*[problem(503, retryable=True, title=f"attempt {n}") for n in range(1, 6)])
    with pytest.raises(PredictError, match="attempt 5"):
        stage.predict([1])
    assert stage.waited == [0.5, 1.0, 2.0, 4.0]


def test_wrong_rows_are_named_by_their_place_in_the_file() -> None:
    """The second row of a request that began at row 2000 is row 2001, counted from 0."""
    errors = [
        {"pointer": "/instances/1/temp", "detail": "must be a number"},
        {"pointer": "/instances/3", "detail": "must be an object"},
    ]
    detail = "150 problems in the instances; the first 100 are listed."
    with pytest.raises(RowsRefused) as refused:
        Stage(problem(422, errors=errors, detail=detail)).predict([1], first_row=2000)
    assert refused.value.problems == (
        RowProblem(2001, "temp", "must be a number"),
        RowProblem(2003, "", "must be an object"),
    )
    assert str(refused.value).splitlines() == [
        "150 problems in the rows (the first row is row 1):",
        "row 2002, temp: must be a number",
        "row 2004: must be an object",
        "… and 148 more",
    ]


def test_a_refusal_of_the_request_itself_keeps_its_words() -> None:
    """Title, detail, place and the id to ask for help with."""
    errors = [{"pointer": "/data", "detail": "unknown"}]
    reply = problem(422, title="Bad", detail="No.", errors=errors, request_id="id-1")
    with pytest.raises(PredictError, match=r"Answered with 422 Bad: No. \(request id-1\)\n/data: unknown"):
        Stage(reply).predict([1])


def test_a_refused_caller_is_told_what_to_look_at() -> None:
    """A bare 401 helps nobody."""
    reply = problem(401, title="Unauthorized", code="unauthorized")
    with pytest.raises(PredictError, match=r"401 Unauthorized\n  repair   the token isn't good here"):
        Stage(reply).predict([1])


@pytest.mark.parametrize("body", ['{"predictions": [1]}', '{"predictions": 3}', "<html>", "[1, 2]"])
def test_an_answer_without_a_prediction_a_row_is_an_error(body: str) -> None:
    """Nothing is padded."""
    with pytest.raises(PredictError, match="2 rows were answered with"):
        Stage(Answer(200, {}, body)).predict([1], [2])


def test_columns_that_are_no_input_come_with_the_option_that_leaves_them_out() -> None:
    """A labelled file is the first that most people try."""
    said = str(
        RowsRefused([RowProblem(0, "count", "Unknown field; known here: temp."), RowProblem(1, "temp", "…")])
    )
    assert said.endswith("make predict FILE=… ARGS='--ignore count'")
    assert "--ignore" not in str(RowsRefused([RowProblem(0, "temp", "must be a number")]))
