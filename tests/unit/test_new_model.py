"""`make new-model`: what is made of the columns of a file, on literal files."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scripts.new_model.contract import draft
from scripts.new_model.names import input_names
from scripts.new_model.ranges import widened
from scripts.new_model.survey import Survey, Wishes, survey_file

pytestmark = pytest.mark.unit

ROWS = 40


def survey(folder: Path, columns: dict[str, list[str]], name: str = "rows.csv", **wishes: Any) -> Survey:
    """Survey a CSV of these columns, repeated down to ROWS rows, beside a target that counts up in steps."""
    whole = {column: [cells[row % len(cells)] for row in range(ROWS)] for column, cells in columns.items()}
    whole.setdefault("y", [f"{row}.5" for row in range(ROWS)])
    lines = [",".join(whole), *(",".join(row) for row in zip(*whole.values(), strict=True))]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return survey_file(folder / name, Wishes(**{"target": "y", **wishes}))


def drafted(folder: Path, columns: dict[str, list[str]], **wishes: Any) -> dict[str, Any]:
    """The contract of such a file."""
    made: dict[str, Any] = json.loads(draft("m", survey(folder, columns, **wishes), examples=True).text)
    return made


def entry(folder: Path, cells: list[str], **wishes: Any) -> dict[str, Any]:
    """The input that a column of these cells becomes, without what is the same for all."""
    (made,) = drafted(folder, {"x": cells}, **wishes)["inputs"]
    return {key: value for key, value in made.items() if key not in ("name", "description")}


UNIQUE = [str(row * 7 % 101) for row in range(ROWS)]  # different, not in a row

TYPED: dict[str, tuple[list[str], dict[str, Any]]] = {
    "amounts": (["0.5", "20.5", "1e1"], {"type": "number", "minimum": 0, "maximum": 50, "example": 0.5}),
    "whole numbers": (
        UNIQUE,
        {"type": "integer", "minimum": 0, "maximum": 200, "example": 0},
    ),
    "codes": (["1", "2", "4"], {"type": "integer", "enum": [1, 2, 4], "example": 1}),
    "flags": (["0", "1"], {"type": "integer", "enum": [0, 1], "example": 0}),
    "truth": (["True", "false"], {"type": "boolean", "example": True}),
    "categories": (["red", "blue"], {"type": "string", "enum": ["blue", "red"], "example": "red"}),
    "zip codes": (["01067", "10115"], {"type": "string", "enum": ["01067", "10115"], "example": "01067"}),
    "gaps": (
        ["1.5", "", "3.5"],
        {"type": "number", "minimum": 0, "maximum": 6, "required": False, "example": 1.5},
    ),
    "moments": (
        ["2012-12-19 17:00:00", "2011-01-02T03:04:05"],
        {
            "type": "datetime",
            "minimum": "2001-01-01 00:00:00",
            "maximum": "2112-12-31 23:59:59",
            "example": "2012-12-19 17:00:00",
        },
    ),
    "days": (
        ["2012-12-19", "2012-12-24"],
        {
            "type": "datetime",
            "minimum": "2002-01-01 00:00:00",
            "maximum": "2112-12-31 23:59:59",
            "date_only": True,
            "example": "2012-12-19",
        },
    ),
    "an offset": (
        ["2012-12-19T17:00:00+0100", "2012-12-24T17:00:00+0100"],
        {
            "type": "datetime",
            "minimum": "2002-01-01 00:00:00",
            "maximum": "2112-12-31 23:59:59",
            "utc_offset": "+01:00",
            "example": "2012-12-19T17:00:00+0100",
        },
    ),
    "days before months, by one row": (
        ["01.02.2012", "24.12.2012"],
        {
            "type": "datetime",
            "minimum": "2002-01-01 00:00:00",
            "maximum": "2112-12-31 23:59:59",
            "date_only": True,
            "example": "2012-02-01",
        },
    ),
}


@pytest.mark.parametrize("case", TYPED)
def test_a_column_has_the_narrowest_type_and_the_range_of_its_cells(tmp_path: Path, case: str) -> None:
    cells, expected = TYPED[case]
    assert entry(tmp_path, cells) == expected


@pytest.mark.parametrize(
    ("values", "whole", "expected"),
    [
        ([2.46, 38.54], False, (0, 80)),  # 36 wide: to 74.6, up to the next ten
        ([-5.0, 5.0], False, (-20, 20)),
        ([10.0, 11.0], False, (9, 12)),
        ([-0.12, -0.05], False, (-0.19, 0)),
        ([0.0, 1.0], False, (0, 1)),  # shares stay shares
        ([0, 100], True, (0, 100)),  # percentages
        ([1998, 2024], True, (1970, 2050)),
        ([7, 9], True, (5, 11)),
    ],
)
def test_ranges_are_widened_by_their_width_and_stay_on_their_side_of_zero(
    values: list[float], whole: bool, expected: tuple[float, float]
) -> None:
    assert widened(values, whole=whole) == expected


FEATURES: dict[str, tuple[list[str], Any]] = {
    "numbers pass": (["0.5", "2.5"], "x"),
    "booleans pass": (["true", "false"], "x"),
    "two categories": (
        ["red", "blue"],
        {"operation": "ordinal", "input": "x", "unknown": "value", "categories": [["blue", "red"]]},
    ),
    "three": (
        ["red", "blue", "teal"],
        {"operation": "one_hot", "input": "x", "unknown": "ignore", "categories": [["blue", "red", "teal"]]},
    ),
    "a gap is a category": (
        ["red", "", "blue"],
        {"operation": "one_hot", "input": "x", "unknown": "ignore", "categories": [["blue", "red", None]]},
    ),
    "a gap is filled by the median": (
        ["3", "", "3", "3.5", "3"],
        {
            "operation": "impute", "input": "x", "strategy": "median", "indicator": True,
            "values": [3.0], "indicated": [0],
        },
    ),
    "parts that vary": (
        ["2012-12-19 17:00:00", "2012-12-24 08:00:00"],
        {"operation": "datetime_parts", "input": "x", "parts": ["day", "dayofweek", "hour"]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FEATURES)
def test_a_column_becomes_a_feature(tmp_path: Path, case: str) -> None:
    cells, expected = FEATURES[case]
    assert drafted(tmp_path, {"x": cells})["features"] == [expected]


LEFT_OUT: dict[str, tuple[str, list[str], str]] = {
    "constant": ("x", ["7"], "it is always 7"),
    "constant or missing": ("x", ["7", ""], "it is always 7, or is missing"),
    "empty": ("x", [""], "it has no value at all"),
    "names": (
        "who",
        [f"Person {row}" for row in range(ROWS)],
        "it is text, and 40 of 40 values are different: a name or an identifier",
    ),
    "numbering": ("x", [str(row) for row in range(100, 100 + ROWS)], "it numbers the rows"),
    "identifiers": (
        "customer_id",
        UNIQUE,
        "it is an identifier by its name, and different in every row",
    ),
    "one day": ("x", ["2012-12-19"], "it is always '2012-12-19'"),
}


@pytest.mark.parametrize("case", LEFT_OUT)
def test_a_column_that_says_nothing_is_left_out_with_the_reason(tmp_path: Path, case: str) -> None:
    name, cells, reason = LEFT_OUT[case]
    assert survey(tmp_path, {name: cells, "size": ["1.5", "2.5"]}).left_out == {name: reason}


def test_a_column_can_be_kept_and_left_out(tmp_path: Path) -> None:
    columns = {"id": UNIQUE, "size": ["1.5", "2.5"], "secret": ["a", "b"]}
    made = survey(tmp_path, columns, keep=["id"], leave_out=["secret"])
    assert [each.name for each in made.columns] == ["id", "size"]
    assert made.left_out == {"secret": "you say so"}


def test_headers_stay_as_they_are_where_a_contract_takes_them() -> None:
    given = ["größe (cm)", " temp ", "temp", "", "data", 'a"b', "x" * 120]
    assert list(input_names(given).values()) == [
        "größe (cm)", "temp", "temp_2", "column_4", "data_value", "a_b", "x" * 100,
    ]  # fmt: skip


def test_a_byte_order_mark_quotes_semicolons_and_decimal_commas_are_read(tmp_path: Path) -> None:
    lines = ["\ufeffgröße;note;y", *(f'"1,{row}";"a; b";{row},5' for row in range(ROWS))]
    (tmp_path / "rows.csv").write_text("\r\n".join(lines), encoding="utf-8")
    made = survey_file(tmp_path / "rows.csv", Wishes(target="y", delimiter=";", decimal=","))
    assert [(each.name, each.type, each.values[3]) for each in made.columns] == [("größe", "number", 1.3)]
    assert made.left_out == {"note": "it is always 'a; b'"}
    assert made.target.kind == "regression"


def test_a_text_that_stands_for_no_value_is_one(tmp_path: Path) -> None:
    made = entry(tmp_path, ["1.5", "NA", "2.5", "3.5", "4.5", "5.5"], missing=["NA"])
    assert (made["type"], made["required"]) == ("number", False)


def test_parquet_and_json_lines_bring_their_types(tmp_path: Path) -> None:
    size, flag, word = [row + 0.5 for row in range(ROWS)], [row % 2 == 0 for row in range(ROWS)], ["12", "13"]
    table = {"size": [*size[:-1], None], "flag": flag, "word": word * (ROWS // 2), "y": size}
    pq.write_table(pa.table(table), tmp_path / "rows.parquet")
    rows = [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    for name in ("rows.parquet", "rows.jsonl"):
        made = survey_file(tmp_path / name, Wishes(target="y"))
        assert [(each.name, each.type) for each in made.columns] == [
            ("size", "number"), ("flag", "boolean"), ("word", "string"),
        ]  # fmt: skip
        assert made.columns[0].values[-1] is None


def test_parts_of_a_date_do_not_take_a_columns_name(tmp_path: Path) -> None:
    made = drafted(tmp_path, {"at": ["2012-12-19 17:00:00", "2012-12-19 18:00:00"], "at_hour": ["0.5", "1"]})
    assert made["features"][0]["as"] == ["at, its hour"]


def test_without_examples_no_row_of_the_file_stands_in_the_contract(tmp_path: Path) -> None:
    made = survey(tmp_path, {"size": ["1.5", "2.5", "4.5"], "colour": ["red", "blue", "red"]})
    contract = json.loads(draft("m", made, examples=False).text)
    assert not any("example" in each for each in contract["inputs"])
    assert [each["request"] for each in contract["examples"]] == [
        {"instances": [{"size": 2.5, "colour": "red"}]}
    ]


def test_a_single_feature_goes_in_a_format_that_the_image_reads(tmp_path: Path) -> None:
    """Of one column of CSV the image's reader finds no delimiter."""
    assert drafted(tmp_path, {"x": ["0.5", "2.5"]})["endpoint"]["content_type"].endswith("protobuf")
    both = drafted(tmp_path, {"x": ["0.5", "2.5"], "z": ["0.5", "2.5", "7.5"]})
    assert both["endpoint"]["content_type"] == "text/csv"
