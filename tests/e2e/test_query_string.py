"""Any method on /test predicts for the rows in its query string."""

import json
import time

import pytest
import requests

from tests.deployed_stack import DeployedStack, messages

pytestmark = pytest.mark.e2e

ROWS = ["2012-12-19 17:00:00,4,0,1,1,16.4,20.455,50,26.0027", "2012-12-10 01:00:00,4,0,1,2,14.76,18.94,100,0"]


def ask(stack: DeployedStack, method: str, query: str, **options: object) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        url = f"{stack.client.url}/test{query}"
        return session.request(method, url, headers={"x-api-key": stack.key}, timeout=30, **options)  # type: ignore[arg-type]


def counts(response: requests.Response) -> list[float]:
    assert response.status_code == 200, response.text
    return [prediction["count"] for prediction in response.json()["predictions"]]


@pytest.fixture(scope="module")
def expected(bike_rental: DeployedStack) -> list[float]:
    """What the same rows are answered as a JSON body."""
    return counts_of(bike_rental.post({"data": "\n".join(ROWS)}).json())


def counts_of(document: dict[str, list[dict[str, float]]]) -> list[float]:
    return [prediction["count"] for prediction in document["predictions"]]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_any_method(bike_rental: DeployedStack, expected: list[float], method: str) -> None:
    """The verb doesn't matter; spaces and colons come URL-encoded."""
    response = ask(bike_rental, method, "", params={"data": ROWS[0]})
    assert counts(response) == expected[:1]


@pytest.mark.parametrize("separator", ["%0A", "%0D%0A", ";", "%3B"])
def test_several_rows(bike_rental: DeployedStack, expected: list[float], separator: str) -> None:
    """Parted by newline or semicolon, encoded or, where URLs allow it, bare."""
    query = separator.join(row.replace(" ", "+").replace(":", "%3A") for row in ROWS)
    assert counts(ask(bike_rental, "GET", f"?data={query}")) == expected


def test_a_body_works_there_too(bike_rental: DeployedStack, expected: list[float]) -> None:
    """A client that has many rows sends them as everywhere."""
    assert counts(ask(bike_rental, "PUT", "", json={"data": ";".join(ROWS)})) == expected


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("?data=1,2", "/data/0"),
        (f"?data={ROWS[0].replace('16.4', 'warm')}", "/data/0/temp"),
        ("?data=", "/data"),
        ("", "/data"),
        ("?date=1", "/date"),
    ],
)
def test_what_is_wrong_is_pointed_at(bike_rental: DeployedStack, query: str, pointer: str) -> None:
    """As for bodies: 422, row and input."""
    response = ask(bike_rental, "GET", query)
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == pointer


def test_no_log_holds_the_query_string(bike_rental: DeployedStack) -> None:
    """Neither the API's access log nor the function's: the request is there, its values are not."""
    mark = "15.4321"
    response = ask(bike_rental, "GET", "", params={"data": ROWS[0].replace("16.4", mark)})
    request_id = response.headers["x-amzn-requestid"]
    logs = bike_rental.aws("logs")
    groups = bike_rental.outputs["log_group_names"]
    for group in (groups["api"], groups["function"]):
        lines = wait_for(logs, group, request_id)
        assert not [line for line in lines if mark in line]
    assert json.loads(wait_for(logs, groups["api"], request_id)[-1])["resource"] == "/test"


def wait_for(logs: object, group: str, word: str) -> list[str]:
    """All lines of a group, once one of them has the word; the last one is that."""
    deadline = time.monotonic() + 60
    while True:
        lines = messages(logs.filter_log_events(logGroupName=group)["events"])  # type: ignore[attr-defined]
        found = [line for line in lines if word in line]
        if found:
            return [line for line in lines if line != found[0]] + found[:1]
        assert time.monotonic() < deadline, f"{group} has no line with {word}"
        time.sleep(0.1)
