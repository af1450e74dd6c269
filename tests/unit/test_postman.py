"""A contract becomes a collection: golden requests on every route, refusals, and a test in each."""

import json
from typing import Any
from urllib.parse import unquote

import pytest

from scoring import Contract
from scripts.postman.collection import render_collection, render_environment
from scripts.postman.rows_as_text import rows_as_text
from tests import bike_rental

pytestmark = pytest.mark.unit

TEXT = "2012-12-19 17:00:00,4,0,1,1,16.4,20.455,50,26.0027"
REQUEST = {"instances": [{"features": bike_rental.FEATURES}, bike_rental.BY_NAME]}


def contract(*routes: dict[str, Any]) -> Contract:
    data = bike_rental.contract()
    data["routes"] = list(routes)
    data["examples"] = [
        {
            "name": "two",
            "request": REQUEST,
            "response": {"predictions": [{"count": 1.0}, {"count": 2.0}]},
            "tolerance": {"relative": 0.1, "absolute": 0.01},
        }
    ]
    return Contract.from_dict(data, digest="d" * 64)


def items(collection: dict[str, Any], folder: str) -> dict[str, dict[str, Any]]:
    found = next(each["item"] for each in collection["item"] if each["name"] == folder)
    return {item["name"]: item for item in found}


def check(item: dict[str, Any]) -> str:
    """The last line of an item's test: what it expects."""
    (event,) = item["event"]
    assert event["listen"] == "test"
    return str(event["script"]["exec"][-1])


def test_a_post_route_is_sent_the_golden_request() -> None:
    """As it stands in the contract, with the key of the environment."""
    collection = render_collection(contract({"path": "/predict"}))
    item = items(collection, "Golden requests")["POST /predict: two"]
    assert item["request"]["method"] == "POST"
    assert item["request"]["url"]["raw"] == "{{url}}/predict"
    assert json.loads(item["request"]["body"]["raw"]) == REQUEST
    assert "auth" not in item["request"]
    assert collection["auth"]["apikey"][1]["value"] == "{{api_key}}"
    assert check(item) == (
        'answers({"predictions": [{"count": 1.0}, {"count": 2.0}]}, '
        '{"relative": 0.1, "absolute": 0.01}, false);'
    )


def test_a_direct_route_is_open_and_answers_a_list_inside() -> None:
    """The course's: no key is sent."""
    route = {"path": "/", "auth": "none", "integration": "direct", "response": "values"}
    item = items(render_collection(contract(route)), "Golden requests")["POST /: two"]
    assert item["request"]["auth"] == {"type": "noauth"}
    assert check(item) == 'answers([1.0, 2.0], {"relative": 0.1, "absolute": 0.01}, true);'


def test_a_route_of_any_method_is_asked_by_query_string_and_by_body() -> None:
    """Rows in ?data= are the same rows."""
    golden = items(render_collection(contract({"path": "/test", "method": "ANY"})), "Golden requests")
    assert list(golden) == ["GET /test?data=…: two", "POST /test: two"]
    (parameter,) = golden["GET /test?data=…: two"]["request"]["url"]["query"]
    assert (parameter["key"], unquote(parameter["value"])) == ("data", f"{TEXT};{TEXT}")


def test_a_route_that_is_not_published_is_left_out() -> None:
    """What an environment leaves out can't be asked there."""
    both = contract({"path": "/predict"}, {"path": "/test", "method": "ANY"})
    names = items(render_collection(both, {"unpublished_routes": ["ANY /test"]}), "Golden requests")
    assert list(names) == ["POST /predict: two"]


def test_refusals_are_those_of_a_route_with_a_key() -> None:
    """Broken JSON, a wrong value at its place, no key, no such path."""
    refusals = items(render_collection(contract({"path": "/predict"})), "Refusals")
    assert {name: check(item) for name, item in refusals.items()} == {
        "broken JSON": "refuses(400);",
        "a wrong value, named by its place": 'refuses(422, "/instances/1/datetime");',
        "without a key": "refuses(403);",
        "no such path": "refuses(404);",
    }
    assert refusals["without a key"]["request"]["auth"] == {"type": "noauth"}


def test_an_example_that_is_text_already_is_asked_as_it_stands() -> None:
    """It can't be spoilt at a place, so that refusal is left out."""
    data = bike_rental.contract()
    data["routes"] = [{"path": "/test", "method": "ANY"}, {"path": "/predict"}]
    data["examples"] = [
        {"name": "t", "request": {"data": TEXT}, "response": {"predictions": [{"count": 1.0}]}}
    ]
    collection = render_collection(Contract.from_dict(data))
    (parameter,) = items(collection, "Golden requests")["GET /test?data=…: t"]["request"]["url"]["query"]
    assert unquote(parameter["value"]) == TEXT
    assert list(items(collection, "Refusals")) == ["broken JSON", "without a key", "no such path"]


def test_the_environment_keeps_the_key_as_a_secret() -> None:
    """Postman shows it as dots and does not share it."""
    values = render_environment("e", "http://127.0.0.1:1/a/beta", {"api_key": "k"})["values"]
    assert [(it["key"], it["value"], it["type"]) for it in values] == [
        ("url", "http://127.0.0.1:1/a/beta", "default"),
        ("api_key", "k", "secret"),
    ]


@pytest.mark.parametrize(
    ("kind", "auth", "variables", "refused"),
    [
        (
            "iam",
            "awsv4",
            ["aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_region"],
            403,
        ),
        ("cognito", "apikey", ["cognito_token"], 401),
        ("lambda_authorizer", "apikey", ["authorizer_header", "authorizer_token"], 401),
    ],
)
def test_other_kinds_of_auth_show_what_the_environment_holds(
    kind: str, auth: str, variables: list[str], refused: int
) -> None:
    """Beside the key, which an API may ask for too; without it they are refused."""
    collection = render_collection(contract({"path": "/predict", "auth": kind}))
    request = items(collection, "Golden requests")["POST /predict: two"]["request"]
    assert request["auth"]["type"] == auth
    values = [setting["value"] for setting in request["auth"][auth]]
    assert [value.strip("{}") for value in values if value.startswith("{{")] == variables
    assert {"key": "x-api-key", "value": "{{api_key}}"} in request["header"]
    without = items(collection, "Refusals")["without an identity"]
    assert (without["request"]["auth"], check(without)) == ({"type": "noauth"}, f"refuses({refused});")


@pytest.mark.parametrize(
    ("instance", "text"),
    [
        (bike_rental.FEATURES, TEXT),
        ({"features": bike_rental.FEATURES}, TEXT),
        ({"data": {"features": {"values": bike_rental.FEATURES}}}, TEXT),
        ({"season": 4, "temp": 1e-07}, ",4,,,,1e-07,,,"),
        ({"datetime": 'a,"b"'}, '"a,""b""",,,,,,,,'),
        ({"datetime": "a;b", "season": True}, '"a;b","true","","","","","","",""'),
    ],
)
def test_rows_are_written_as_text(instance: Any, text: str) -> None:
    """In the order of the inputs; quotes where a value holds a separator."""
    assert rows_as_text(contract({"path": "/predict"}).inputs, [instance]) == text
