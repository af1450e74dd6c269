"""Files of rows become instances as a client would send them; predictions become files."""

import io
import json
from typing import Any

import pytest

from scripts.predict.errors import FileError
from scripts.predict.read_rows import Reading, format_of, read_rows
from scripts.predict.ways import KNOWLEDGE, explain
from scripts.predict.write_predictions import WRITERS

pytestmark = pytest.mark.unit

TYPES = {"when": "datetime", "n": "integer", "x": "number", "s": "string", "b": "boolean"}


def instances(content: str | bytes, kind: str = "csv", **options: Any) -> list[Any]:
    raw = content if isinstance(content, bytes) else content.encode()
    reading = Reading(kind, **{"types": TYPES, **options})
    return [row.instance for row in read_rows(io.BytesIO(raw), reading)]


def test_cells_become_what_the_contract_says_they_are() -> None:
    """Numbers and booleans are read, text stays text even where it looks like a number."""
    assert instances("when,n,x,s,b\n2012-12-19 17:00:00,4,1.50,007,true\n") == [
        {"when": "2012-12-19 17:00:00", "n": 4, "x": 1.5, "s": "007", "b": True}
    ]


def test_without_a_contract_what_looks_like_a_number_is_one() -> None:
    """A client of a bare URL has nothing else to go by."""
    assert instances("a,b,c\n1,1e3,x\n", types=None) == [{"a": 1, "b": 1000.0, "c": "x"}]


@pytest.mark.parametrize("cell", ["abc", "nan", "Infinity", "1e999", "0x10", "1_000", '"1"', "[1]"])
def test_what_is_no_number_is_sent_as_it_stands(cell: str) -> None:
    """The contract refuses it, and says so with row and field."""
    quoted = '"' + cell.replace('"', '""') + '"'
    assert instances(f"x\n{quoted}\n") == [{"x": cell}]


def test_an_empty_cell_leaves_the_field_out() -> None:
    """So that the contract's default applies; in a row without names the place stays."""
    assert instances("n,x\n,2\n") == [{"x": 2}]
    assert instances(",2,,a,\n", header=False) == [[None, 2, None, "a", None]]


def test_without_a_header_rows_are_in_the_contracts_order() -> None:
    """The types are those of the places."""
    assert instances("2012-12-19,4,1.5,7,false\n", header=False) == [["2012-12-19", 4, 1.5, "7", False]]


def test_ignored_columns_are_not_sent_but_kept() -> None:
    """The target of a labelled file, say."""
    reading = Reading("csv", types=TYPES, ignored=("y",))
    (row,) = read_rows(io.BytesIO(b"n,y\n1,9\n"), reading)
    assert (row.instance, row.columns) == ({"n": 1}, {"n": "1", "y": "9"})


def test_quotes_byte_order_marks_blank_lines_and_windows_line_ends_are_read() -> None:
    """What spreadsheets write."""
    assert instances(b'\xef\xbb\xbfn,s\r\n1,"a,b"\r\n\r\n2,"c\r\nd"\r\n') == [
        {"n": 1, "s": "a,b"},
        {"n": 2, "s": "c\r\nd"},
    ]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ('{"instances": [{"n": 1}, {"features": [1, 2]}, [3]]}', "json"),
        ('[{"n": 1}, [1, 2], [3]]', "json"),
        ('{"n": 1}\n\n[1, 2]\n{"features": [3]}\n', "jsonl"),
    ],
)
def test_json_rows_are_taken_as_they_are(content: str, kind: str) -> None:
    """A request, a list or a row a line; `features` is the list in it."""
    assert instances(content, kind) == [{"n": 1}, [1, 2], [3]]


@pytest.mark.parametrize(
    ("content", "kind", "message"),
    [
        ("n,x\n1\n", "csv", "Line 2 has 1 cells, the header has 2"),
        ("n,n\n1,2\n", "csv", "The header has n more than once"),
        ("1,2\n3,4\n", "csv", "repair   ARGS=--no-header"),
        ('n\n"1\n', "csv", "Line 2 isn't CSV"),
        (b"s\n\xff\n", "csv", "isn't UTF-8"),
        ('{"rows": []}', "json", 'an object with "instances"'),
        ('{"instances": ', "json", "isn't JSON"),
        ("[1]\n{]\n", "jsonl", "Line 2 isn't JSON"),
        ("[1]\n7\n", "jsonl", "Line 2 is neither an object nor an array"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(content: str | bytes, kind: str, message: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(FileError) as refused:
        instances(content, kind)
    assert message in str(refused.value)


def test_a_column_to_ignore_has_to_be_there() -> None:
    """A typing error would send the target to the model."""
    with pytest.raises(FileError, match="no column cuont to ignore; there are: n, count"):
        instances("n,count\n1,2\n", ignored=("cuont",))


@pytest.mark.parametrize(
    ("name", "kind"), [("a.csv", "csv"), ("a.JSON", "json"), ("a.ndjson", "jsonl"), ("a.txt", None)]
)
def test_the_suffix_tells_the_format(name: str, kind: str | None, tmp_path: Any) -> None:
    """No other name is guessed at."""
    assert format_of(tmp_path / name) == kind


RECORDS: list[dict[str, Any]] = [
    {"label": "a,b", "score": 0.5, "sure": True, "parts": [1, 2]},
    {"label": None, "score": 1e-07},
]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("csv", 'label,score,sure,parts\n"a,b",0.5,true,"[1, 2]"\n,1e-07,,\n'),
        (
            "jsonl",
            '{"label": "a,b", "score": 0.5, "sure": true, "parts": [1, 2]}\n'
            '{"label": null, "score": 1e-07}\n',
        ),
    ],
)
def test_predictions_are_written_as_they_come(kind: str, expected: str) -> None:
    """A header once; lists and booleans as JSON writes them."""
    file = io.StringIO()
    writer = WRITERS[kind](file)
    writer.write(RECORDS[:1])
    writer.write(RECORDS[1:])
    writer.close()
    assert file.getvalue() == expected


@pytest.mark.parametrize("records", [[], RECORDS])
def test_json_is_one_document_as_the_api_answers_it(records: list[Any]) -> None:
    """Even of no rows at all."""
    file = io.StringIO()
    writer = WRITERS["json"](file)
    for record in records:
        writer.write([record])
    writer.close()
    assert json.loads(file.getvalue()) == {"predictions": records}


def test_the_help_explains_all_four_ways() -> None:
    """What each calls, needs and makes its client know, and when it breaks: the lesson."""
    text = explain(80)
    assert list(KNOWLEDGE) == ["sagemaker-sdk", "boto3", "lambda", "api"]
    for name, knowledge in KNOWLEDGE.items():
        section = " ".join(text.partition(f"--via {name}\n")[2].partition("--via")[0].split())
        assert all(f"{title} {said}" in section for title, said in knowledge._asdict().items())
    assert max(map(len, text.splitlines())) <= 80
