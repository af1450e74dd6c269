"""Cells as clients send them → typed columns: every rule on one value, and the fast path against it."""

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.column_reader import FEW_ROWS
from scoring.columns import ABSENT, read_columns
from scoring.contract import Input
from scoring.errors import InvalidInstances

pytestmark = pytest.mark.unit

TEMP = Input("temp", "number", minimum=-50, maximum=60, unit="°C")
SEASON = Input("season", "integer", minimum=1, maximum=4)
ANY_NUMBER = Input("x", "number")
ANY_INTEGER = Input("x", "integer")
TEXT = Input("x", "string")
FLAG = Input("x", "boolean")
WHEN = Input("x", "datetime")


def read(declared: Input, *values: Any, text: bool = False) -> list[Any]:
    """The column's values; the same cells are read few and many at a time, by both paths."""
    few = read_columns([declared], {declared.name: values}, text=text)[declared.name]
    many = read_columns([declared], {declared.name: values * FEW_ROWS}, text=text)[declared.name]
    assert many.dtype == few.dtype
    np.testing.assert_array_equal(many, np.tile(few, FEW_ROWS))
    return list(few.tolist())


def refusal(declared: Input, value: Any, *, text: bool = False) -> str:
    """What a client is told of a single wrong value; the column of many must be refused in the same words."""
    details = []
    for times in (1, FEW_ROWS):
        with pytest.raises(InvalidInstances) as caught:
            read_columns([declared], {declared.name: [value] * times}, text=text)
        assert caught.value.total == times
        details += [problem.detail for problem in caught.value.instance_problems]
    assert len(set(details)) == 1
    return details[0]


class TestNumbers:
    def test_integers_and_fractions_become_float64(self) -> None:
        column = read_columns([ANY_NUMBER], {"x": [1, 2.5, -3]})["x"]
        assert column.dtype == np.float64
        assert column.tolist() == [1.0, 2.5, -3.0]

    def test_bounds_are_inside(self) -> None:
        assert read(TEMP, -50, 60) == [-50.0, 60.0]

    @pytest.mark.parametrize(
        ("declared", "value", "detail"),
        [
            (TEMP, 60.5, "must be a number from -50 to 60 °C, not 60.5"),
            (TEMP, -51, "must be a number from -50 to 60 °C, not -51"),
            (TEMP, True, "must be a number from -50 to 60 °C, not true"),
            (TEMP, "16.4", 'must be a number from -50 to 60 °C, not "16.4"'),
            (TEMP, None, "must be a number from -50 to 60 °C, not null"),
            (TEMP, ABSENT, "is missing: must be a number from -50 to 60 °C"),
            (TEMP, [1], "must be a number from -50 to 60 °C, not [1]"),
            (TEMP, {"a": 1}, 'must be a number from -50 to 60 °C, not {"a": 1}'),
            (ANY_NUMBER, float("nan"), "must be a number, not NaN"),
            (ANY_NUMBER, float("inf"), "must be a number, not Infinity"),
            (ANY_NUMBER, float("-inf"), "must be a number, not -Infinity"),
            (SEASON, 2.5, "must be an integer from 1 to 4, not 2.5"),
            (SEASON, 5, "must be an integer from 1 to 4, not 5"),
            (ANY_INTEGER, float("nan"), "must be an integer, not NaN"),
            (ANY_INTEGER, float("inf"), "must be an integer, not Infinity"),
            (Input("x", "number", minimum=0), -1, "must be a number of at least 0, not -1"),
            (Input("x", "number", maximum=0), 1, "must be a number of at most 0, not 1"),
            (Input("x", "number", enum=(1, 2)), 3, "must be 1 or 2, not 3"),
            (Input("x", "integer", enum=(1,)), 3, "must be 1, not 3"),
        ],
    )
    def test_a_wrong_value_is_told_what_was_expected(self, declared: Input, value: Any, detail: str) -> None:
        assert refusal(declared, value) == detail

    def test_four_point_nought_is_an_integer(self) -> None:
        assert read(SEASON, 4, 4.0) == [4.0, 4.0]

    def test_the_largest_exact_integer_passes(self) -> None:
        assert read(ANY_INTEGER, 2**53, -(2**53)) == [9007199254740992.0, -9007199254740992.0]

    @pytest.mark.parametrize("value", [2**53 + 1, -(2**53) - 1, 10**400])
    def test_an_integer_that_would_lose_digits_is_refused(self, value: int) -> None:
        assert "beyond ±2^53 an integer can't be passed on exactly" in refusal(ANY_NUMBER, value)

    def test_a_large_fraction_is_a_number(self) -> None:
        assert read(ANY_NUMBER, 1e300) == [1e300]

    def test_an_optional_null_is_nan(self) -> None:
        optional = Input("x", "number", required=False)
        column = read_columns([optional], {"x": [1, None, ABSENT, 2]})["x"]
        assert np.isnan(column).tolist() == [False, True, True, False]

    def test_nan_in_an_optional_column_is_still_refused(self) -> None:
        optional = Input("x", "number", required=False)
        with pytest.raises(InvalidInstances) as caught:
            read_columns([optional], {"x": [1.0, None, float("nan"), *range(FEW_ROWS)]})
        assert [(p.row, p.detail) for p in caught.value.instance_problems] == [
            (2, "must be a number, not NaN")
        ]

    def test_a_default_fills_what_is_absent(self) -> None:
        declared = Input("x", "number", required=False, default=7, has_default=True)
        assert read(declared, 1, None, ABSENT) == [1.0, 7.0, 7.0]
        assert read(declared, None) == [7.0]

    def test_an_optional_column_of_many_nulls_takes_the_vectorised_way(self) -> None:
        declared = Input("x", "number", required=False, default=7, has_default=True)
        cells = [1, None] * FEW_ROWS
        assert read_columns([declared], {"x": cells})["x"].tolist() == [1.0, 7.0] * FEW_ROWS


class TestText:
    def test_numbers_are_read_from_text(self) -> None:
        assert read(ANY_NUMBER, "1", "-2.5", "1e3", "+.5", "5.", text=True) == [1.0, -2.5, 1000.0, 0.5, 5.0]

    def test_blanks_around_a_number_are_dropped(self) -> None:
        assert read(ANY_NUMBER, " 16.4 ", text=True) == [16.4]

    @pytest.mark.parametrize(
        "cell",
        [
            "nan",
            "inf",
            "-Infinity",
            "1_000",
            "0x10",
            "1e",
            "--1",
            "1.2.3",
            "\u0661",
            "warm",
            "1e400",
            "9" * 401,
        ],
    )
    def test_what_python_would_take_but_is_no_plain_number_is_refused(self, cell: str) -> None:
        assert refusal(ANY_NUMBER, cell, text=True).startswith("must be a number, not ")

    def test_integers_that_would_lose_digits_are_refused(self) -> None:
        assert "beyond ±2^53" in refusal(ANY_INTEGER, "9007199254740993", text=True)

    def test_a_fraction_is_no_integer(self) -> None:
        assert refusal(SEASON, "2.5", text=True) == "must be an integer from 1 to 4, not 2.5"

    def test_an_empty_cell_is_absent(self) -> None:
        assert refusal(SEASON, "", text=True) == "is missing: must be an integer from 1 to 4"
        assert refusal(TEXT, "", text=True) == "is missing: must be text"
        assert read(Input("x", "integer", required=False, default=3, has_default=True), "", text=True) == [
            3.0
        ]

    def test_booleans_are_words_or_digits(self) -> None:
        cells = ("true", "false", "1", "0", "TRUE", "False")
        assert read(FLAG, *cells, text=True) == [1.0, 0.0, 1.0, 0.0, 1.0, 0.0]

    def test_another_word_is_no_boolean(self) -> None:
        assert refusal(FLAG, "yes", text=True) == 'must be true or false, not "yes"'


class TestBooleansAndStrings:
    def test_booleans_become_numbers(self) -> None:
        assert read(FLAG, True, False) == [1.0, 0.0]

    @pytest.mark.parametrize("value", [1, 0, 1.0, "true", None])
    def test_only_true_and_false_are_booleans(self, value: Any) -> None:
        assert refusal(FLAG, value).startswith("must be true or false, not ")

    def test_strings_are_taken_as_they_come(self) -> None:
        assert read(TEXT, "a", " b ", "") == ["a", " b ", ""]

    def test_an_optional_string_is_none(self) -> None:
        assert read(Input("x", "string", required=False), "a", None, ABSENT) == ["a", None, None]

    def test_an_unknown_category_is_refused(self) -> None:
        colours = Input("x", "string", enum=("red", "green"))
        assert read(colours, "red", "green") == ["red", "green"]
        assert refusal(colours, "blue") == 'must be "red" or "green", not "blue"'

    def test_a_number_is_no_text(self) -> None:
        assert refusal(TEXT, 5) == "must be text, not 5"

    def test_a_long_value_is_shown_shortened(self) -> None:
        assert len(refusal(ANY_NUMBER, "x" * 10_000)) < 100


class TestTogether:
    def test_all_problems_come_at_once_row_by_row(self) -> None:
        with pytest.raises(InvalidInstances) as caught:
            read_columns([TEMP, SEASON], {"temp": [99, 1, "hot"], "season": [1, 9, 0]})
        assert [(p.row, p.field) for p in caught.value.instance_problems] == [
            (0, "temp"),
            (1, "season"),
            (2, "temp"),
            (2, "season"),
        ]
        assert caught.value.total == 4

    def test_problems_are_capped_at_a_hundred_and_counted_to_the_end(self) -> None:
        with pytest.raises(InvalidInstances) as caught:
            read_columns([TEMP, SEASON], {"temp": [99] * 1000, "season": [9] * 1000})
        shown = caught.value.instance_problems
        assert len(shown) == 100
        assert (shown[-1].row, shown[-1].field) == (49, "season")
        assert caught.value.total == 2000

    def test_an_input_that_no_row_has_is_missing_from_each(self) -> None:
        with pytest.raises(InvalidInstances) as caught:
            read_columns([TEMP, SEASON], {"temp": [1, 2]})
        assert [(p.row, p.field) for p in caught.value.instance_problems] == [(0, "season"), (1, "season")]

    def test_an_optional_input_that_no_row_has_is_filled(self) -> None:
        optional = Input("wind", "number", required=False)
        columns = read_columns([TEMP, optional], {"temp": [1, 2]})
        assert np.isnan(columns["wind"]).tolist() == [True, True]


json_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.integers(-3, 3),
    st.just(ABSENT),
)
texts = st.one_of(
    st.text(max_size=6),
    st.floats().map(str),
    st.integers().map(str),
    st.from_regex(r"[0-9eE+\-. ]{0,6}", fullmatch=True),
    st.sampled_from(["true", "0", ""]),
)
declared_inputs = st.tuples(
    st.sampled_from(["number", "integer", "boolean", "string", "datetime"]), st.booleans()
).map(lambda drawn: Input("x", drawn[0], required=drawn[1]))


def outcome(declared: Input, cells: list[Any], *, text: bool) -> Any:
    try:
        return read_columns([declared], {"x": cells}, text=text)["x"].tolist()
    except InvalidInstances as invalid:
        return [problem.detail for problem in invalid.instance_problems]


def check_paths_agree(declared: Input, cells: list[Any], *, text: bool) -> None:
    one_by_one = [outcome(declared, [cell], text=text) for cell in cells]
    together = outcome(declared, cells, text=text)
    details = [
        each[0] for each in one_by_one if isinstance(each[0], str) and each[0].startswith(("must", "is "))
    ]
    expected = details or [each[0] for each in one_by_one]
    assert repr(together) == repr(expected)


@given(declared_inputs, st.lists(json_scalars, min_size=FEW_ROWS, max_size=FEW_ROWS + 4))
def test_a_column_of_json_is_read_as_its_values_are(declared: Input, cells: list[Any]) -> None:
    check_paths_agree(declared, cells, text=False)


@given(declared_inputs, st.lists(texts, min_size=FEW_ROWS, max_size=FEW_ROWS + 4))
def test_a_column_of_text_is_read_as_its_values_are(declared: Input, cells: list[Any]) -> None:
    check_paths_agree(declared, cells, text=True)


numbers = st.one_of(st.integers(-(2**54), 2**54), st.floats(-10, 10), st.integers(-12, 12), st.none())
bounds = st.tuples(st.integers(-10, 0), st.integers(0, 10))


@given(
    st.sampled_from(["number", "integer"]),
    bounds,
    st.lists(numbers, min_size=FEW_ROWS, max_size=FEW_ROWS + 4),
)
def test_bounded_numbers_are_read_as_their_values_are(
    kind: str, bound: tuple[int, int], cells: list[Any]
) -> None:
    declared = Input("x", kind, minimum=bound[0], maximum=bound[1], required=False)
    check_paths_agree(declared, cells, text=False)


@given(st.lists(st.datetimes().map(lambda when: when.replace(microsecond=0)), min_size=FEW_ROWS, max_size=20))
def test_plain_datetimes_in_a_column_are_those_of_python(moments: list[dt.datetime]) -> None:
    cells = [moment.isoformat(" ") for moment in moments]
    column = read_columns([WHEN], {"x": cells})["x"]
    assert column.dtype == np.dtype("datetime64[us]")
    assert column.tolist() == moments
