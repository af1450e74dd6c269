from typing import Any

import numpy as np
import pytest

from scoring import Contract, errors
from scoring.decode_request import decode_request
from scoring.read_data import read_data
from scoring.read_event import read_event
from tests import bike_rental

pytestmark = pytest.mark.unit

ROW = "2012-12-19 17:00:00,4,0,1,1,16.4,20.455,50,26.0027"
OTHER = "2011-01-01T05:00:00,1,1,0,3,-9.84,1.288e1,75,6.0032"
INPUTS = Contract.from_dict(bike_rental.contract()).inputs

PLACES = Contract.from_dict(
    {
        "name": "places",
        "version": "1.0.0",
        "inputs": [
            {"name": "site", "type": "string", "required": False},
            {"name": "open", "type": "boolean"},
            {"name": "level", "type": "number", "default": 2.5},
        ],
        "features": ["level"],
        "outputs": [{"name": "risk"}],
        "limits": {"max_instances": 3},
    }
).inputs


def rows(columns: dict[str, Any]) -> list[list[Any]]:
    return [list(row) for row in zip(*(column.tolist() for column in columns.values()), strict=True)]


@pytest.mark.parametrize(
    "text",
    [
        f"{ROW}\n{OTHER}",
        f"{ROW}\r\n{OTHER}\r\n",
        f"{ROW};{OTHER}",
        f"{ROW};{OTHER};",
        f' {ROW.replace(",", " , ")}\n"2011-01-01 05:00:00",{OTHER.partition(",")[2]}',
    ],
    ids=["newline", "CRLF and a last one", "semicolon", "a last semicolon", "spaces and quotes"],
)
def test_rows_and_values(text: str) -> None:
    """However rows are parted, the values are those of the same instances as JSON."""
    columns = read_data(INPUTS, text, 10)
    assert columns["datetime"].tolist() == [
        np.datetime64("2012-12-19T17:00:00").item(),
        np.datetime64("2011-01-01T05:00:00").item(),
    ]
    numbers = {name: column for name, column in columns.items() if name != "datetime"}
    assert rows(numbers) == [
        [4, 0, 1, 1, 16.4, 20.455, 50, 26.0027],
        [1, 1, 0, 3, -9.84, 12.88, 75, 6.0032],
    ]


def test_quotes_keep_separators_together() -> None:
    """A comma, a semicolon, a newline and a doubled quote inside quotes belong to the value."""
    columns = read_data(PLACES, '"a,b;c\nd ""e""",true,1;,0,', 3)
    assert rows(columns) == [['a,b;c\nd "e"', 1.0, 1.0], [None, 0.0, 2.5]]


@pytest.mark.parametrize("text", ["", " ", "\n", ";", "\r\n"])
def test_no_row(text: str) -> None:
    """Nothing to predict for is said as for an empty list of instances."""
    with pytest.raises(errors.InvalidRequest) as raised:
        read_data(INPUTS, text, 10)
    assert raised.value.problems == (("/data", "Expected at least one row, got none."),)


@pytest.mark.parametrize("value", [None, 1.5, ["1,2"], {"a": 1}, True])
def test_what_is_no_text(value: Any) -> None:
    """Rows come as one text."""
    with pytest.raises(errors.InvalidRequest, match="shape"):
        read_data(INPUTS, value, 10)


@pytest.mark.parametrize("text", ['"a,true,1', 'a,"tr"ue,1', '"a"b,true,1'])
def test_broken_quotes(text: str) -> None:
    """Quotes that don't close, or close inside a value, are refused, not guessed."""
    with pytest.raises(errors.InvalidRequest) as raised:
        read_data(PLACES, text, 3)
    assert raised.value.problems[0].pointer == "/data"
    assert raised.value.problems[0].detail.startswith("The quotes can't be read")


@pytest.mark.parametrize("text", ["a,1,1;" * 4, '"a",1,1;' * 4])
def test_too_many_rows(text: str) -> None:
    """The limit is that of instances."""
    with pytest.raises(errors.TooManyInstances, match="3 instances and came with 4"):
        read_data(PLACES, text, 3)
    assert len(read_data(PLACES, text[: len(text) * 3 // 4], 3)["open"]) == 3


def test_all_wrong_rows_are_named_at_once() -> None:
    """Wrong lengths and wrong cells, in the order of the rows, by row and input."""
    text = f"{ROW};1,2;{OTHER.replace('-9.84', 'cold').replace('75', '')};;{ROW},1"
    with pytest.raises(errors.InvalidInstances) as raised:
        read_data(INPUTS, text, 10)
    assert [problem.pointer for problem in raised.value.problems] == [
        "/data/1",
        "/data/2/temp",
        "/data/2/humidity",
        "/data/3",
        "/data/4",
    ]
    assert raised.value.problems[1].detail == 'must be a number from -50 to 60, not "cold"'
    assert raised.value.problems[4].detail.startswith("Expected 9 values (datetime, season,")
    assert raised.value.total == 5


@pytest.mark.parametrize("cell", ["nan", "inf", "1_0", "٣", "0x10", "1e400", "1,0"[:1] + "\u00a0", "true"])
def test_numbers_are_decimal(cell: str) -> None:
    """What Python would call a number and a CSV wouldn't is refused."""
    with pytest.raises(errors.InvalidInstances):
        read_data(INPUTS, ROW.replace("16.4", cell), 10)


def query(method: str = "GET", *, route_method: str = "ANY", body: str | None = None, **values: Any) -> Any:
    data = bike_rental.contract()
    data["routes"] = [{"path": "/test", "method": route_method}]
    contract = Contract.from_dict(data)
    event = {
        "httpMethod": method,
        "path": "/test",
        "body": body,
        "queryStringParameters": {name: several[-1] for name, several in values.items()} or None,
        "multiValueQueryStringParameters": values or None,
    }
    return decode_request(read_event(event, "id"), contract.routes[0], contract)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"])
def test_any_method_takes_the_query_string(method: str) -> None:
    """The same rows, whatever the verb."""
    assert query(method, data=[f"{ROW};{OTHER}"])["temp"].tolist() == [16.4, -9.84]


def test_any_method_takes_a_body_too() -> None:
    """Where there is no `data` in the query string, the body is read as on every route."""
    body = f'{{"data": "{ROW}"}}'
    assert query("POST", body=body)["temp"].tolist() == [16.4]
    assert query("POST", body=body, page=["1"])["temp"].tolist() == [16.4]


@pytest.mark.parametrize(
    ("given", "pointers"),
    [
        ({}, ["/data"]),
        ({"data": [ROW, OTHER]}, ["/data"]),
        ({"data": [ROW], "x/y": ["1"]}, ["/x~1y"]),
        ({"data": [ROW], "body": "{}"}, ["/data"]),
        ({"date": [ROW]}, ["/date", "/data"]),
    ],
    ids=["nothing", "data twice", "another parameter", "query string and body", "misspelt"],
)
def test_query_strings_that_say_nothing_clear(given: dict[str, Any], pointers: list[str]) -> None:
    """Nothing is guessed: each doubt is pointed at."""
    with pytest.raises(errors.InvalidRequest) as raised:
        query(**given)
    assert [problem.pointer for problem in raised.value.problems] == pointers


def test_routes_with_a_body_leave_the_query_string_alone() -> None:
    """Values in a URL end up in logs, so a route has to be made for them."""
    with pytest.raises(errors.EmptyBody):
        query("POST", route_method="POST", data=[ROW])


def test_direct_events_may_carry_data() -> None:
    """A console test or a non-proxy integration sends the document itself."""
    contract = Contract.from_dict(bike_rental.contract())
    columns = decode_request(read_event({"data": ROW}, "id"), contract.routes[0], contract)
    assert columns["temp"].tolist() == [16.4]
