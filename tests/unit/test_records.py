"""Training data in all its forms gives the matrix that serving gives, through the same checks."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from scoring.contract import Contract
from scoring.errors import InvalidInstances

pytestmark = pytest.mark.unit

CONTRACT = Contract.from_dict(
    {
        "name": "m",
        "version": "1.0.0",
        "inputs": [
            {"name": "when", "type": "datetime"},
            {"name": "temp", "type": "number", "minimum": -50},
            {"name": "season", "type": "integer", "enum": [1, 2, 3, 4]},
            {"name": "wind", "type": "number", "required": False},
            {"name": "open", "type": "boolean", "default": True},
            {"name": "colour", "type": "string", "default": "red"},
        ],
        "features": [
            "temp",
            "season",
            "wind",
            "open",
            {"operation": "datetime_parts", "input": "when", "parts": ["day", "hour"]},
        ],
        "outputs": [{"name": "y"}],
    }
)
MATRIX = [[1.5, 1.0, 3.0, 1.0, 19.0, 17.0], [2.0, 4.0, np.nan, 0.0, 20.0, 18.0]]
TABLE: dict[str, Any] = {
    "count": [5, 6],
    "when": ["2012-12-19 17:00:00", "2012-12-20 18:00:00"],
    "temp": [1.5, 2.0],
    "season": [1, 4],
    "wind": [3.0, np.nan],
    "open": [True, False],
    "colour": ["red", "green"],
}
ROWS = [
    ["2012-12-19 17:00:00", 1.5, 1, 3.0, True, "red"],
    ["2012-12-20 18:00:00", 2, 4, None, False, "green"],
]


def assert_made(records: Any) -> None:
    np.testing.assert_array_equal(CONTRACT.transform(records), MATRIX)


@pytest.mark.parametrize(
    "records",
    [
        pytest.param(TABLE, id="dict of lists"),
        pytest.param({name: np.array(values) for name, values in TABLE.items()}, id="dict of arrays"),
        pytest.param(pd.DataFrame(TABLE), id="pandas"),
        pytest.param(pd.DataFrame(TABLE).set_index("count"), id="pandas, indexed by the target"),
        pytest.param(
            pd.DataFrame(TABLE).assign(when=lambda t: pd.to_datetime(t.when)), id="pandas datetimes"
        ),
        pytest.param(pd.DataFrame(TABLE).convert_dtypes(), id="pandas nullable"),
        pytest.param(
            pd.DataFrame(TABLE).astype({"colour": "category", "temp": "float32"}), id="pandas categories"
        ),
        pytest.param(pl.DataFrame(TABLE), id="polars"),
        pytest.param(
            pl.DataFrame(TABLE).with_columns(
                pl.col("when").str.to_datetime(time_unit="ns"),
                pl.col("wind").fill_nan(None),
                pl.col("colour").cast(pl.Categorical),
                pl.col("season").cast(pl.Int8),
                pl.col("temp").cast(pl.Float32),
            ),
            id="polars types",
        ),
        pytest.param(ROWS, id="rows"),
        pytest.param([tuple(row) for row in ROWS], id="tuples"),
        pytest.param(np.array(ROWS, object), id="array of objects"),
        pytest.param(pd.DataFrame(TABLE).to_dict("records"), id="list of dicts"),
    ],
)
def test_every_form_gives_the_same_matrix(records: Any) -> None:
    assert_made(records)


def test_numpy_and_python_moments_are_taken() -> None:
    moments = [dt.datetime(2012, 12, 19, 17), dt.datetime(2012, 12, 20, 18)]
    for when in (
        moments,
        np.array(moments, "datetime64[ns]"),
        np.array(moments, "datetime64[h]"),
        pd.to_datetime(moments),
    ):
        assert_made(TABLE | {"when": when})


def test_rows_of_numpy_scalars_are_taken() -> None:
    rows = [
        [np.datetime64("2012-12-19T17:00"), np.float32(1.5), np.int8(1), 3, np.bool_(True), np.str_("red")]
    ]
    assert CONTRACT.transform(rows).tolist() == MATRIX[:1]


def test_absent_optional_columns_take_their_defaults() -> None:
    needed = {name: TABLE[name] for name in ("when", "temp", "season")}
    matrix = CONTRACT.transform(needed)
    assert np.isnan(matrix[:, 2]).all()
    assert matrix[:, 3].tolist() == [1.0, 1.0]


def test_training_values_are_checked_as_serving_checks_them() -> None:
    with pytest.raises(InvalidInstances) as caught:
        CONTRACT.transform(TABLE | {"temp": [np.nan, -60], "season": [1, 9]})
    assert [(p.row, p.field, p.detail) for p in caught.value.instance_problems] == [
        (0, "temp", "must be a number of at least -50, not null"),
        (1, "temp", "must be a number of at least -50, not -60"),
        (1, "season", "must be 1, 2, 3 or 4, not 9"),
    ]


def test_an_aware_pandas_column_is_refused_without_an_offset_in_the_contract() -> None:
    aware = pd.Series(pd.to_datetime(TABLE["when"])).dt.tz_localize("UTC")
    with pytest.raises(InvalidInstances) as caught:
        CONTRACT.transform(TABLE | {"when": aware})
    assert "it carries a UTC offset" in caught.value.instance_problems[0].detail


def test_a_missing_moment_in_pandas_is_absent() -> None:
    when = pd.Series([pd.Timestamp("2012-12-19 17:00"), pd.NaT])
    with pytest.raises(InvalidInstances) as caught:
        CONTRACT.transform(TABLE | {"when": when})
    assert [(p.row, p.field) for p in caught.value.instance_problems] == [(1, "when")]


def test_missing_columns_are_named_once() -> None:
    with pytest.raises(ValueError, match="the data lacks the columns when, season; it has count, temp"):
        CONTRACT.transform({"count": [1], "temp": [1.0]})


def test_a_row_of_another_length_is_named() -> None:
    with pytest.raises(ValueError, match="row 1 has 2 values; the contract has 6 inputs"):
        CONTRACT.transform([ROWS[0], [1, 2]])


def test_columns_of_different_length_are_named() -> None:
    with pytest.raises(ValueError, match="the columns differ in length"):
        CONTRACT.transform(TABLE | {"temp": [1.0]})
