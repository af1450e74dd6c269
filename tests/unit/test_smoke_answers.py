"""The smoke test reads what each kind of route answers."""

import json
from typing import Any

import pytest

from scripts.smoke.answers import expected_answer, read_answer, unwrap
from scripts.smoke.identity import Caller
from scripts.smoke.stage_client import Reply, StageClient
from scripts.smoke.subject import Subject

pytestmark = pytest.mark.unit

ONE = {"response": {"predictions": [{"label": "M", "score": 0.9}]}}
TWO = {"response": {"predictions": [{"label": "M", "score": 0.9}, {"label": "B", "score": 0.1}]}}
DIRECT = {"integration": "direct"}
COURSE = {
    "path": "/",
    "method": "POST",
    "auth": "none",
    "integration": "direct",
    "response": "values",
}


def reply(document: Any, status: int = 200) -> Reply:
    return Reply(status, {"content-type": "application/json"}, json.dumps(document).encode(), 0.01)


@pytest.mark.parametrize(
    ("example", "route", "answer"),
    [
        (TWO, {"response": "predictions"}, TWO["response"]),
        (TWO, {"response": "values"}, ["M", "B"]),
        (TWO, {"response": "values", "output": "score"}, [0.9, 0.1]),
        (ONE, {"response": "values"}, ["M"]),
        (ONE, {"response": "value", "output": "label"}, "M"),
        (TWO, {"response": "value", "output": "label"}, ["M", "B"]),
    ],
)
def test_expected_answer_in_the_shape_of_the_route(example: Any, route: Any, answer: Any) -> None:
    """One row as a bare value, several as a list, of the output that the route names."""
    assert expected_answer(example, route) == answer


def test_a_direct_answer_is_unwrapped() -> None:
    """The status that counts, and the body, stand inside."""
    wrapped = reply({"statusCode": 200, "isBase64Encoded": False, "body": "[571.1]"})
    assert read_answer(wrapped, DIRECT) == [571.1]
    problem = {"code": "invalid_instances", "status": 400}
    refused = unwrap(
        reply({"statusCode": 400, "isBase64Encoded": False, "body": json.dumps(problem)}), DIRECT
    )
    assert (refused.status, refused.problem) == (400, problem)
    assert read_answer(refused, {"integration": "proxy"}) is None


@pytest.mark.parametrize("document", [{"errorMessage": "x"}, {"statusCode": "200", "body": "1"}, {}])
def test_a_direct_answer_of_another_form_is_no_success(document: Any) -> None:
    """A function that crashed is passed on in a 200 too."""
    assert unwrap(reply(document), DIRECT).status == 502


def subject(*routes: Any, **outputs: Any) -> Subject:
    return Subject(StageClient("http://127.0.0.1:1/beta"), {"routes": routes}, "", Caller(), outputs=outputs)


def test_the_main_route_is_a_plain_client_s() -> None:
    """By proxy, with the whole predictions, wherever in the contract it stands."""
    bare = {"path": "/label", "method": "POST", "response": "value", "output": "label"}
    plain = {"path": "/predict", "method": "POST"}
    assert subject(COURSE, bare, plain).main_route["path"] == "/predict"
    assert subject(COURSE, bare).main_route["path"] == "/label"
    assert subject(COURSE).main_route["path"] == "/"


def test_routes_that_an_environment_leaves_out_are_not_asked() -> None:
    """They stand in the contract, but not in this API."""
    plain = {"path": "/predict", "method": "POST"}
    assert [r["path"] for r in subject(COURSE, plain, unpublished_routes=["POST /"]).routes] == ["/predict"]


def test_routes_that_a_contract_leaves_to_their_defaults_are_asked() -> None:
    """No routes, or a route without a method: POST, as for the function."""
    bare = Subject(StageClient("http://127.0.0.1:1/beta"), {}, "", Caller())
    assert [(r["method"], r["path"]) for r in bare.routes] == [("POST", "/predict")]
    assert [(r["method"], r["path"]) for r in subject({"path": "/score"}).routes] == [("POST", "/score")]
