"""Bodies that aren't JSON documents → columns, and pointers into them when something is wrong."""

import json
from typing import Any

import pytest

from scoring import Contract, errors
from scoring.decode_request import decode_request
from scoring.read_event import Call
from tests import bike_rental

pytestmark = pytest.mark.unit

CONTRACT = Contract.from_dict({**bike_rental.contract(), "limits": {"max_instances": 3}})
OPTIONAL = Contract.from_dict(
    {
        "name": "places",
        "version": "1.0.0",
        "inputs": [
            {"name": "site", "type": "string", "required": False},
            {"name": "level", "type": "number", "default": 2.5},
            {"name": "open", "type": "boolean"},
        ],
        "features": ["level"],
        "outputs": [{"name": "risk"}],
    }
)
ROW = ",".join(map(str, bike_rental.FEATURES))
HEADER = ",".join(bike_rental.NAMES)
SECOND = ROW.replace("16.4", "-9.84")
LINE = json.dumps(bike_rental.BY_NAME)


def columns(body: str, content_type: str, contract: Contract = CONTRACT) -> dict[str, list[Any]]:
    call = Call(False, "POST", "/predict", {"content-type": content_type}, body, False, "id")
    decoded = decode_request(call, contract.routes[0], contract)
    return {name: column.tolist() for name, column in decoded.items()}


def refused(
    body: str, content_type: str, contract: Contract = CONTRACT
) -> tuple[type[errors.RequestError], list[str]]:
    with pytest.raises(errors.RequestError) as raised:
        columns(body, content_type, contract)
    return type(raised.value), [problem.pointer for problem in raised.value.problems]


@pytest.mark.parametrize(
    "body",
    [
        f"{ROW}\n{SECOND}",
        f"{ROW}\r\n{SECOND}\r\n",
        f"{HEADER}\n{ROW}\n{SECOND}\n",
        f'"{HEADER.replace(",", chr(34) + "," + chr(34))}"\n{ROW}\n{SECOND}',
        "\n".join(",".join(reversed(line.split(","))) for line in (HEADER, ROW, SECOND)),
    ],
    ids=["no header", "CRLF", "header", "quoted header", "another order"],
)
def test_csv(body: str) -> None:
    """With or without a header, the values are those of the same rows as instances."""
    found = columns(body, "text/csv; charset=utf-8")
    assert found["temp"] == [16.4, -9.84]
    assert found["windspeed"] == [26.0027, 26.0027]
    assert str(found["datetime"][0]) == "2012-12-19 17:00:00"


def test_csv_may_leave_optional_columns_out() -> None:
    """A header says which there are; an empty field is absent."""
    found = columns("open,level\ntrue,\n0,7", "text/csv", OPTIONAL)
    assert found == {"site": [None, None], "level": [2.5, 7.0], "open": [1.0, 0.0]}


def test_csv_header_can_be_said() -> None:
    """A row that looks like a header is one unless the media type denies it."""
    one = Contract.from_dict(
        {
            "name": "words",
            "version": "1.0.0",
            "inputs": [{"name": "word", "type": "string"}],
            "features": [{"operation": "equals", "input": "word", "values": ["word"]}],
            "outputs": [{"name": "risk"}],
        }
    )
    assert columns("word\nword", "text/csv", one)["word"] == ["word"]
    assert columns("word\nword", "text/csv; header=absent", one)["word"] == ["word", "word"]
    assert refused("verb\nword", "text/csv; header=present", one) == (errors.InvalidRequest, ["", ""])


@pytest.mark.parametrize(
    ("body", "error", "pointers"),
    [
        (f"{ROW}\n{ROW.replace('16.4', 'warm')}", errors.InvalidInstances, ["/1/temp"]),
        (f"{HEADER}\n{ROW}\n{ROW.replace('16.4', '')}", errors.InvalidInstances, ["/1/temp"]),
        (f"{ROW}\n1,2", errors.InvalidInstances, ["/1"]),
        (f"{ROW}\n\n{ROW}", errors.InvalidInstances, ["/1"]),
        (HEADER, errors.InvalidRequest, [""]),
        (f"{HEADER.replace('temp,atemp', 'tmp,atemp')}\n{ROW}", errors.InvalidRequest, ["", ""]),
        (f"{HEADER},temp\n{ROW},1", errors.InvalidRequest, [""]),
        (f'{ROW}\n"{ROW}', errors.InvalidRequest, [""]),
        (f"{ROW}\n" * 4, errors.TooManyInstances, []),
        (f"{HEADER}\n" + f"{ROW}\n" * 4, errors.TooManyInstances, []),
    ],
)
def test_csv_is_refused_by_row_and_column(body: str, error: type[Exception], pointers: list[str]) -> None:
    """Rows count from 0, without the header; a header's own faults stand before all rows."""
    assert refused(body, "text/csv") == (error, pointers)


def test_csv_takes_a_header_besides_the_most_rows() -> None:
    """The header isn't an instance."""
    assert len(columns(f"{HEADER}\n" + f"{ROW}\n" * 3, "text/csv")["temp"]) == 3


@pytest.mark.parametrize("content_type", ["application/jsonlines", "application/x-ndjson"])
def test_json_lines(content_type: str) -> None:
    """Each line in any shape of an instance."""
    features = json.dumps({"features": bike_rental.FEATURES})
    found = columns(f"{LINE}\n{features}\r\n{json.dumps(bike_rental.FEATURES)}\n", content_type)
    assert found["temp"] == [16.4] * 3


@pytest.mark.parametrize(
    ("body", "error", "pointers"),
    [
        (f"{LINE}\n{LINE.replace('16.4', 'null')}", errors.InvalidInstances, ["/1/temp"]),
        (f"{LINE}\n{{}}", errors.InvalidInstances, [f"/1/{name}" for name in bike_rental.NAMES]),
        (f"{LINE}\n\n{LINE}", errors.InvalidJson, []),
        (f"{LINE} {LINE}", errors.InvalidJson, []),
        (LINE.replace('"season"', '"temp"'), errors.DuplicateKey, []),
        (LINE.replace("16.4", "1e400"), errors.NumberNotFinite, []),
        (f"{LINE}\n" * 4, errors.TooManyInstances, []),
        ("[1,\n2]", errors.InvalidJson, []),
    ],
)
def test_json_lines_are_refused_by_line(body: str, error: type[Exception], pointers: list[str]) -> None:
    """The pointer's first part is the line, counted from 0."""
    assert refused(body, "application/jsonlines") == (error, pointers)


def test_a_line_that_is_no_json_is_named() -> None:
    """For people lines count from 1, as in an editor."""
    with pytest.raises(errors.InvalidJson) as raised:
        columns(f"{LINE}\nnope", "application/jsonlines")
    assert raised.value.detail.startswith("Line 2 of the body: ")


FORM = "application/x-www-form-urlencoded"


def test_form() -> None:
    """As a page's form sends it: spaces as +, separators encoded."""
    encoded = ROW.replace(" ", "+").replace(":", "%3A").replace(",", "%2C")
    assert columns(f"data={encoded}%0D%0A{encoded}", FORM)["temp"] == [16.4, 16.4]


@pytest.mark.parametrize(
    ("body", "error", "pointers"),
    [
        (f"data={ROW.replace('16.4', 'warm')}", errors.InvalidInstances, ["/data/0/temp"]),
        ("rows=1", errors.InvalidRequest, [""]),
        ("data=1&data=2", errors.InvalidRequest, [""]),
        ("data=1&more=2", errors.InvalidRequest, [""]),
        ("data=", errors.InvalidRequest, ["/data"]),
        ("nonsense", errors.InvalidRequest, [""]),
        ("data=%FF", errors.InvalidRequest, [""]),
        ("&".join(f"a{i}=1" for i in range(200)), errors.InvalidRequest, [""]),
    ],
)
def test_forms_are_refused(body: str, error: type[Exception], pointers: list[str]) -> None:
    """One field with the rows, and pointers into it."""
    assert refused(body, FORM) == (error, pointers)


def test_other_content_types_are_refused() -> None:
    """The answer names what is read."""
    with pytest.raises(errors.UnsupportedMediaType, match="text/csv, application/jsonlines"):
        columns(ROW, "text/plain")
