"""What a route's choices in the contract make of the same request."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import bike_rental
from tests.fake_lambda import FakeContext
from tests.handler_module import make_client, make_handler
from tests.loopback_model import LoopbackModel, one_score_a_row, refusal

pytestmark = pytest.mark.functional

EVENTS = Path(__file__).parent.parent / "events"
ROUTES = [
    {"path": "/predict"},
    {
        "path": "/",
        "auth": "none",
        "integration": "direct",
        "response": "values",
        "bad_request_status": 400,
    },
    {"path": "/one", "response": "value", "output": "count"},
    {"path": "/test", "method": "ANY", "response": "predictions"},
]
TEXT = ",".join(map(str, bike_rental.FEATURES))

Handle = Callable[[Any], dict[str, Any]]


@pytest.fixture
def model() -> Iterator[LoopbackModel]:
    with LoopbackModel() as model:
        model.always(one_score_a_row())
        yield model
        assert model.unexpected == 0


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def handle(model: LoopbackModel, lines: list[str]) -> Handle:
    contract = {**bike_rental.contract(), "routes": ROUTES}
    handler = make_handler(make_client(model.url), lines.append, contract, cors_allow_origins=("*",))
    return lambda event: handler(event, FakeContext())


def console_test(name: str) -> Any:
    return json.loads((EVENTS / f"console_test_{name}.json").read_text())


def proxied(path: str, method: str = "POST", body: Any = None, **query: str) -> dict[str, Any]:
    event = json.loads((EVENTS / "rest_v1_predict.json").read_text())
    return {
        **event,
        "resource": path,
        "path": path,
        "httpMethod": method,
        "body": None if body is None else json.dumps(body),
        "queryStringParameters": query or None,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} or None,
    }


@pytest.mark.parametrize(("name", "count"), [("one", 1), ("many", 3)])
def test_the_course_s_client_reads_the_answer(handle: Handle, name: str, count: int) -> None:
    """Its two lines work unchanged on what the function returns, which has the course's three members."""
    result = handle(console_test(name))
    assert list(result) == ["statusCode", "isBase64Encoded", "body"]
    assert result["statusCode"] == 200
    assert result["isBase64Encoded"] is False
    assert json.loads(result["body"]) == [bike_rental.COUNT] * count


def test_the_course_s_client_is_told_of_a_wrong_row(handle: Handle) -> None:
    """400 as the course's function says, with our explanation in the body."""
    event = console_test("many")
    event["instances"][1]["features"][5] = "warm"
    result = handle(event)
    assert list(result) == ["statusCode", "isBase64Encoded", "body"]
    assert result["statusCode"] == 400
    problem = json.loads(result["body"])
    assert (problem["status"], problem["code"]) == (400, "invalid_instances")
    assert [error["pointer"] for error in problem["errors"]] == ["/instances/1/features/5"]


def test_a_console_test_that_is_no_request(handle: Handle) -> None:
    """The console's own template is refused in the same form."""
    assert handle(console_test("hello_world"))["statusCode"] == 400


def test_a_failing_model_keeps_its_status(model: LoopbackModel, handle: Handle) -> None:
    """`bad_request_status` is for what the client can change."""
    model.always(refusal(503, "ServiceUnavailable"))
    result = handle(console_test("one"))
    assert (result["statusCode"], len(result)) == (503, 3)


def test_other_routes_keep_their_statuses(handle: Handle) -> None:
    """The same wrong row elsewhere is a 422."""
    assert handle(proxied("/predict", body={"instances": [[1]]}))["statusCode"] == 422


def test_a_bare_value(handle: Handle) -> None:
    """One row is answered with one value, several with a list."""
    assert handle(proxied("/one", body={"data": TEXT}))["body"] == "571.1001"
    assert handle(proxied("/one", body={"data": f"{TEXT};{TEXT}"}))["body"] == "[571.1001,571.1001]"


def test_one_output_of_two(model: LoopbackModel) -> None:
    """A bare answer is the output that the route names; `predictions` have them all."""
    contract = {**bike_rental.contract(), "routes": ROUTES[2:]}
    contract["outputs"] = [
        {"name": "score"},
        {"name": "count", "steps": [{"operation": "expm1"}, {"operation": "round"}]},
    ]
    handler = make_handler(make_client(model.url), lambda _: None, contract)
    assert handler(proxied("/one", body={"data": TEXT}), FakeContext())["body"] == "571.0"
    assert json.loads(handler(proxied("/test", data=TEXT), FakeContext())["body"]) == {
        "predictions": [{"score": 6.349314, "count": 571.0}]
    }


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_query_string(model: LoopbackModel, handle: Handle, method: str) -> None:
    """Any method predicts for the rows in the URL; the model gets what it gets for instances."""
    response = handle(proxied("/test", method, data=f"{TEXT};{TEXT}"))
    assert response["statusCode"] == 200
    assert json.loads(response["body"]) == {"predictions": [{"count": bike_rental.COUNT}] * 2}
    assert model.received[0].body == b"\n".join([bike_rental.PAYLOAD_ROW] * 2)


def test_query_string_is_refused_as_a_body_is(handle: Handle, lines: list[str]) -> None:
    """Pointers name row and input; nothing of the URL is logged."""
    response = handle(proxied("/test", "GET", data=f"{TEXT};{TEXT.replace('16.4', '98.76')}"))
    assert response["statusCode"] == 422
    problem = json.loads(response["body"])
    assert [error["pointer"] for error in problem["errors"]] == ["/data/1/temp"]
    assert "98.76" not in lines[0]
    assert "26.0027" not in lines[0]
