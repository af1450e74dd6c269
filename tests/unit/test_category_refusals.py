"""Which categories are refused: in requests with row and field, in contracts with a pointer."""

from typing import Any

import pytest

from scoring.contract import Contract, ContractError
from scoring.errors import InvalidInstances
from tests.unit.operation_blocks import contract_of, draft

pytestmark = pytest.mark.unit

HOT = {"operation": "one_hot", "categories": [["blue", "red"]]}


def refused(contract: Contract, *rows: Any) -> list[tuple[Any, ...]]:
    with pytest.raises(InvalidInstances) as caught:
        contract.transform(list(rows))
    return [tuple(problem) for problem in caught.value.instance_problems]


def problem_of(inputs: list[dict[str, Any]], *features: Any) -> tuple[str, ...]:
    with pytest.raises(ContractError) as caught:
        contract_of(inputs, *features)
    (problem,) = caught.value.problems
    return tuple(problem)


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
