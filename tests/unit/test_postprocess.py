"""The model's values → what clients get."""

from typing import Any

import numpy as np
import pytest

from scoring.contract import Contract
from scoring.errors import MalformedReply, PredictionNotFinite

pytestmark = pytest.mark.unit


def post(values: Any, *steps: dict[str, Any], **output: Any) -> list[Any]:
    """What the only output of a contract makes of the reply's only value."""
    contract = Contract.from_dict(
        {
            "name": "m",
            "version": "1.0.0",
            "inputs": [{"name": "x", "type": "number"}],
            "features": ["x"],
            "endpoint": {"reply": {"values": {"score": [0, 1] if "length" in output else 0}}},
            "outputs": [{"name": "y", "steps": list(steps), **output}],
        }
    )
    return contract.postprocess({"score": np.array(values, float)})["y"]


EXPM1 = {"operation": "expm1"}


def test_without_steps_values_pass() -> None:
    assert post([1.5, -2.0]) == [1.5, -2.0]


def test_values_are_plain_python_floats() -> None:
    assert [type(value) for value in post([1.5], EXPM1)] == [float]


def test_expm1_undoes_log1p() -> None:
    # e - 1, 0, and a score whose exp(x) - 1 in float64 has only 7 right digits
    assert post([1.0, 0.0, 1e-10], EXPM1) == pytest.approx(
        [1.718281828459045, 0.0, 1.00000000005e-10], rel=1e-15
    )


def test_clip_keeps_values_inside() -> None:
    clip = {"operation": "clip", "minimum": 0, "maximum": 2.5}
    assert post([-1.0, 0.0, 1.0, 2.5, 9.0], clip) == [0.0, 0.0, 1.0, 2.5, 2.5]


@pytest.mark.parametrize(("bound", "expected"), [("minimum", [0.0, 5.0]), ("maximum", [-5.0, 0.0])])
def test_clip_takes_one_bound(bound: str, expected: list[float]) -> None:
    assert post([-5.0, 5.0], {"operation": "clip", bound: 0}) == expected


def test_round_takes_halves_to_the_even_neighbour() -> None:
    assert post([0.5, 1.5, 2.5, -0.5], {"operation": "round"}) == [0.0, 2.0, 2.0, 0.0]


def test_round_keeps_digits() -> None:
    assert post([571.09999, 1.00004], {"operation": "round", "digits": 4}) == [571.1, 1.0]


def test_a_negative_zero_does_not_reach_clients() -> None:
    assert str(post([-0.00001], {"operation": "round", "digits": 4})) == "[0.0]"


def test_steps_run_in_order() -> None:
    round_up = {"operation": "round"}
    clip = {"operation": "clip", "maximum": 1}
    assert post([0.9], EXPM1, clip, round_up) == [1.0]
    assert post([0.9], clip, EXPM1, {"operation": "round", "digits": 3}) == [1.46]


def test_an_integer_output_is_made_of_integers() -> None:
    values = post([1.4, 2.6], {"operation": "round"}, type="integer")
    assert values == [1, 3]
    assert [type(value) for value in values] == [int, int]


@pytest.mark.parametrize("value", [1.5, 1e17])
def test_an_integer_output_is_not_rounded_in_silence(value: float) -> None:
    with pytest.raises(MalformedReply):
        post([value], type="integer")


@pytest.mark.parametrize("value", [1000.0, np.inf, -np.inf, np.nan])
def test_what_is_not_finite_before_or_after_the_steps_is_no_prediction(value: float) -> None:
    with pytest.raises(PredictionNotFinite):
        post([1.0, value], EXPM1, {"operation": "round"})


def test_clip_does_not_hide_an_infinity() -> None:
    with pytest.raises(PredictionNotFinite):
        post([np.inf], {"operation": "clip", "maximum": 9})


def test_a_vector_is_a_list_for_each_row() -> None:
    values = post([[0.25, 0.75], [1.0, 0.0]], {"operation": "round", "digits": 1}, length=2)
    assert values == [[0.2, 0.8], [1.0, 0.0]]


@pytest.mark.parametrize(
    ("values", "output"), [([[1.0, 2.0]], {}), ([1.0], {"length": 2}), ([[1.0]], {"length": 2})]
)
def test_a_reply_of_another_shape_is_malformed(values: Any, output: dict[str, Any]) -> None:
    with pytest.raises(MalformedReply):
        post(values, **output)


def test_outputs_may_share_a_value_and_leave_it_alone() -> None:
    contract = Contract.from_dict(
        {
            "name": "m",
            "version": "1.0.0",
            "inputs": [{"name": "x", "type": "number"}],
            "features": ["x"],
            "outputs": [
                {"name": "raw"},
                {"name": "whole", "type": "integer", "steps": [{"operation": "round"}]},
            ],
        }
    )
    values = np.array([1.25])
    assert contract.postprocess({"score": values}) == {"raw": [1.25], "whole": [1]}
    assert values.tolist() == [1.25]
