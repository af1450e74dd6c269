"""Operations on categories, by examples worked out by hand; scikit-learn is asked in test_category_parity."""

from typing import Any

import numpy as np
import pytest

from scoring.contract import Contract, ContractError
from scoring.errors import InvalidInstances
from tests.unit.operation_blocks import apply, draft, fit, fit_apply, instance

pytestmark = pytest.mark.unit

COLOURS = np.array([["red"], ["blue"], [None], ["mauve"]], object)
HOT = {"operation": "one_hot", "categories": [["blue", "red"]]}
NUMBERED = {"operation": "ordinal", "categories": [["S", "M", "L"]]}


def texts(*values: str | None) -> Any:
    return np.array([[value] for value in values], object)


def contract_of(inputs: list[dict[str, Any]], *features: Any) -> Contract:
    return Contract.from_dict(
        {
            "name": "m",
            "version": "1.0.0",
            "inputs": inputs,
            "features": list(features),
            "outputs": [{"name": "y"}],
        }
    )


def refused(contract: Contract, *rows: Any) -> list[tuple[Any, ...]]:
    with pytest.raises(InvalidInstances) as caught:
        contract.transform(list(rows))
    return [tuple(problem) for problem in caught.value.instance_problems]


def problem_of(inputs: list[dict[str, Any]], *features: Any) -> tuple[str, ...]:
    with pytest.raises(ContractError) as caught:
        contract_of(inputs, *features)
    (problem,) = caught.value.problems
    return tuple(problem)


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


COLOUR = {"name": "color", "type": "string"}


def test_an_unknown_category_is_refused_with_row_and_field() -> None:
    contract = contract_of([COLOUR], {**HOT, "input": "color"})
    assert refused(contract, {"color": "red"}, {"color": "mauve"}, {"color": None}) == [
        (1, "color", 'must be "blue" or "red", not "mauve"'),
        (2, "color", 'must be "blue" or "red", not null'),
    ]


def test_what_an_operation_refuses_stands_in_the_inputs_enum() -> None:
    contract = contract_of([COLOUR], {**HOT, "input": "color"})
    assert contract.inputs[0].enum == ("blue", "red")


def test_operations_that_share_an_input_accept_what_all_of_them_know() -> None:
    contract = contract_of(
        [COLOUR],
        {**HOT, "input": "color"},
        {"operation": "ordinal", "input": "color", "categories": [["red", "green", "blue"]]},
    )
    assert contract.inputs[0].enum == ("blue", "red")


def test_many_categories_are_not_listed_in_a_refusal() -> None:
    many = [f"c{number}" for number in range(1000)]
    contract = contract_of([COLOUR], {"operation": "ordinal", "input": "color", "categories": [many]})
    assert refused(contract, ["red"]) == [
        (0, "color", 'must be one of 1000 values such as "c0", "c1" or "c2", not "red"')
    ]


def test_an_unknown_category_inside_an_expression_is_blamed_on_its_input() -> None:
    inner = {"operation": "ordinal", "input": "color", "categories": [["red", "blue"]], "unknown": "value"}
    contract = contract_of(
        [{"name": "x", "type": "number"}, COLOUR],
        {"operation": "one_hot", "input": ["x", inner], "categories": [[1, 2], [0, 1]]},
    )
    rows = [[1, "red"], [2, "blue"], [1, "mauve"]]
    assert refused(contract, *rows) == [(2, "color", "has the unknown category null")]


def test_a_category_made_of_several_inputs_is_blamed_on_the_row() -> None:
    inputs = [{"name": name, "type": "number"} for name in "ab"]
    both = {"operation": "sum", "input": ["a", "b"]}
    contract = contract_of(inputs, {"operation": "ordinal", "input": both, "categories": [[3]]})
    assert refused(contract, [1, 2], [1, 3]) == [(1, "", "has the unknown category 4")]


def test_an_enum_that_an_operation_does_not_know_is_a_contract_error() -> None:
    inputs = [{**COLOUR, "enum": ["red", "green"]}]
    assert problem_of(inputs, {**HOT, "input": "color"}) == (
        "/inputs/0/enum/1",
        'a category that the operations on it know: "blue" or "red"',
        '"green"',
    )


@pytest.mark.parametrize(("key", "found"), [("default", '"green"'), ("example", '"green"')])
def test_a_default_that_an_operation_does_not_know_is_a_contract_error(key: str, found: str) -> None:
    pointer, _, shown = problem_of([{**COLOUR, key: "green"}], {**HOT, "input": "color"})
    assert (pointer, shown) == (f"/inputs/0/{key}", found)


def test_an_optional_input_needs_a_category_for_its_absence() -> None:
    inputs = [{**COLOUR, "required": False}]
    pointer, expected, _ = problem_of(inputs, {**HOT, "input": "color"})
    assert (pointer, expected) == ("/inputs/0/required", "true, or a default, as null is no category of its")
    with_null = {"operation": "one_hot", "input": "color", "categories": [["red", None]]}
    assert contract_of(inputs, with_null).transform([[None]]).tolist() == [[0, 1]]


@pytest.mark.parametrize(
    ("changes", "pointer", "expected"),
    [
        ({"categories": [["a", "a"]]}, "/categories/0", "a list of distinct texts"),
        ({"categories": [["a", 1]]}, "/categories/0", "a list of distinct texts"),
        ({"categories": [[None, None]]}, "/categories/0", "at most one null"),
        ({"categories": [[1, True]]}, "/categories/0", "a list of distinct texts"),
        ({"categories": [[1, 2]]}, "/categories", "texts, since the columns are strings"),
        ({"categories": [["a"], ["b"]]}, "/categories", "one entry for each input column"),
        ({"categories": [["a"]], "infrequent": [["a"]]}, "/infrequent", "don't stand in categories"),
        ({"categories": [["a"]], "drop": [["b"]]}, "/drop", 'one of its input\'s categories, "a"'),
        ({"categories": [["a"]], "drop": [["a", "a"]]}, "/drop/0", "a list of distinct texts"),
        ({"categories": [["a", "b"]], "drop": [["a", "b"]]}, "/drop", "at most one category"),
        ({"categories": [["a"]], "drop": [[], []]}, "/drop", "one entry for each input column"),
        ({"categories": [["a"]], "drop": "last"}, "/drop", '"first" or "if_binary"'),
        ({}, "", 'the fitted "categories"'),
        ({"categories": [["a"]], "min_frequency": 2}, "", 'the fitted "infrequent"'),
    ],
)
def test_parameters_that_do_not_agree_are_contract_errors(
    changes: dict[str, Any], pointer: str, expected: str
) -> None:
    with pytest.raises(ContractError) as caught:
        Contract.from_dict(draft({"operation": "one_hot", "unknown": "ignore", **changes}, 1, "string"))
    (problem,) = caught.value.problems
    assert problem.pointer == f"/features/0{pointer}"
    assert expected in problem.expected


@pytest.mark.parametrize(
    ("entry", "pointer"),
    [
        ({"operation": "ordinal", "categories": [["a"]], "unknown_value": 1}, "/unknown_value"),
        (
            {"operation": "ordinal", "categories": [["a"]], "infrequent": [[None]], "unknown": "value"},
            "/infrequent",
        ),
        (
            {
                "operation": "target_encode",
                "categories": [["a"]],
                "encodings": [[[1], [2]]],
                "target_mean": [1],
            },
            "/encodings",
        ),
        (
            {
                "operation": "target_encode",
                "categories": [["a"]],
                "encodings": [[[1, 2]]],
                "target_mean": [1],
            },
            "/encodings",
        ),
        (
            {
                "operation": "target_encode",
                "categories": [["a"]],
                "encodings": [[[1, 2]]],
                "target_mean": [1, 2],
            },
            "/target_mean",
        ),
    ],
)
def test_encodings_that_do_not_agree_are_contract_errors(entry: dict[str, Any], pointer: str) -> None:
    with pytest.raises(ContractError) as caught:
        Contract.from_dict(draft({"unknown": "value", **entry} if "unknown" in entry else entry, 1, "string"))
    assert f"/features/0{pointer}" in [problem.pointer for problem in caught.value.problems]


@pytest.mark.parametrize("n_rows", [0, 1])
def test_few_rows_are_encoded_too(n_rows: int) -> None:
    block = texts("red")[:n_rows]
    assert instance(HOT).apply(block).tolist() == [[0, 1]][:n_rows]
    assert instance({"operation": "ordinal", "categories": [["red"]]}).apply(block).tolist() == [[0]][:n_rows]
