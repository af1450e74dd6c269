"""A request goes through stage URL, function and endpoint and comes back right, or is refused well."""

import json
import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from scripts import ROOT
from scripts.smoke.stage_client import Reply
from tests.deployed_stack import DeployedStack, failed

pytestmark = pytest.mark.e2e

NAMES = (
    "datetime",
    "season",
    "holiday",
    "workingday",
    "weather",
    "temp",
    "atemp",
    "humidity",
    "windspeed",
)
ROW = ["2012-12-19 17:00:00", 4, 0, 1, 1, 16.4, 20.455, 50, 26.0027]
COUNT = 371.05
"""What the committed contract says of the course's row, and what training prints for it."""
PAYLOAD = b"4,0,1,1,16.4,20.455,50,26.0027,2012,12,19,2,17"
EVENT = ROOT / "tests" / "events" / "console_test_one.json"


def one(**changes: Any) -> dict[str, Any]:
    """A request of one row by name."""
    return {"instances": [{**dict(zip(NAMES, ROW, strict=True)), **changes}]}


def check_problem(reply: Reply, status: int, code: str, *pointers: str) -> None:
    """The answer is a problem document (RFC 9457) of this status and code that points at these places."""
    assert reply.status == status, str(reply)
    problem = reply.problem
    assert problem is not None, f"{reply.headers.get('content-type')} {reply}"
    assert (problem["code"], problem["status"]) == (code, status)
    assert problem["type"].endswith(code)
    assert problem["request_id"]
    assert problem["title"]
    assert problem["retryable"] is (code in ("throttled",))
    assert [error["pointer"] for error in problem["errors"]] == list(pointers)


def test_the_smoke_test_is_green(bike_rental: DeployedStack) -> None:
    """All checks pass on what was just deployed, and none is skipped."""
    results = bike_rental.smoke_test()
    assert {result.status for result in results.values()} == {"passed"}, failed(results)


@pytest.mark.parametrize(
    "row", [{"features": ROW}, ROW, one()["instances"][0]], ids=["features", "array", "names"]
)
def test_the_courses_row_is_answered_in_every_shape(bike_rental: DeployedStack, row: Any) -> None:
    """The three JSON shapes mean the same."""
    reply = bike_rental.post({"instances": [row]})
    assert reply.status == 200, str(reply)
    assert reply.json() == {"predictions": [{"count": pytest.approx(COUNT, rel=1e-4)}]}


def test_an_answer_says_which_revision_gave_it(bike_rental: DeployedStack) -> None:
    """Contract, its digest, the function's version and the request's id are in the headers."""
    headers = bike_rental.post(one()).headers
    assert headers["x-contract-version"] == "1.0.0"
    assert headers["x-contract-digest"] == bike_rental.outputs["contract_digest"]
    assert headers["x-function-version"] == bike_rental.outputs["function_version"]
    assert headers["content-type"] == "application/json"


def test_many_rows_come_back_in_order(bike_rental: DeployedStack) -> None:
    """5,000 rows are three calls of the model, and every answer stands where its row stood."""
    rows = [[f"2012-12-19 {hour:02}:00:00", *ROW[1:]] for hour in range(24)]
    day = [item["count"] for item in bike_rental.post({"instances": rows}).json()["predictions"]]
    assert len(set(day)) > 12, "hours must differ for their order to be seen"
    reply = bike_rental.post({"instances": [rows[index % 24] for index in range(5000)]})
    assert [item["count"] for item in reply.json()["predictions"]] == [day[i % 24] for i in range(5000)]


def test_concurrent_clients_get_their_own_answers(bike_rental: DeployedStack) -> None:
    """Each of sixty requests at a time is answered for its own row."""
    rows = [[f"2012-12-19 {hour:02}:00:00", *ROW[1:]] for hour in range(24)]
    day = [item["count"] for item in bike_rental.post({"instances": rows}).json()["predictions"]]

    def ask(index: int) -> Any:
        return bike_rental.post({"instances": [rows[index % 24]]}).json()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(60)))
    assert answers == [{"predictions": [{"count": day[index % 24]}]} for index in range(60)]


# Refused by the gateway


@pytest.mark.parametrize("key", [None, "not-a-key-of-anyone-0000000000"], ids=["missing", "wrong"])
def test_a_missing_or_wrong_key_is_refused(bike_rental: DeployedStack, key: str | None) -> None:
    check_problem(bike_rental.post(one(), key=key), 403, "invalid_api_key")


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/nowhere"), ("GET", "/predict"), ("DELETE", "/predict"), ("POST", "/predict/more")],
)
def test_an_unknown_path_or_method_is_not_found(bike_rental: DeployedStack, method: str, path: str) -> None:
    check_problem(bike_rental.client.send(method, path, key=bike_rental.key), 404, "unknown_path")


@pytest.mark.parametrize("body", [b"[1, 2]", b'"text"', b'{"instances": [', b"{}{}"])
def test_a_body_that_is_no_object_is_refused(bike_rental: DeployedStack, body: bytes) -> None:
    """The gateway's validation explains itself in the problem's detail."""
    reply = bike_rental.post(body)
    check_problem(reply, 400, "bad_request_body")
    assert reply.json()["detail"]


def test_a_coding_that_the_gateway_cannot_unpack_is_refused(bike_rental: DeployedStack) -> None:
    """It unpacks gzip and deflate since the API compresses; the function never sees the rest."""
    refused = bike_rental.post(one(), headers={"content-encoding": "br"})
    check_problem(refused, 415, "unsupported_media_type")


def test_over_ten_megabytes_are_refused(bike_rental: DeployedStack) -> None:
    check_problem(bike_rental.post(b'{"instances": [' + b" " * 10_485_760), 413, "request_too_large")


def test_refusals_can_be_read_by_pages(bike_rental: DeployedStack) -> None:
    """CORS headers stand on the gateway's refusals, the function's, and the answers."""
    origin = {"origin": "https://example.com"}
    replies = [
        bike_rental.post(one(), headers=origin),
        bike_rental.post(one(), key=None, headers=origin),
        bike_rental.post({"instances": []}, headers=origin),
        bike_rental.post({}, "/nowhere", headers=origin),
    ]
    assert [reply.status for reply in replies] == [200, 403, 422, 404]
    assert {reply.headers.get("access-control-allow-origin") for reply in replies} == {"*"}


def test_a_preflight_needs_no_key(bike_rental: DeployedStack) -> None:
    asks = {
        "origin": "https://example.com",
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,x-api-key",
    }
    reply = bike_rental.client.send("OPTIONS", "/predict", headers=asks)
    assert reply.status == 204
    assert reply.body == b""
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["access-control-allow-methods"] == "OPTIONS,POST"


# Refused by the function


def test_every_wrong_value_is_named_with_its_row_and_field(bike_rental: DeployedStack) -> None:
    """All wrong rows at once, pointed at in the shape in which each was sent."""
    good = one()["instances"][0]
    rows = [
        good,
        {**good, "season": 5, "temp": "warm"},
        {"features": ["yesterday", *ROW[1:]]},
        [*ROW[:5], True, *ROW[6:]],
        {name: value for name, value in good.items() if name != "humidity"},
        {**good, "colour": "red"},
        {**good, "windspeed": None},
    ]
    pointers = [
        "/instances/1/season",
        "/instances/1/temp",
        "/instances/2/features/0",
        "/instances/3/5",
        "/instances/4/humidity",
        "/instances/5/colour",
        "/instances/6/windspeed",
    ]
    reply = bike_rental.post({"instances": rows})
    assert reply.problem is not None
    found = sorted(error["pointer"] for error in reply.problem["errors"])
    assert (reply.status, reply.problem["code"]) == (422, "invalid_instances")
    assert found == sorted(pointers), found


@pytest.mark.parametrize(
    ("body", "headers", "status", "code", "pointers"),
    [
        (one(), {"content-type": "application/xml"}, 415, "unsupported_media_type", []),
        (one(), {"accept": "text/html"}, 406, "not_acceptable", []),
        ({"instances": []}, {}, 422, "invalid_request", ["/instances"]),
        ({**one(), "rows": []}, {}, 422, "invalid_request", ["/rows"]),
        (b"", {}, 400, "empty_body", []),
        ({"instances": [ROW] * 10_001}, {}, 413, "too_many_instances", []),
        ({"instances": [ROW[:-1]]}, {}, 422, "invalid_instances", ["/instances/0"]),
        (b'{"instances": [], "instances": []}', {}, 400, "duplicate_key", []),
        (b'{"instances": [[1e400]]}', {}, 400, "number_not_finite", []),
        (b'{"instances": ' + b"[" * 40 + b"]" * 40 + b"}", {}, 400, "nested_too_deeply", []),
        (b'{"instances": "' + b"x" * 4_300_000 + b'"}', {}, 413, "request_too_large", []),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_function_explains_what_is_wrong(
    bike_rental: DeployedStack,
    body: Any,
    headers: dict[str, str],
    status: int,
    code: str,
    pointers: list[str],
) -> None:
    check_problem(bike_rental.post(body, headers=headers), status, code, *pointers)


# By AWS's own clients


def test_a_console_test_event_is_answered(bike_rental: DeployedStack) -> None:
    """Lambda's console and `aws lambda invoke` send the bare request and get the direct route's answer."""
    answer = bike_rental.aws("lambda").invoke(
        FunctionName=bike_rental.outputs["function_name"],
        Qualifier=bike_rental.outputs["alias_name"],
        Payload=EVENT.read_bytes(),
    )
    assert answer["StatusCode"] == 200
    assert "FunctionError" not in answer
    assert answer["ExecutedVersion"] == bike_rental.outputs["function_version"]
    response = json.loads(answer["Payload"].read())
    assert (response["statusCode"], response["isBase64Encoded"]) == (200, False)
    assert json.loads(response["body"]) == [pytest.approx(COUNT, rel=1e-4)]


def test_the_endpoint_answers_a_sagemaker_client(bike_rental: DeployedStack) -> None:
    """InvokeEndpoint returns the model's own score, which is log1p of what clients of the API get."""
    answer = bike_rental.aws("sagemaker-runtime").invoke_endpoint(
        EndpointName=bike_rental.outputs["endpoint_name"], ContentType="text/csv", Body=PAYLOAD
    )
    assert answer["InvokedProductionVariant"]
    assert math.expm1(float(answer["Body"].read())) == pytest.approx(COUNT, rel=1e-4)


def test_an_endpoint_that_is_not_there_is_not_found(bike_rental: DeployedStack) -> None:
    """As SageMaker says it, account and all."""
    runtime = bike_rental.aws("sagemaker-runtime")
    with pytest.raises(
        runtime.exceptions.ClientError, match="Endpoint nobodys of account 123456789012 not found"
    ):
        runtime.invoke_endpoint(EndpointName="nobodys", ContentType="text/csv", Body=PAYLOAD)
