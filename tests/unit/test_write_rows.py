from typing import Any

import pytest

from scoring import errors
from scoring.contract import Route
from scoring.respond import choose_accept, respond_predictions

pytestmark = pytest.mark.unit

OUTPUTS: dict[str, list[Any]] = {
    "count": [571.1, 3.0],
    "label": ['a,"b"', "c"],
    "rare": [True, False],
    "both": [[0.25, 0.75], [1.0, 0.0]],
    "top": [{"label": "x", "score": 0.5}, {"label": "y", "score": 1.0}],
}
CSV = (
    "count,label,rare,both.0,both.1,top.label,top.score\n"
    '571.1,"a,""b""",true,0.25,0.75,x,0.5\n3.0,c,false,1.0,0.0,y,1.0\n'
)
LINES = (
    '{"count":571.1,"label":"a,\\"b\\"","rare":true,"both":[0.25,0.75],"top":{"label":"x","score":0.5}}\n'
    '{"count":3.0,"label":"c","rare":false,"both":[1.0,0.0],"top":{"label":"y","score":1.0}}\n'
)
ROUTE = Route("/predict")
BARE = Route("/bare", response="values", output="count")


@pytest.mark.parametrize(
    ("accept", "route", "content_type", "body"),
    [
        ("text/csv", ROUTE, "text/csv; charset=utf-8; header=present", CSV),
        ("text/csv", BARE, "text/csv; charset=utf-8; header=absent", "571.1\n3.0\n"),
        ("application/jsonlines", ROUTE, "application/jsonlines", LINES),
        ("application/jsonlines", BARE, "application/jsonlines", "571.1\n3.0\n"),
    ],
)
def test_rows(accept: str, route: Route, content_type: str, body: str) -> None:
    """All outputs under their names, or one output's bare values."""
    response = respond_predictions(OUTPUTS, route, choose_accept({"accept": accept}), {})
    assert (response["headers"]["Content-Type"], response["body"]) == (content_type, body)


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("text/*", "text/csv"),
        ("text/csv;q=0.5, application/jsonlines;q=0.9", "application/jsonlines"),
        ("application/json;q=0.1, text/csv", "text/csv"),
        ("text/html, application/xhtml+xml, */*;q=0.8", "application/json"),
        ("application/json;q=0, */*", "text/csv"),
        ("text/csv; header=present", "text/csv"),
    ],
)
def test_accept(accept: str | None, chosen: str) -> None:
    """RFC 9110 §12.5.1: the most specific range decides a type's weight; equal weights take JSON first."""
    assert choose_accept({} if accept is None else {"accept": accept}) == chosen


@pytest.mark.parametrize("accept", ["text/html", "image/*", "text/csv;q=0, application/*;q=0"])
def test_nothing_acceptable(accept: str) -> None:
    """Said before the model is asked."""
    with pytest.raises(errors.NotAcceptable, match="text/csv"):
        choose_accept({"accept": accept})


@pytest.mark.parametrize("accept", ["text/csv", "application/jsonlines"])
def test_no_number_is_written_that_is_none(accept: str) -> None:
    """NaN after the output steps is the model's failure in every format."""
    with pytest.raises(errors.PredictionNotFinite):
        respond_predictions({"count": [float("nan")]}, ROUTE, accept, {})
