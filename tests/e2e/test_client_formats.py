"""Every form in which clients may send rows and take predictions, through gateway, function and model."""

import csv
import io
import json
from typing import Any

import pytest
import requests

from tests.deployed_stack import DeployedStack

pytestmark = pytest.mark.e2e

NAMES = "datetime,season,holiday,workingday,weather,temp,atemp,humidity,windspeed"
ROWS = ["2012-12-19 17:00:00,4,0,1,1,16.4,20.455,50,26.0027", "2012-12-10 01:00:00,4,0,1,2,14.76,18.94,100,0"]
CELLS: list[list[Any]] = [
    ["2012-12-19 17:00:00", 4, 0, 1, 1, 16.4, 20.455, 50, 26.0027],
    ["2012-12-10 01:00:00", 4, 0, 1, 2, 14.76, 18.94, 100, 0],
]
BY_NAME = [dict(zip(NAMES.split(","), cells, strict=True)) for cells in CELLS]


def send(stack: DeployedStack, body: str, content_type: str, accept: str = "*/*") -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        headers = {"x-api-key": stack.key, "Content-Type": content_type, "Accept": accept}
        return session.post(f"{stack.client.url}/predict", body.encode(), headers=headers, timeout=30)


@pytest.fixture(scope="module")
def expected(bike_rental: DeployedStack) -> list[float]:
    """What the same rows are answered as instances."""
    response = send(bike_rental, json.dumps({"instances": CELLS}), "application/json")
    return [prediction["count"] for prediction in response.json()["predictions"]]


SENT = {
    "csv": ("\n".join(ROWS), "text/csv"),
    "csv with a header": ("\n".join([NAMES, *ROWS]), "text/csv; charset=utf-8"),
    "json lines": ("\n".join(map(json.dumps, BY_NAME)), "application/jsonlines"),
    "form": (
        "data=" + "%0A".join(ROWS).replace(" ", "+").replace(":", "%3A"),
        "application/x-www-form-urlencoded",
    ),
    "dataframe_split": (
        json.dumps({"dataframe_split": {"columns": NAMES.split(","), "data": CELLS}}),
        "application/json",
    ),
    "dataframe_records": (json.dumps({"dataframe_records": BY_NAME}), "application/json"),
    "inputs": (json.dumps({"inputs": BY_NAME}), "application/json"),
}


@pytest.mark.parametrize("form", SENT)
def test_each_form_is_answered_alike(bike_rental: DeployedStack, expected: list[float], form: str) -> None:
    """The gateway lets each pass, and the numbers are those of the instances."""
    response = send(bike_rental, *SENT[form])
    assert response.status_code == 200, response.text
    assert [prediction["count"] for prediction in response.json()["predictions"]] == expected


def test_answers_in_csv_and_json_lines(bike_rental: DeployedStack, expected: list[float]) -> None:
    """As `Accept` asks, with its weights."""
    body, content_type = SENT["csv"]
    lines = send(bike_rental, body, content_type, "text/csv;q=0.5, application/jsonlines")
    assert lines.headers["Content-Type"] == "application/jsonlines"
    assert [json.loads(line)["count"] for line in lines.text.splitlines()] == expected
    table = send(bike_rental, body, content_type, "text/*")
    assert table.headers["Content-Type"].startswith("text/csv")
    assert [float(row["count"]) for row in csv.DictReader(io.StringIO(table.text))] == expected


@pytest.mark.parametrize(
    ("body", "content_type", "pointer"),
    [
        (f"{ROWS[0]}\n{ROWS[1].replace('14.76', 'warm')}", "text/csv", "/1/temp"),
        (json.dumps(BY_NAME[0]) + "\n{}", "application/jsonlines", "/1/datetime"),
        ("data=1", "application/x-www-form-urlencoded", "/data/0"),
    ],
)
def test_what_is_wrong_is_pointed_at(
    bike_rental: DeployedStack, body: str, content_type: str, pointer: str
) -> None:
    """The function judges what the gateway passes on unread."""
    response = send(bike_rental, body, content_type)
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == pointer
