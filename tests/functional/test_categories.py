"""Categories and labels through the whole function: refusals with row and field, answers of every type."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fake_lambda import FakeContext
from tests.handler_module import make_client, make_handler
from tests.loopback_model import LoopbackModel, reply

pytestmark = pytest.mark.functional

EVENTS = Path(__file__).parent.parent / "events"

FEW = {"operation": "equals", "input": "leaves", "values": [1, 2]}
CONTRACT: dict[str, Any] = {
    "name": "flowers",
    "version": "1.0.0",
    "inputs": [
        {"name": "color", "type": "string"},
        {"name": "leaves", "type": "integer"},
    ],
    "features": [
        {"operation": "one_hot", "input": "color", "categories": [["blue", "red"]]},
        {
            "operation": "ordinal",
            "input": {"operation": "product", "input": ["leaves", FEW]},
            "categories": [[1, 2]],
        },
    ],
    "endpoint": {"reply": {"values": {"all": [0, 1], "score": 0}}},
    "outputs": [
        {
            "name": "kind",
            "source": "all",
            "length": 2,
            "steps": [{"operation": "argmax"}, {"operation": "label_map", "labels": ["rose", "iris"]}],
        },
        {"name": "rose", "type": "boolean", "steps": [{"operation": "threshold", "at": 0.5}]},
        {
            "name": "best",
            "source": "all",
            "length": 2,
            "steps": [{"operation": "top_k", "k": 1, "labels": ["rose", "iris"]}],
        },
    ],
}


@pytest.fixture
def model() -> Iterator[LoopbackModel]:
    with LoopbackModel() as model:
        yield model
        assert model.unexpected == 0


def post(model: LoopbackModel, body: Any) -> dict[str, Any]:
    handler = make_handler(make_client(model.url), lambda line: None, CONTRACT)
    event = json.loads((EVENTS / "rest_v1_predict.json").read_text()) | {"body": json.dumps(body)}
    return handler(event, FakeContext())


def problems(response: dict[str, Any]) -> list[tuple[str, str]]:
    assert response["statusCode"] == 422
    document = json.loads(response["body"])
    assert document["code"] == "invalid_instances"
    return [(problem["pointer"], problem["detail"]) for problem in document["errors"]]


GOOD = {"color": "red", "leaves": 1}


def test_an_unknown_category_names_its_row_and_field(model: LoopbackModel) -> None:
    """Of four instances the last has a colour the model never saw: a 422, and the model isn't called."""
    response = post(model, {"instances": [GOOD, GOOD, GOOD, {**GOOD, "color": "mauve"}]})
    assert problems(response) == [("/instances/3/color", 'must be "blue" or "red", not "mauve"')]


def test_the_pointer_goes_into_the_shape_that_was_sent(model: LoopbackModel) -> None:
    """Values by position are pointed at by position."""
    response = post(model, {"instances": [{"features": ["red", 1]}, {"features": ["mauve", 1]}]})
    assert problems(response) == [("/instances/1/features/0", 'must be "blue" or "red", not "mauve"')]


def test_an_unknown_category_inside_an_expression_names_its_input(model: LoopbackModel) -> None:
    """What an operation refuses that eats another's result is still a 422, at the input behind it."""
    response = post(model, {"instances": [GOOD, {**GOOD, "leaves": 7}]})
    assert problems(response) == [("/instances/1/leaves", "has the unknown category 0")]


def test_labels_flags_and_rankings_are_answered(model: LoopbackModel) -> None:
    """Texts, booleans and objects stand in the answer as the contract's steps make them."""
    model.will(reply(b"0.75,0.25\n0.25,0.75\n"))
    response = post(model, {"instances": [GOOD, {**GOOD, "color": "blue"}]})
    assert json.loads(response["body"]) == {
        "predictions": [
            {"kind": "rose", "rose": True, "best": [{"label": "rose", "score": 0.75}]},
            {"kind": "iris", "rose": False, "best": [{"label": "iris", "score": 0.75}]},
        ]
    }
    assert model.received[0].body.strip().splitlines() == [b"0,1,0", b"1,0,0"]
