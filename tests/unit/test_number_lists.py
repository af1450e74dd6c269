"""Long lists of numbers: what they take, what they refuse and where."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from scoring.contract_problems import Problem
from scoring.declarations import ListOf
from scoring.kinds import INVALID, Number
from scoring.number_lists import Matrix, Numbers

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("kind", "value", "pointer", "found"),
    [
        (Numbers(), [], "/x", "[]"),
        (Numbers(), "1", "/x", '"1"'),
        (Numbers(), [1, "2"], "/x/1", '"2"'),
        (Numbers(), [1, True], "/x/1", "true"),
        (Numbers(), [1, None], "/x/1", "null"),
        (Numbers(), [1, 10**400], "/x/1", "1000000"),
        (Numbers(), [float("inf")], "/x/0", "Infinity"),
        (Numbers(positive=True), [1, 0, -1], "/x/1", "0"),
        (Numbers(nonzero=True), [-1, 0.0], "/x/1", "0.0"),
        (Numbers(ascending="strictly"), [1, 2, 2], "/x/2", "2"),
        (Numbers(ascending="weakly"), [1, 2, 1], "/x/2", "1"),
        (Matrix(), [], "/x", "[]"),
        (Matrix(), [[1, 2], [3]], "/x/1", "1 numbers"),
        (Matrix(), [[1, 2], [3, "4"]], "/x/1/1", '"4"'),
    ],
)
def test_the_first_wrong_number_is_named(kind: Any, value: Any, pointer: str, found: str) -> None:
    problems: list[Problem] = []
    assert kind.check(value, "/x", problems) is INVALID
    assert problems[0].pointer == pointer
    assert found in problems[0].found


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Numbers(), [1, -2.5, 0]),
        (Numbers(at_least=0), []),
        (Numbers(ascending="weakly"), [1, 1, 2]),
        (Numbers(positive=True), [0.1]),
        (Matrix(), [[1, 2], [3, 4]]),
    ],
)
def test_what_is_taken_is_read_as_tuples_and_suits_the_schema(kind: Any, value: Any) -> None:
    assert kind.check(value, "/x", []) == tuple(tuple(x) if isinstance(x, list) else x for x in value)
    assert Draft202012Validator(kind.schema()).is_valid(value)


ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=2)


@given(st.lists(ANYTHING, min_size=1, max_size=5))
def test_a_list_is_taken_just_when_each_of_its_numbers_is(value: list[Any]) -> None:
    fast, slow = Numbers().check(value, "", []), ListOf(Number()).check(value, "", [])
    assert fast == slow
