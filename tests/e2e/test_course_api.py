"""The course's own client, unchanged: POST / of the stage without a key, by a non-proxy integration."""

import json
import re
from typing import Any

import pytest
import requests

from tests.deployed_stack import DeployedStack

pytestmark = pytest.mark.e2e

ROWS: list[list[Any]] = [
    ["2012-12-19 17:00:00", 4, 0, 1, 1, 16.4, 20.455, 50, 26.0027],
    ["2012-12-19 18:00:00", 4, 0, 1, 1, 15.58, 19.695, 50, 23.9994],
    ["2012-12-10 01:00:00", 4, 0, 1, 2, 14.76, 18.94, 100, 0],
]


@pytest.fixture(scope="module")
def session() -> Any:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def call_as_the_course_does(session: requests.Session, url: str, rows: list[Any]) -> tuple[int, Any]:
    """The lines of the course's notebook: no key, and the answer taken apart by hand."""
    response = session.post(
        url, data=json.dumps({"instances": [{"features": row} for row in rows]}), timeout=30
    )
    result = response.json()
    return result["statusCode"], json.loads(result["body"])


@pytest.fixture(scope="module")
def url(bike_rental: DeployedStack) -> str:
    return f"{bike_rental.client.url}/"


def test_one_observation(session: requests.Session, url: str) -> None:
    """The answer is the course's, to the last member; the count is what /predict says too."""
    response = session.post(url, json={"instances": [{"features": ROWS[0]}]}, timeout=30)
    assert response.status_code == 200
    result = response.json()
    assert list(result) == ["statusCode", "isBase64Encoded", "body"]
    assert (result["statusCode"], result["isBase64Encoded"]) == (200, False)
    assert json.loads(result["body"]) == [pytest.approx(371.05, rel=1e-4)]


def test_many_observations(session: requests.Session, url: str, bike_rental: DeployedStack) -> None:
    """A number a row, in their order, and the same ones as by the route with a key."""
    status, counts = call_as_the_course_does(session, url, ROWS)
    assert status == 200
    plain = bike_rental.post({"instances": ROWS}).json()
    assert counts == [prediction["count"] for prediction in plain["predictions"]]
    assert len(set(counts)) == 3


def test_a_wrong_row(session: requests.Session, url: str) -> None:
    """400 inside a 200, as the course's, with each wrong row named."""
    wrong = [ROWS[0], [*ROWS[1][:5], "warm", *ROWS[1][6:]]]
    status, problem = call_as_the_course_does(session, url, wrong)
    assert status == 400
    assert [error["pointer"] for error in problem["errors"]] == ["/instances/1/features/5"]


def test_other_routes_keep_their_key(session: requests.Session, url: str) -> None:
    """Only what the contract opens is open."""
    for path in ("predict", "test"):
        assert session.post(url + path, json={"instances": ROWS}, timeout=30).status_code == 403


def test_prod_leaves_the_open_route_out(bike_rental: DeployedStack) -> None:
    """Its plan has the other routes, and asks nobody to confirm an open one."""
    target = ("--stack", "bike-rental", "--env", "prod")
    coloured = bike_rental.checkout.python("-m", "scripts.stack", "plan", *target).stdout
    plan = re.sub(r"\x1b\[\d+m", "", coloured)
    assert 'aws_lambda_permission.route["POST /predict"] will be created' in plan
    assert 'aws_lambda_permission.route["POST /"]' not in plan


@pytest.mark.parametrize("name", ["one", "many", "hello_world"])
def test_console_test_events(bike_rental: DeployedStack, name: str) -> None:
    """The events of the Lambda console invoke the function directly and get the same three members."""
    event = (bike_rental.checkout.root / "tests" / "events" / f"console_test_{name}.json").read_bytes()
    answer = bike_rental.aws("lambda").invoke(
        FunctionName=bike_rental.outputs["function_name"], Qualifier="live", Payload=event
    )
    assert "FunctionError" not in answer
    result = json.loads(answer["Payload"].read())
    assert list(result) == ["statusCode", "isBase64Encoded", "body"]
    assert result["statusCode"] == (400 if name == "hello_world" else 200)
