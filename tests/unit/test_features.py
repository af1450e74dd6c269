"""Columns → the model's matrix; pandas' calendar is the oracle of `datetime_parts`."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.contract import Contract
from scoring.errors import InvalidInstances
from scoring.operations import FEATURES, STEPS
from scoring.operations.dates import PARTS

pytestmark = pytest.mark.unit


def contract_of(inputs: list[dict[str, Any]], features: list[Any]) -> Contract:
    return Contract.from_dict(
        {"name": "m", "version": "1.0.0", "inputs": inputs, "features": features, "outputs": [{"name": "y"}]}
    )


def parts_of(moments: list[dt.datetime | None], *parts: str) -> Any:
    contract = contract_of(
        [{"name": "when", "type": "datetime", "required": False}],
        [{"operation": "datetime_parts", "input": "when", "parts": list(parts)}],
    )
    return contract.build_matrix({"when": np.array(moments, "datetime64[us]")})


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        # year, month, day, hour, minute, second, dayofweek, dayofyear, quarter, week, is_weekend
        (dt.datetime(2012, 12, 19, 17), [2012, 12, 19, 17, 0, 0, 2, 354, 4, 51, 0]),
        (dt.datetime(2012, 12, 31, 23, 59, 59, 999_999), [2012, 12, 31, 23, 59, 59, 0, 366, 4, 1, 0]),
        (dt.datetime(2010, 1, 3, 0, 0, 1), [2010, 1, 3, 0, 0, 1, 6, 3, 1, 53, 1]),
        (dt.datetime(2011, 1, 1), [2011, 1, 1, 0, 0, 0, 5, 1, 1, 52, 1]),
        (dt.datetime(1969, 12, 31, 23, 30), [1969, 12, 31, 23, 30, 0, 2, 365, 4, 1, 0]),
        (dt.datetime(1970, 1, 1), [1970, 1, 1, 0, 0, 0, 3, 1, 1, 1, 0]),
        (dt.datetime(2000, 2, 29, 12, 34, 56), [2000, 2, 29, 12, 34, 56, 1, 60, 1, 9, 0]),
        (dt.datetime(1, 1, 1), [1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 0]),
    ],
)
def test_every_part_of_a_moment(moment: dt.datetime, expected: list[int]) -> None:
    assert parts_of([moment], *PARTS).tolist() == [expected]


@given(st.lists(st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2250, 1, 1)), min_size=1, max_size=5))
def test_parts_are_those_of_pandas(moments: list[dt.datetime]) -> None:
    series = pd.Series(pd.to_datetime(moments))
    pandas = pd.DataFrame(
        {
            **{part: getattr(series.dt, part) for part in PARTS if part not in ("week", "is_weekend")},
            "week": series.dt.isocalendar().week,
            "is_weekend": series.dt.dayofweek >= 5,
        }
    )
    made = parts_of(list(moments), *PARTS)
    assert made.tolist() == pandas[list(PARTS)].astype(float).to_numpy().tolist()


@given(st.datetimes())
def test_parts_are_those_of_python_in_every_year(moment: dt.datetime) -> None:
    expected = [moment.year, moment.weekday(), moment.timetuple().tm_yday, moment.isocalendar().week]
    assert parts_of([moment], "year", "dayofweek", "dayofyear", "week").tolist() == [expected]


def test_parts_come_in_the_order_asked_for() -> None:
    assert parts_of([dt.datetime(2012, 12, 19, 17)], "hour", "year").tolist() == [[17, 2012]]


def test_an_absent_moment_has_no_parts() -> None:
    made = parts_of([None, dt.datetime(2012, 12, 19)], "year", "is_weekend")
    assert np.isnan(made).tolist() == [[True, True], [False, False]]


def test_columns_stand_in_the_order_of_the_features() -> None:
    contract = contract_of(
        [
            {"name": "a", "type": "number"},
            {"name": "when", "type": "datetime"},
            {"name": "b", "type": "boolean"},
            {"name": "unused", "type": "string"},
        ],
        ["b", {"operation": "datetime_parts", "input": "when", "parts": ["day", "hour"]}, "a"],
    )
    rows = [[1.5, "2012-12-19 17:00:00", True, "x"], [2.5, "2012-12-20 18:00:00", False, "y"]]
    matrix = contract.transform(rows)
    assert matrix.dtype == np.float64
    assert matrix.tolist() == [[1, 19, 17, 1.5], [0, 20, 18, 2.5]]


def test_an_operation_on_several_inputs_makes_the_columns_of_each() -> None:
    contract = contract_of(
        [{"name": "from", "type": "datetime"}, {"name": "to", "type": "datetime"}],
        [{"operation": "datetime_parts", "input": ["from", "to"], "parts": ["day", "hour"]}],
    )
    assert contract.feature_names == ("from_day", "from_hour", "to_day", "to_hour")
    assert contract.transform([["2012-12-19 17:00", "2012-12-20 18:00"]]).tolist() == [[19, 17, 20, 18]]


def test_an_absent_number_is_nan_in_the_matrix() -> None:
    contract = contract_of([{"name": "a", "type": "number", "required": False}], ["a"])
    assert np.isnan(contract.transform([{"a": None}])).tolist() == [[True]]


def test_rows_do_not_depend_on_their_company() -> None:
    contract = contract_of(
        [{"name": "when", "type": "datetime"}, {"name": "a", "type": "number"}],
        [{"operation": "datetime_parts", "input": "when", "parts": list(PARTS)}, "a"],
    )
    rows = [[f"2012-{month:02}-19 17:00:00", month / 7] for month in range(1, 13)] * 10
    alone = [contract.transform([row]).tolist()[0] for row in rows]
    assert contract.transform(rows).tolist() == alone


@pytest.mark.parametrize("operation", [*FEATURES.values(), *STEPS.values()], ids=lambda each: each.name)
def test_an_operation_is_documented(operation: Any) -> None:
    summary, _, rest = operation.__doc__.partition("\n")
    assert summary.endswith(".")
    assert rest.strip()
    assert operation.formula
    assert operation.example["operation"] == operation.name
    assert all(parameter.doc.endswith(".") for parameter in operation.parameters)


def test_many_rows_are_transformed_in_parts_and_refused_by_their_own_numbers() -> None:
    contract = contract_of(
        [{"name": "x", "type": "number"}, {"name": "y", "type": "number"}],
        [
            "y",
            {"operation": "polynomial", "input": ["x", "y"], "as": ["p1", "p2", "p3", "p4", "p5"]},
            {"operation": "spline", "input": "x", "knots": [[0, 9e9]], "degree": 1, "extrapolation": "error"},
        ],
    )
    columns = {"x": np.arange(5000.0), "y": np.full(5000, 3.0)}
    matrix = contract.build_matrix(columns)
    assert matrix[4999].tolist() == [3, 4999, 3, 4999**2, 3 * 4999, 9, 1 - 4999 / 9e9, 4999 / 9e9]
    columns["x"][[4500, 4600]] = -1
    with pytest.raises(InvalidInstances) as caught:
        contract.build_matrix(columns)
    assert [(each.row, each.field) for each in caught.value.instance_problems] == [(4500, "x"), (4600, "x")]
    assert contract.build_matrix({name: column[:0] for name, column in columns.items()}).shape == (0, 8)
