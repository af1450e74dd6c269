"""Operations on time, between columns, and by condition, by examples worked out by hand."""

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import FunctionTransformer, PolynomialFeatures

from scoring.contract import Contract, ContractError
from tests.unit.operation_blocks import Block, apply, blocks, draft, same

pytestmark = pytest.mark.unit

NAN = float("nan")


def numbers(*rows: Any) -> Block:
    return np.array(rows, np.float64)


def moments(*values: str | None) -> Block:
    return np.array([[value] for value in values], "datetime64[us]")


def apply_to_moments(entry: dict[str, Any], block: Block) -> Block:
    contract = Contract.from_dict(draft(entry, block.shape[1], "datetime"))
    return contract.build_matrix({f"x{place}": column.copy() for place, column in enumerate(block.T)})


def test_cyclical_goes_round() -> None:
    made = apply({"operation": "cyclical", "period": 24}, numbers([0], [6], [12], [24], [NAN]))
    expected = numbers([0, 1], [1, 0], [0, -1], [0, 1], [NAN, NAN])
    np.testing.assert_allclose(made, expected, atol=1e-15)


def test_cyclical_takes_a_part_of_a_datetime() -> None:
    hour = {"operation": "datetime_parts", "input": "x0", "parts": ["hour"]}
    made = apply_to_moments(
        {"operation": "cyclical", "input": hour, "period": 24}, moments("2012-12-19 18:00")
    )
    np.testing.assert_allclose(made, [[-1, 0]], atol=1e-15)


@given(blocks(), st.floats(0.001, 1e6))
def test_cyclical_is_the_function_transformer_of_scikit_learns_example(block: Block, period: float) -> None:
    made = apply({"operation": "cyclical", "period": period}, block)
    with np.errstate(all="ignore"):
        sine = FunctionTransformer(lambda x: np.sin(x / period * 2 * np.pi)).fit_transform(block)
        cosine = FunctionTransformer(lambda x: np.cos(x / period * 2 * np.pi)).fit_transform(block)
    same(made[:, ::2], sine, 1e-15)
    same(made[:, 1::2], cosine, 1e-15)


@pytest.mark.parametrize(
    ("unit", "expected"),
    [("second", 129_600), ("minute", 2160), ("hour", 36), ("day", 1.5), ("week", 1.5 / 7)],
)
def test_elapsed_since_counts_units_with_fractions(unit: str, expected: float) -> None:
    entry = {"operation": "elapsed_since", "reference": "2011-01-01", "unit": unit}
    assert apply_to_moments(entry, moments("2011-01-02 12:00:00")).tolist() == [[expected]]


def test_elapsed_since_is_negative_before_and_nan_for_an_absent_moment() -> None:
    entry = {"operation": "elapsed_since", "reference": "2011-01-01 06:00:00", "unit": "hour"}
    made = apply_to_moments(entry, moments("2011-01-01", None, "2011-01-01 06:00:00.5"))
    same(made, [[-6], [NAN], [0.5 / 3600]])


def test_elapsed_since_measures_from_one_moment_to_another() -> None:
    block = np.array([["2011-01-02", "2011-01-01"], ["2011-01-02", None]], "datetime64[us]")
    entry = {"operation": "elapsed_since", "unit": "hour"}
    same(apply_to_moments(entry, block), [[24], [NAN]])
    assert Contract.from_dict(draft(entry, 2, "datetime")).feature_names == ("x0_since_x1",)


@given(st.datetimes(), st.datetimes())
def test_elapsed_since_is_pythons_difference(moment: dt.datetime, reference: dt.datetime) -> None:
    entry = {"operation": "elapsed_since", "reference": reference.isoformat(" "), "unit": "day"}
    made = apply_to_moments(entry, np.array([[moment]], "datetime64[us]"))
    assert made[0, 0] == pytest.approx((moment - reference) / dt.timedelta(days=1), rel=1e-15, abs=1e-15)


@pytest.mark.parametrize(
    ("offset", "expected"), [("-05:00", [18, 22]), ("+05:30", [19, 9]), ("Z", [19, 3]), ("-03:30", [19, 0])]
)
def test_local_time_moves_the_clock_before_parts_are_taken(offset: str, expected: list[int]) -> None:
    local = {"operation": "local_time", "input": "x0", "utc_offset": offset}
    entry = {"operation": "datetime_parts", "input": local, "parts": ["day", "hour"]}
    made = apply_to_moments(entry, moments("2012-12-19 03:45:00", None))
    same(made, [expected, [NAN, NAN]])


def test_local_time_is_no_feature_by_itself() -> None:
    entry = {"operation": "local_time", "utc_offset": "Z"}
    with pytest.raises(ContractError, match="found an operation, which makes datetimes"):
        Contract.from_dict(draft(entry, 1, "datetime"))


def test_a_ratio_by_zero_is_absent_or_what_the_contract_says() -> None:
    block = numbers([6, 3], [1, 0], [0, 0], [NAN, 0], [1, NAN], [-1, -0.0])
    same(apply({"operation": "ratio"}, block), [[2], [NAN], [NAN], [NAN], [NAN], [NAN]])
    filled = apply({"operation": "ratio", "zero_division": -1}, block)
    same(filled, [[2], [-1], [-1], [NAN], [NAN], [-1]])


def test_differences_products_and_sums() -> None:
    block = numbers([7, 3], [1, NAN])
    same(apply({"operation": "difference"}, block), [[4], [NAN]])
    same(apply({"operation": "product"}, block), [[21], [NAN]])
    same(apply({"operation": "sum"}, block), [[10], [NAN]])
    assert apply({"operation": "sum"}, numbers([1, 2, 3, 4])).tolist() == [[10]]
    assert apply({"operation": "product"}, numbers([1, 2, 3, 4])).tolist() == [[24]]


@pytest.mark.parametrize(
    ("entry", "width", "names"),
    [
        ({"operation": "ratio"}, 2, ("x0_per_x1",)),
        ({"operation": "difference"}, 2, ("x0_minus_x1",)),
        ({"operation": "product"}, 3, ("x0_times_x1_times_x2",)),
        ({"operation": "sum"}, 2, ("x0_plus_x1",)),
        ({"operation": "equals", "values": [1]}, 2, ("x0_equals", "x1_equals")),
        ({"operation": "when", "otherwise": 0}, 2, ("x1_when_x0",)),
        ({"operation": "cyclical", "period": 7}, 1, ("x0_sin", "x0_cos")),
    ],
)
def test_columns_are_named_after_their_inputs(entry: Any, width: int, names: tuple[str, ...]) -> None:
    assert Contract.from_dict(draft(entry, width)).feature_names == names


@given(blocks(nan=False, columns=(2, 2)))
def test_a_product_is_an_interaction_of_polynomial_features(block: Block) -> None:
    with np.errstate(all="ignore"):
        interactions = PolynomialFeatures(2, interaction_only=True, include_bias=False)
        expected = np.multiply(block[:, 0], block[:, 1])
        same(apply({"operation": "product"}, block)[:, 0], expected)
        if np.isfinite(expected).all():
            same(apply({"operation": "product"}, block)[:, 0], interactions.fit_transform(block)[:, 2])


def test_equals_says_whether_a_value_is_among_those_given() -> None:
    weather = np.array([["rain"], ["sun"], [None]], object)
    assert apply({"operation": "equals", "values": ["rain", "snow"]}, weather).tolist() == [[1], [0], [0]]
    assert apply({"operation": "equals", "values": ["sun", None]}, weather).tolist() == [[0], [1], [1]]
    assert apply({"operation": "equals", "values": [2.5, 1]}, numbers([1], [2.5], [2], [NAN])).tolist() == [
        [1],
        [1],
        [0],
        [0],
    ]
    assert apply({"operation": "equals", "values": [None]}, numbers([1], [NAN])).tolist() == [[0], [1]]


def test_between_says_whether_a_number_lies_inside() -> None:
    block = numbers([29.9], [30], [40], [40.1], [NAN])
    same(apply({"operation": "between", "minimum": 30}, block), [[0], [1], [1], [1], [NAN]])
    same(apply({"operation": "between", "maximum": 40, "minimum": 30}, block), [[0], [1], [1], [0], [NAN]])


def test_when_chooses_by_a_condition() -> None:
    block = numbers([1, 10, 20], [0, 10, 20], [NAN, 10, 20], [1, NAN, 20], [0, NAN, 20])
    same(apply({"operation": "when"}, block), [[10], [20], [NAN], [NAN], [20]])
    same(apply({"operation": "when", "otherwise": -1}, block[:, :2]), [[10], [-1], [NAN], [NAN], [-1]])


def test_conditions_nest() -> None:
    inputs = [{"name": "heating", "type": "string"}, {"name": "price", "type": "number"}]
    gas = {"operation": "equals", "input": "heating", "values": ["gas"]}
    contract = Contract.from_dict(
        {
            "name": "m",
            "version": "1.0.0",
            "inputs": inputs,
            "features": [{"operation": "when", "input": [gas, "price"], "otherwise": 0, "as": ["gas_price"]}],
            "outputs": [{"name": "y"}],
        }
    )
    assert contract.transform([["gas", 7], ["oil", 9]]).tolist() == [[7], [0]]


@given(blocks(columns=(3, 3)))
def test_a_row_does_not_depend_on_its_company(block: Block) -> None:
    entries = (
        {"operation": "cyclical", "period": 7},
        {"operation": "sum"},
        {"operation": "product"},
        {"operation": "when"},
    )
    for entry in entries:
        alone = np.vstack([apply(entry, block[row : row + 1]) for row in range(len(block))])
        assert apply(entry, block).tobytes() == alone.tobytes()


@pytest.mark.parametrize(
    ("entry", "width", "pointer", "expected"),
    [
        ({"operation": "ratio"}, 3, "/input", "two columns"),
        ({"operation": "difference"}, 1, "/input", "two columns"),
        ({"operation": "sum"}, 1, "/input", "two columns or more"),
        ({"operation": "when"}, 2, "/input", "three columns"),
        ({"operation": "when", "otherwise": 0}, 3, "/input", "two columns"),
        ({"operation": "cyclical", "period": 0}, 1, "/period", "a number greater than 0"),
        ({"operation": "between"}, 1, "", '"minimum", "maximum" or both'),
        ({"operation": "between", "minimum": 2, "maximum": 1}, 1, "/minimum", "at most the maximum, 1"),
        ({"operation": "equals", "values": []}, 1, "/values", "at least one value"),
        ({"operation": "equals", "values": ["a"]}, 1, "/values", "numbers or booleans"),
    ],
)
def test_what_does_not_agree_is_a_contract_error(entry: Any, width: int, pointer: str, expected: str) -> None:
    with pytest.raises(ContractError) as caught:
        Contract.from_dict(draft(entry, width))
    (problem,) = caught.value.problems
    assert problem.pointer == f"/features/0{pointer}"
    assert expected in problem.expected


@pytest.mark.parametrize(
    ("entry", "pointer", "expected"),
    [
        ({"operation": "elapsed_since", "unit": "day"}, "/input", "two datetimes"),
        ({"operation": "elapsed_since", "unit": "month", "reference": "2011-01-01"}, "/unit", '"second"'),
        (
            {"operation": "elapsed_since", "unit": "day", "reference": "2011"},
            "/reference",
            "a date or datetime",
        ),
        ({"operation": "local_time", "utc_offset": "CET"}, "/utc_offset", "an offset from UTC"),
    ],
)
def test_what_is_no_time_is_a_contract_error(entry: Any, pointer: str, expected: str) -> None:
    with pytest.raises(ContractError) as caught:
        Contract.from_dict(draft(entry, 1, "datetime"))
    assert (f"/features/0{pointer}", True) in [
        (problem.pointer, expected in problem.expected) for problem in caught.value.problems
    ]
