"""Numeric operations, each on numbers worked out by hand."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.contract import Contract, ContractError
from scoring.errors import InvalidInstances
from scoring.operations import FEATURES
from tests.unit.operation_blocks import Block, apply, blocks, columns_of, draft, fit, instance, same

# ruff: noqa: E501 - a table is read across

pytestmark = pytest.mark.unit

NAN, INF = float("nan"), float("inf")

# (entry, unfitted; training data; what is found; other data; what is made of it)
WORKED: list[tuple[dict[str, Any], Any, dict[str, Any], Any, Any]] = [
    # mean 5, deviations -3 -1 -1 -1 0 0 2 4: squares add up to 32, over 8 is 4
    ({"operation": "standardize"}, [[2], [4], [4], [4], [5], [5], [7], [9]], {"mean": [5], "scale": [2]},
     [[9], [NAN], [INF]], [[2], [NAN], [INF]]),
    ({"operation": "standardize"}, [[3, 1], [3, NAN]], {"mean": [3, 1], "scale": [1, 1]}, [[5, 1]], [[2, 0]]),
    ({"operation": "standardize", "with_mean": False}, [[0], [4]], {"scale": [2]}, [[4]], [[2]]),
    ({"operation": "standardize", "with_std": False}, [[0], [4]], {"mean": [2]}, [[4]], [[2]]),
    # 10 → -1 and 20 → 1: scale 2/10, offset -1 - 10 * 0.2
    ({"operation": "minmax", "minimum": -1}, [[10], [NAN], [20]], {"scale": [0.2], "offset": [-3]},
     [[15], [25], [-INF]], [[0], [2], [-INF]]),
    ({"operation": "minmax", "clip": True}, [[10], [20]], {"scale": [0.1], "offset": [-1]},
     [[15], [25], [-INF], [NAN]], [[0.5], [1], [0], [NAN]]),
    ({"operation": "minmax", "minimum": 5, "maximum": 6}, [[7], [7]], {"scale": [1], "offset": [-2]}, [[7]], [[5]]),
    ({"operation": "max_abs"}, [[-4, 0], [2, 0]], {"scale": [4, 1]}, [[2, 3]], [[0.5, 3]]),
    ({"operation": "max_abs", "clip": True}, [[-4]], {"scale": [4]}, [[8], [-9]], [[1], [-1]]),
    # quartiles of 0…8: 2, 4, 6
    ({"operation": "robust_scale"}, [[x] for x in range(9)], {"center": [4], "scale": [4]}, [[8]], [[1]]),
    ({"operation": "robust_scale", "lower": 0, "upper": 100, "with_centering": False}, [[1], [3]], {"scale": [2]},
     [[3]], [[1.5]]),
    ({"operation": "normalize", "norm": "l1"}, None, {}, [[1, -3], [0, 0]], [[0.25, -0.75], [0, 0]]),
    ({"operation": "normalize"}, None, {}, [[3, 4], [NAN, 1]], [[0.6, 0.8], [NAN, NAN]]),
    ({"operation": "normalize", "norm": "max"}, None, {}, [[-2, 1]], [[-1, 0.5]]),
    ({"operation": "quantile", "n_quantiles": 3}, [[0], [10], [100]], {"quantiles": [[0, 10, 100]]},
     [[0], [5], [10], [55], [100], [-1], [INF], [NAN]], [[0], [0.25], [0.5], [0.75], [1], [0], [1], [NAN]]),
    # a value that two quantiles share has the rank in the middle
    ({"operation": "quantile", "n_quantiles": 4}, [[0], [2], [2], [3]], {"quantiles": [[0, 2, 2, 3]]}, [[2]], [[0.5]]),
    ({"operation": "log"}, None, {}, [[1], [0], [-1]], [[0], [-INF], [NAN]]),
    ({"operation": "log", "base": "2"}, None, {}, [[8]], [[3]]),
    ({"operation": "log", "base": "10"}, None, {}, [[1000]], [[3]]),
    ({"operation": "log1p"}, None, {}, [[0], [-2]], [[0], [NAN]]),
    ({"operation": "sqrt"}, None, {}, [[9], [-1], [INF]], [[3], [NAN], [INF]]),
    ({"operation": "square"}, None, {}, [[-3]], [[9]]),
    ({"operation": "abs"}, None, {}, [[-3], [-INF]], [[3], [INF]]),
    ({"operation": "exp"}, None, {}, [[0], [-INF], [1000]], [[1], [0], [INF]]),
    ({"operation": "expm1"}, None, {}, [[0], [-INF]], [[0], [-1]]),
    ({"operation": "clip", "minimum": 0, "maximum": 9}, None, {}, [[-1, 10, 5], [NAN, INF, 0]],
     [[0, 9, 5], [NAN, 9, 0]]),
    ({"operation": "impute"}, [[1], [NAN], [5]], {"values": [3]}, [[NAN], [7]], [[3], [7]]),
    ({"operation": "impute", "strategy": "median", "indicator": True}, [[1, NAN], [9, 4]],
     {"values": [5, 4], "indicated": [1]}, [[NAN, NAN], [0, 1]], [[5, 4, 1], [0, 1, 0]]),
    ({"operation": "impute", "strategy": "most_frequent"}, [[2], [1], [2], [1]], {"values": [1]}, [[NAN]], [[1]]),
    ({"operation": "impute", "strategy": "constant", "value": -1}, None, {}, [[NAN, 2]], [[-1, 2]]),
    ({"operation": "missing"}, None, {}, [[NAN, 2], [INF, NAN]], [[1, 0], [0, 1]]),
    ({"operation": "bucketize", "bins": 4, "strategy": "uniform"}, [[0], [8]], {"edges": [[2, 4, 6]]},
     [[-9], [2], [3], [9], [INF], [NAN]], [[0], [1], [1], [3], [3], [NAN]]),
    ({"operation": "bucketize", "bins": 2}, [[0], [1], [2], [3], [100]], {"edges": [[2]]}, [[1.9], [2]], [[0], [1]]),
    ({"operation": "bucketize", "edges": [[0, 10]], "closed": "right"}, None, {}, [[0], [10], [11]], [[0], [1], [2]]),
    ({"operation": "bucketize", "edges": [[5], [0, 1]], "encode": "one_hot"}, None, {}, [[5, 0.5], [4, NAN]],
     [[0, 1, 0, 1, 0], [1, 0, 0, 0, 0]]),
    ({"operation": "polynomial"}, None, {}, [[2, 3]], [[2, 3, 4, 6, 9]]),
    ({"operation": "polynomial", "degree": 3, "minimum_degree": 3, "bias": True}, None, {}, [[2, 3]],
     [[1, 8, 12, 18, 27]]),
    ({"operation": "polynomial", "degree": 3, "interaction_only": True}, None, {}, [[2, 3, 5]],
     [[2, 3, 5, 6, 10, 15, 30]]),
    # degree 1: tents over the knots 0, 1, 2
    ({"operation": "spline", "degree": 1, "n_knots": 3}, [[0], [2]], {"knots": [[0, 1, 2]]},
     [[0], [0.25], [1.5], [2], [7], [NAN]],
     [[1, 0, 0], [0.75, 0.25, 0], [0, 0.5, 0.5], [0, 0, 1], [0, 0, 1], [NAN, NAN, NAN]]),
    ({"operation": "spline", "degree": 1, "knots": [[0, 1, 2]], "extrapolation": "linear"}, None, {}, [[3], [-1]],
     [[0, -1, 2], [2, -1, 0]]),
    # degree 2 in the middle of a segment: 1/8, 6/8, 1/8
    ({"operation": "spline", "degree": 2, "knots": [[0, 1, 2]], "bias": False, "missing": "zeros"}, None, {},
     [[0.5], [NAN]], [[0.125, 0.75, 0.125], [0, 0, 0]]),
    ({"operation": "spline", "degree": 1, "knots": [[0, 6, 12, 24]], "extrapolation": "periodic"}, None, {},
     [[18], [42], [-6]], [[0.5, 0, 0.5], [0.5, 0, 0.5], [0.5, 0, 0.5]]),
    ({"operation": "project", "matrix": [[1, 2], [0, -1]], "mean": [1, 1], "scale": [2, 1], "offset": [0, 10]},
     None, {}, [[3, 4], [NAN, 0]], [[4, 7], [NAN, NAN]]),
    ({"operation": "select", "columns": [2, 0]}, None, {}, [[1, 2, 3]], [[3, 1]]),
    ({"operation": "select", "variance_above": 0.2}, [[1, 0, 5], [1, 0.5, 7]], {"columns": [2]}, [[1, 2, 3]], [[3]]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "train", "found", "block", "made"), WORKED, ids=lambda each: str(each)[:60]
)
def test_numbers_worked_out_by_hand(
    entry: dict[str, Any], train: Any, found: dict[str, Any], block: Any, made: Any
) -> None:
    if train is not None:
        parameters = fit(entry, np.array(train, np.float64))
        assert parameters.keys() == found.keys()
        for name, expected in found.items():
            np.testing.assert_allclose(parameters[name], expected, rtol=1e-14)
    np.testing.assert_allclose(apply(entry | found, np.array(block, np.float64)), made, rtol=1e-14)


def test_normal_quantiles() -> None:
    """The table in every book: Φ⁻¹ of 0.5, 0.8413…, 0.975."""
    entry = {"operation": "quantile", "output_distribution": "normal", "quantiles": [[0, 1]]}
    made = apply(entry, np.array([[0.5], [0.841344746068543], [0.975], [0.025], [-3], [3], [NAN]]))
    expected = [0, 1, 1.959963984540054, -1.959963984540054, -5.199337582605575, 5.19933758270342, NAN]
    np.testing.assert_allclose(made[:, 0], expected, rtol=1e-9, atol=1e-15)


def test_yeo_johnson_and_box_cox() -> None:
    x = np.array([[3.0], [-3.0], [0.0]])
    half = apply({"operation": "power", "standardize": False, "lambdas": [0.5]}, x)
    # (√4 - 1)/0.5; -((4^1.5) - 1)/1.5
    same(half, [[2], [-14 / 3], [0]], 1e-15)
    whole = {"operation": "power", "method": "box-cox", "lambdas": [2], "mean": [1], "scale": [3]}
    same(apply(whole, np.array([[3.0], [-1.0]])), [[1], [NAN]], 1e-15)


def names_of(entry: dict[str, Any], width: int) -> tuple[str, ...]:
    return Contract.from_dict(draft(entry, width)).feature_names


@pytest.mark.parametrize(
    ("entry", "width", "names"),
    [
        ({"operation": "log1p"}, 2, "x0 x1"),
        (
            {"operation": "impute", "values": [1, 2], "indicator": True, "indicated": [1]},
            2,
            "x0 x1 x1_missing",
        ),
        ({"operation": "missing"}, 1, "x0_missing"),
        ({"operation": "bucketize", "edges": [[1]], "encode": "one_hot"}, 1, "x0_0 x0_1"),
        ({"operation": "polynomial", "bias": True}, 2, "1|x0|x1|x0^2|x0 x1|x1^2"),
        ({"operation": "spline", "knots": [[0, 1]], "degree": 1}, 1, "x0_sp_0 x0_sp_1"),
        ({"operation": "project", "matrix": [[1, 2, 3]]}, 3, "x0_component_0"),
        ({"operation": "select", "columns": [1]}, 2, "x1"),
    ],
)
def test_columns_are_named_after_their_inputs(entry: dict[str, Any], width: int, names: str) -> None:
    assert names_of(entry, width) == tuple(names.split("|" if "|" in names else " "))


FITTED = [entry | found for entry, _, found, _, _ in WORKED] + [
    {"operation": "power", "lambdas": [0.3], "mean": [1], "scale": [2]},
    {"operation": "quantile", "quantiles": [[0, 1, 5]], "output_distribution": "normal"},
]


def width_of(entry: dict[str, Any]) -> int:
    lengths = [len(entry[name]) for name in FEATURES[entry["operation"]].per_column if name in entry]
    return max([*lengths, *([len(entry["matrix"][0])] if "matrix" in entry else []), 3 * (not lengths)])


@pytest.mark.parametrize("entry", FITTED, ids=lambda each: str(each)[:60])
def test_no_rows_make_no_rows(entry: dict[str, Any]) -> None:
    width = width_of(entry)
    operation = instance(entry)
    made = operation.apply(np.empty((0, width)))
    assert made.shape == (0, len(operation.column_names([f"x{index}" for index in range(width)])))


@pytest.mark.parametrize("entry", FITTED, ids=lambda each: str(each)[:60])
@given(st.data())
@settings(max_examples=15)
def test_rows_do_not_depend_on_their_company(entry: dict[str, Any], data: st.DataObject) -> None:
    """Bit by bit, and the input stays as it was: training by the thousand and serving one by one are one."""
    width = width_of(entry)
    block = data.draw(blocks(rows=(2, 40), columns=(width, width)))
    before = block.copy()
    whole = apply(entry, block)
    assert whole.dtype == np.float64
    assert block.tobytes() == before.tobytes()
    alone = np.vstack([apply(entry, block[[row]]) for row in range(len(block))])
    np.testing.assert_array_equal(whole, alone)


def test_a_wide_projection_does_not_depend_on_company_either() -> None:
    rng = np.random.default_rng(3)
    entry = {
        "operation": "project",
        "matrix": rng.normal(size=(7, 40)).tolist(),
        "mean": rng.normal(size=40).tolist(),
    }
    block = rng.normal(size=(300, 40))
    whole = apply(entry, block)
    for rows in (1, 2, 3, 5, 17):
        np.testing.assert_array_equal(apply(entry, block[:rows]), whole[:rows])


# (entry, width, pointer below the feature, part of "expected", part of "found")
REFUSED: list[tuple[dict[str, Any], int, str, str, str]] = [
    ({"operation": "standardize", "mean": [1], "scale": [1, 2]}, 2, "/mean", "there are 2", "1 entries"),
    ({"operation": "standardize", "mean": [1], "scale": [0]}, 1, "/scale/0", "non-zero", "0"),
    ({"operation": "standardize", "mean": [True], "scale": [1]}, 1, "/mean/0", "a number", "true"),
    ({"operation": "minmax", "minimum": 3, "maximum": 3, "scale": [1], "offset": [0]}, 1, "/minimum", "below", "3"),
    ({"operation": "robust_scale", "lower": 80, "center": [1], "scale": [1]}, 1, "/lower", "below the upper", "80"),
    ({"operation": "robust_scale", "lower": 0, "unit_variance": True, "center": [1], "scale": [1]}, 1,
     "/unit_variance", "between 0 and 100", "true"),
    ({"operation": "normalize", "norm": "l3"}, 1, "/norm", '"l1"', '"l3"'),
    ({"operation": "quantile", "quantiles": [[1, 0]]}, 1, "/quantiles/0/1", "none less than", "0"),
    ({"operation": "clip"}, 1, "", '"minimum", "maximum" or both', "{}"),
    ({"operation": "clip", "minimum": 2, "maximum": 1}, 1, "/minimum", "at most the maximum, 1", "2"),
    ({"operation": "impute", "strategy": "constant"}, 1, "/strategy", 'and the key "value"', '"constant"'),
    ({"operation": "impute", "value": 1, "values": [1]}, 1, "/value", 'strategy "constant"', "1"),
    ({"operation": "impute", "values": [1, "a"], "strategy": "most_frequent"}, 2, "/values", "numbers alone", "1"),
    ({"operation": "impute", "values": ["a"]}, 1, "/values", "numbers, as its input", "1 entries"),
    ({"operation": "impute", "strategy": "constant", "value": "a"}, 1, "/value", "numbers, as its input", '"a"'),
    ({"operation": "impute", "values": [1], "indicator": True, "indicated": [1]}, 1, "/indicated", "below 1", "1"),
    ({"operation": "bucketize", "edges": [[2, 2]]}, 1, "/edges/0/1", "greater than", "2"),
    ({"operation": "bucketize"}, 1, "", 'the key "edges"', "{}"),
    ({"operation": "bucketize", "strategy": "uniform", "edges": [[1]]}, 1, "/strategy", 'without "bins"', "uniform"),
    ({"operation": "polynomial", "degree": 2, "minimum_degree": 3}, 1, "/minimum_degree", "at most", "3"),
    ({"operation": "polynomial", "degree": 10}, 12, "", "columns that make 1 to 10000", "12 columns"),
    ({"operation": "polynomial", "minimum_degree": 2, "interaction_only": True}, 1, "", "make 0", "1 columns"),
    ({"operation": "spline", "knots": [[0, 1], [0, 1, 2]]}, 2, "/knots", "as many knots", "[[0, 1]"),
    ({"operation": "spline", "knots": [[0, 1, 2]], "extrapolation": "periodic"}, 1, "/knots", "more knots", "[[0"),
    ({"operation": "spline", "knots": [[0, 1]], "degree": 0, "bias": False}, 1, "/bias", "all there is", "false"),
    ({"operation": "project", "matrix": [[1, 2], [3]]}, 2, "/matrix/1", "2 numbers", "1 numbers"),
    ({"operation": "project", "matrix": [[1, 2]]}, 3, "/matrix", "rows of 3", "1 entries"),
    ({"operation": "project", "matrix": [[1]], "offset": [1, 2]}, 1, "/offset", "1 numbers", "[1, 2]"),
    ({"operation": "project", "components": 3}, 2, "/components", "at most 2", "3"),
    ({"operation": "select"}, 1, "", 'the key "columns"', "{}"),
    ({"operation": "select", "columns": [1]}, 1, "/columns", "below 1", "1 entries"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "width", "pointer", "expected", "found"), REFUSED, ids=lambda each: str(each)[:50]
)
def test_parameters_that_cannot_be_right(
    entry: dict[str, Any], width: int, pointer: str, expected: str, found: str
) -> None:
    with pytest.raises(ContractError) as caught:
        Contract.from_dict(draft(entry, width), unfitted=True)
    [problem] = caught.value.problems
    assert problem.pointer == f"/features/0{pointer}" or (problem.pointer, pointer) == (
        "/features/0/input",
        "",
    )
    assert expected in problem.expected
    assert found in problem.found


@pytest.mark.parametrize(
    ("more", "pointer", "expected"),
    [
        ({}, "/strategy", "most_frequent or constant"),
        ({"strategy": "most_frequent", "indicator": True}, "/indicator", '"missing"'),
        ({"strategy": "constant", "value": 1}, "/value", "strings, as its input's"),
    ],
)
def test_texts_have_no_mean_and_no_indicator_column(
    more: dict[str, Any], pointer: str, expected: str
) -> None:
    with pytest.raises(ContractError) as caught:
        Contract.from_dict(draft({"operation": "impute"} | more, 1, "string"), unfitted=True)
    problems = [problem for problem in caught.value.problems if problem.pointer == f"/features/0{pointer}"]
    assert expected in problems[0].expected


def test_a_spline_may_refuse_what_is_beyond_its_knots() -> None:
    entry = {"operation": "spline", "knots": [[0, 1, 2]], "extrapolation": "error"}
    assert apply(entry, np.array([[0.0], [2.0], [NAN]])).shape == (3, 5)
    with pytest.raises(InvalidInstances) as caught:
        apply(entry, np.array([[1.0], [2.5], [-0.5]]))
    problems = [(each.row, each.field, each.detail) for each in caught.value.instance_problems]
    assert problems == [
        (1, "x0", "must be from 0.0 to 2.0, not 2.5"),
        (2, "x0", "must be from 0.0 to 2.0, not -0.5"),
    ]


def test_a_matrix_of_thousands_of_numbers_loads_fast() -> None:
    import time

    rng = np.random.default_rng(0)
    document = draft({"operation": "project", "matrix": rng.normal(size=(50, 300)).tolist()}, 300)
    text = json.dumps(document)
    Contract.from_dict(json.loads(text))
    started = time.thread_time()  # whatever else this machine does
    Contract.from_dict(json.loads(text))
    assert time.thread_time() - started < 0.2  # 15,000 numbers; measured: 0.02 s


def test_an_infinity_in_the_training_data_is_named() -> None:
    document = draft({"operation": "standardize", "input": {"operation": "log", "input": "x0"}}, 1)
    contract = Contract.from_dict(document, unfitted=True)
    from scoring.fit_features import fit_features

    block: Block = np.array([[1.0], [0.0]])
    with pytest.raises(ContractError, match="column 0 of its input is infinite in row 1"):
        fit_features(contract, document, columns_of(block))
