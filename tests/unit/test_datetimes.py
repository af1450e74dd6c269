"""Datetimes as clients write them; Python's datetime and calendar are the oracle."""

import datetime as dt
from typing import Any, ClassVar

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scoring.column_reader import FEW_ROWS
from scoring.columns import read_columns
from scoring.contract import Input
from scoring.datetimes import read_datetime, read_offset
from scoring.errors import InvalidInstances

pytestmark = pytest.mark.unit

NAIVE = Input("x", "datetime")


def read(value: Any, **options: Any) -> dt.datetime:
    columns = read_columns([Input("x", "datetime", **options)], {"x": [value]})
    moment: dt.datetime = columns["x"].tolist()[0]
    return moment


def refusal(value: Any, **options: Any) -> str:
    with pytest.raises(InvalidInstances) as caught:
        read_columns([Input("x", "datetime", **options)], {"x": [value]})
    return caught.value.instance_problems[0].detail


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2012-12-19 17:00:00", dt.datetime(2012, 12, 19, 17)),
        ("2012-12-19T17:00:00", dt.datetime(2012, 12, 19, 17)),
        ("2012-12-19 17:05", dt.datetime(2012, 12, 19, 17, 5)),
        ("2012-12-19T17:05", dt.datetime(2012, 12, 19, 17, 5)),
        ("2012-12-19 17:00:00.5", dt.datetime(2012, 12, 19, 17, 0, 0, 500_000)),
        ("2012-12-19T17:00:00.123456789", dt.datetime(2012, 12, 19, 17, 0, 0, 123_456)),
        ("2012-02-29 00:00:00", dt.datetime(2012, 2, 29)),
        ("0001-01-01 00:00:00", dt.datetime(1, 1, 1)),
        ("9999-12-31 23:59:59", dt.datetime(9999, 12, 31, 23, 59, 59)),
    ],
)
def test_accepted_notations(written: str, moment: dt.datetime) -> None:
    assert read(written) == moment
    assert read_columns([NAIVE], {"x": [written] * FEW_ROWS})["x"].tolist() == [moment] * FEW_ROWS


@pytest.mark.parametrize(
    "written",
    [
        "2013-02-29 00:00:00",
        "2012-13-01 00:00:00",
        "2012-00-01 00:00:00",
        "2012-01-00 00:00:00",
        "2012-01-01 24:00:00",
        "2012-01-01 23:60:00",
        "2012-01-01 23:59:60",
        "0000-01-01 00:00:00",
    ],
)
def test_a_moment_that_does_not_exist_is_refused_by_both_paths(written: str) -> None:
    assert refusal(written).endswith(": there is no such date or time")
    with pytest.raises(InvalidInstances) as caught:
        read_columns([NAIVE], {"x": [written] * FEW_ROWS})
    assert caught.value.total == FEW_ROWS


@pytest.mark.parametrize(
    "written",
    [
        "", "now", "today", "NaT", "2012", "2012-12", "12/19/2012 17:00", "20121219T170000",
        "2012-W51-3T17:00:00", "2012-354T17:00:00", "2012-12-19t17:00:00", "2012-12-19 17:00:00 ",
        " 2012-12-19 17:00:00", "2012-12-19 17", "2012-12-19 7:00:00", "10000-01-01 00:00:00",
        "-012-12-19 17:00:00", "2012-12-19 17:00:00.", "2012-12-19_17:00:00", "٢٠١٢-12-19 17:00:00",
        "2012-12-19 17:00:00\n", "2012-12-19 17:00:00,5", 20121219, 1355936400.0, True, None, [], {},
    ],
)  # fmt: skip
def test_other_notations_are_refused_by_both_paths(written: Any) -> None:
    assert refusal(written).startswith("must be a datetime such as 2012-12-19 17:00:00, not ")
    with pytest.raises(InvalidInstances) as caught:
        read_columns([NAIVE], {"x": [written] * FEW_ROWS})
    assert caught.value.total == FEW_ROWS


class TestOffsets:
    @pytest.mark.parametrize(
        "written", ["2012-12-19T17:00:00Z", "2012-12-19 17:00:00+01:00", "2012-12-19T17:00-0500"]
    )
    def test_without_an_offset_in_the_contract_an_aware_value_is_refused(self, written: str) -> None:
        assert refusal(written).endswith(
            ": it carries a UTC offset, but the model takes local time without one"
        )

    @pytest.mark.parametrize(
        ("written", "local"),
        [
            ("2012-12-19 17:00:00", dt.datetime(2012, 12, 19, 17)),
            ("2012-12-19T15:00:00Z", dt.datetime(2012, 12, 19, 17)),
            ("2012-12-19T17:00:00+02:00", dt.datetime(2012, 12, 19, 17)),
            ("2012-12-19T17:00:00-05:00", dt.datetime(2012, 12, 20, 0)),
            ("2012-12-19T15:00Z", dt.datetime(2012, 12, 19, 17)),
        ],
    )
    def test_with_one_aware_values_are_converted_and_naive_ones_taken_in_it(
        self, written: str, local: Any
    ) -> None:
        assert read(written, utc_offset="+02:00") == local

    def test_naive_and_aware_may_stand_in_one_column(self) -> None:
        declared = Input("x", "datetime", utc_offset="+02:00")
        cells = ["2012-12-19 17:00:00", "2012-12-19T15:00:00Z"] * FEW_ROWS
        column = read_columns([declared], {"x": cells})["x"]
        assert set(column.tolist()) == {dt.datetime(2012, 12, 19, 17)}

    def test_a_conversion_out_of_the_calendar_is_refused(self) -> None:
        assert refusal("0001-01-01T00:00:00Z", utc_offset="-01:00").endswith("outside the years 0001 to 9999")

    @pytest.mark.parametrize("written", ["+24:00", "+00:60", "2:00", "+2:00", "", "UTC"])
    def test_what_is_no_offset_raises(self, written: str) -> None:
        with pytest.raises(ValueError, match="no such"):
            read_offset(written)

    @pytest.mark.parametrize("offset", ["+24:00", "+01:60"])
    def test_an_offset_that_does_not_exist_is_refused(self, offset: str) -> None:
        assert refusal(f"2012-12-19T17:00:00{offset}", utc_offset="Z").endswith(
            "there is no such date or time"
        )


class TestDates:
    def test_a_date_alone_lacks_its_time(self) -> None:
        assert refusal("2012-12-19").endswith(": the time of day is missing")

    def test_a_date_alone_is_its_midnight_where_the_contract_allows_it(self) -> None:
        assert read("2012-12-19", date_only=True) == dt.datetime(2012, 12, 19)

    def test_python_dates_follow_the_same_rules(self) -> None:
        assert read(dt.datetime(2012, 12, 19, 17)) == dt.datetime(2012, 12, 19, 17)
        assert read(dt.date(2012, 12, 19), date_only=True) == dt.datetime(2012, 12, 19)
        assert "the time of day is missing" in refusal(dt.date(2012, 12, 19))
        assert "carries a UTC offset" in refusal(dt.datetime(2012, 12, 19, tzinfo=dt.UTC))


class TestBounds:
    WITHIN: ClassVar[dict[str, Any]] = {"minimum": "2011-01-01", "maximum": "2012-12-31 23:00:00"}

    def test_bounds_are_inside(self) -> None:
        assert read("2011-01-01 00:00:00", **self.WITHIN) == dt.datetime(2011, 1, 1)
        assert read("2012-12-31 23:00:00", **self.WITHIN) == dt.datetime(2012, 12, 31, 23)

    @pytest.mark.parametrize(
        "written", ["2010-12-31 23:59:59", "2012-12-31 23:00:01", "2012-12-31 23:00:00.000001"]
    )
    def test_a_moment_outside_is_refused(self, written: str) -> None:
        detail = refusal(written, **self.WITHIN)
        assert detail.startswith("must be a datetime from 2011-01-01 to 2012-12-31 23:00:00 such as ")
        with pytest.raises(InvalidInstances):
            read_columns([Input("x", "datetime", **self.WITHIN)], {"x": [written] * FEW_ROWS})


def test_an_absent_optional_moment_is_nat() -> None:
    optional = Input("x", "datetime", required=False)
    assert read_columns([optional], {"x": ["2012-12-19 17:00:00", None]})["x"].tolist() == [
        dt.datetime(2012, 12, 19, 17),
        None,
    ]


def test_an_absent_moment_takes_its_default() -> None:
    moment = read(None, required=False, default="2012-01-01 00:00:00", has_default=True)
    assert moment == dt.datetime(2012, 1, 1)


offsets = st.integers(-23 * 60, 23 * 60).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)))


@given(st.datetimes(dt.datetime(2, 1, 1), dt.datetime(9998, 12, 31), timezones=offsets), offsets)
@example(dt.datetime(2012, 2, 29, 23, 59, tzinfo=dt.UTC), dt.timezone(dt.timedelta(hours=1)))
def test_an_aware_moment_is_converted_as_python_does(moment: dt.datetime, zone: dt.timezone) -> None:
    assert read_datetime(moment.isoformat(), zone) == moment.astimezone(zone).replace(tzinfo=None)


@given(st.integers(0, 9999), st.integers(0, 13), st.integers(0, 32), st.integers(0, 25), st.integers(0, 61))
def test_a_date_exists_exactly_when_the_calendar_has_it(
    y: int, m: int, d: int, hour: int, second: int
) -> None:
    written = f"{y:04}-{m:02}-{d:02} {hour:02}:30:{second:02}"
    try:
        moment = dt.datetime(y, m, d, hour, 30, second)
    except ValueError:
        assert refusal(written).endswith("there is no such date or time")
        with pytest.raises(InvalidInstances):
            read_columns([NAIVE], {"x": [written] * FEW_ROWS})
    else:
        assert read(written) == moment
        assert read_columns([NAIVE], {"x": [written] * FEW_ROWS})["x"].tolist() == [moment] * FEW_ROWS
