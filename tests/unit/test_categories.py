"""Operations on categories: what they make, and what they learn from training data."""

from typing import Any

import numpy as np
import pytest

from scoring.contract import ContractError
from tests.unit.operation_blocks import apply, contract_of, fit, fit_apply, instance

pytestmark = pytest.mark.unit

COLOURS = np.array([["red"], ["blue"], [None], ["mauve"]], object)
HOT = {"operation": "one_hot", "categories": [["blue", "red"]]}
NUMBERED = {"operation": "ordinal", "categories": [["S", "M", "L"]]}


def texts(*values: str | None) -> Any:
    return np.array([[value] for value in values], object)


def test_one_hot_has_a_column_for_each_category() -> None:
    assert apply(HOT | {"unknown": "ignore"}, COLOURS).tolist() == [[0, 1], [1, 0], [0, 0], [0, 0]]


def test_one_hot_names_its_columns() -> None:
    made = instance(HOT | {"categories": [["a", None], [1, 2.5]], "infrequent": [[], [7]]})
    assert made.column_names(["x", "y"]) == ("x_a", "x_missing", "y_1", "y_2.5", "y_infrequent")


def test_infrequent_categories_share_the_last_column() -> None:
    entry = {"operation": "one_hot", "categories": [["a"]], "infrequent": [["b", None]]}
    block = texts("a", "b", None, "new")
    assert apply(entry | {"unknown": "ignore"}, block).tolist() == [[1, 0], [0, 1], [0, 1], [0, 0]]
    assert apply(entry | {"unknown": "infrequent"}, block).tolist() == [[1, 0], [0, 1], [0, 1], [0, 1]]


@pytest.mark.parametrize(
    ("drop", "expected"),
    [
        ("first", [[0, 0, 0], [1, 0, 0], [0, 0, 1]]),
        ("if_binary", [[0, 1, 0, 0], [1, 1, 0, 0], [0, 0, 0, 1]]),
        ([["b"], ["z"]], [[1, 1, 0], [0, 1, 0], [1, 0, 0]]),
        ([[], ["x"]], [[1, 0, 0, 0], [0, 1, 0, 0], [1, 0, 0, 1]]),
    ],
)
def test_a_column_may_be_left_out_of_each_input(drop: Any, expected: Any) -> None:
    entry = {"operation": "one_hot", "categories": [["a", "b"], ["x", "y", "z"]], "drop": drop}
    block = np.array([["a", "x"], ["b", "x"], ["a", "z"]], object)
    assert apply(entry | {"unknown": "ignore"}, block).tolist() == expected


def test_numbers_and_booleans_are_categories_too() -> None:
    inputs: list[dict[str, Any]] = [
        {"name": "k", "type": "integer", "enum": [4, 2]},
        {"name": "open", "type": "boolean"},
    ]
    contract = contract_of(
        inputs,
        {"operation": "one_hot", "input": ["k", "open"], "categories": [[4, 2], [False, True]]},
    )
    assert contract.feature_names == ("k_4", "k_2", "open_false", "open_true")
    assert contract.transform([[2, True], [4.0, False]]).tolist() == [[0, 1, 0, 1], [1, 0, 1, 0]]


def test_ordinal_numbers_categories_in_their_order() -> None:
    block = texts("L", "S", "M")
    assert apply(NUMBERED | {"unknown": "value"}, block).tolist() == [[2], [0], [1]]


def test_ordinal_has_numbers_for_the_unknown_and_for_the_absent() -> None:
    entry = {"operation": "ordinal", "categories": [["S", None, "M"]], "unknown": "value"}
    block = texts("S", "M", None, "XXL")
    assert np.isnan(apply(entry, block)).tolist() == [[False], [False], [True], [True]]
    assert apply(entry | {"unknown_value": -1, "missing_value": -2}, block).tolist() == [[0], [1], [-2], [-1]]


def test_an_absent_value_that_is_no_category_is_unknown() -> None:
    entry = NUMBERED | {"unknown": "value", "unknown_value": -1, "missing_value": -2}
    assert apply(entry, texts(None)).tolist() == [[-1]]


def test_infrequent_categories_share_the_number_after_the_last() -> None:
    entry = {"operation": "ordinal", "categories": [["a", "b", None]], "infrequent": [["c", "d"]]}
    block = texts("b", "c", "d", None)
    assert apply(entry | {"missing_value": 9, "unknown": "value"}, block).tolist() == [[1], [2], [2], [9]]


def test_target_encode_puts_means_in_place_of_categories() -> None:
    entry = {
        "operation": "target_encode",
        "categories": [["Bern", None]],
        "encodings": [[[0.25], [0.5]]],
        "target_mean": [0.4],
    }
    assert apply(entry, texts("Bern", None, "Rome")).tolist() == [[0.25], [0.5], [0.4]]


def test_target_encode_of_classes_has_a_column_for_each() -> None:
    entry = {
        "operation": "target_encode",
        "categories": [["a", "b"]],
        "encodings": [[[0.1, 0.2, 0.7], [0.3, 0.3, 0.4]]],
        "target_mean": [0.2, 0.3, 0.5],
        "classes": ["0", "1", "2"],
    }
    assert instance(entry).column_names(["x"]) == ("x_0", "x_1", "x_2")
    assert apply(entry, texts("b", "new")).tolist() == [[0.3, 0.3, 0.4], [0.2, 0.3, 0.5]]


def test_categories_are_learnt_sorted_with_the_absent_value_last() -> None:
    assert fit({"operation": "one_hot"}, texts("b", None, "a", "b")) == {"categories": [["a", "b", None]]}
    numbers = np.array([[2.0], [np.nan], [1.5], [-3.0]])
    assert fit({"operation": "ordinal"}, numbers) == {"categories": [[-3, 1.5, 2, None]]}


@pytest.mark.parametrize(
    ("settings", "frequent", "rare"),
    [
        ({"min_frequency": 2}, ["a", "b"], ["c"]),
        ({"min_frequency": 0.4}, ["a"], ["b", "c"]),
        ({"max_categories": 2}, ["a"], ["b", "c"]),
        ({"max_categories": 1}, [], ["a", "b", "c"]),
        ({"max_categories": 3}, ["a", "b"], ["c"]),
        ({"max_categories": 4}, ["a", "b", "c"], []),
    ],
)
def test_rare_categories_are_found(settings: Any, frequent: list[str], rare: list[str]) -> None:
    train = texts("a", "a", "a", "b", "b", "c")
    found = fit({"operation": "one_hot", **settings}, train)
    assert found == {"categories": [frequent], "infrequent": [rare]}


def test_target_means_are_shrunk_towards_the_mean_of_all() -> None:
    # a: 1, 1, 0 and b: 0, 0; the mean of all is 0.4. With smooth 2: (2 + 0.8) / 5 and (0 + 0.8) / 4.
    entry = {"operation": "target_encode", "smooth": 2}
    found = fit(entry, texts("a", "a", "a", "b", "b"), np.array([1.0, 1, 0, 0, 0]))
    assert found["categories"] == [["a", "b"]]
    assert found["target_mean"] == [0.4]
    assert found["encodings"] == [[[pytest.approx(0.56)], [pytest.approx(0.2)]]]


def test_target_encode_is_not_fitted_without_a_target() -> None:
    with pytest.raises(ContractError, match="the target is needed"):
        fit({"operation": "target_encode"}, texts("a", "b"))


def test_fitted_contracts_apply_what_they_learnt() -> None:
    assert fit_apply({"operation": "ordinal", "unknown": "value"}, texts("b", "a", "c")).tolist() == [
        [1],
        [0],
        [2],
    ]


@pytest.mark.parametrize("n_rows", [0, 1])
def test_few_rows_are_encoded_too(n_rows: int) -> None:
    block = texts("red")[:n_rows]
    assert instance(HOT).apply(block).tolist() == [[0, 1]][:n_rows]
    assert instance({"operation": "ordinal", "categories": [["red"]]}).apply(block).tolist() == [[0]][:n_rows]
