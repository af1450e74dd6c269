import base64
import gc
import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import bike_rental
from tests.fake_lambda import FakeContext
from tests.handler_module import AWS_ENVIRONMENT, load_handler_module, make_client, make_handler
from tests.loopback_model import ENDPOINT, LoopbackModel, one_score_a_row

pytestmark = pytest.mark.functional

EVENTS = Path(__file__).parent.parent / "events"
ONE = {"predictions": [{"count": bike_rental.COUNT}]}

Handle = Callable[..., dict[str, Any]]


def event(name: str) -> Any:
    return json.loads((EVENTS / f"{name}.json").read_text())


def posted(body: Any, /, **changes: Any) -> dict[str, Any]:
    headers = {"Content-Type": "application/json", **changes.pop("headers", {})}
    sent = {
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "body": body if isinstance(body, str) else json.dumps(body),
    }
    return {**event("rest_v1_predict"), **sent, **changes}


@pytest.fixture
def model() -> Iterator[LoopbackModel]:
    with LoopbackModel() as model:
        yield model
        assert model.unexpected == 0


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def handle(model: LoopbackModel, lines: list[str]) -> Handle:
    handler = make_handler(make_client(model.url), lines.append)
    return lambda event: handler(event, FakeContext())


@pytest.mark.parametrize("name", ["rest_v1_predict", "rest_v1_root", "rest_v1_base_path", "rest_v1_base64"])
def test_proxy_event_is_answered(name: str, handle: Handle, model: LoopbackModel) -> None:
    """Each captured proxy event of one hour gets that hour's prediction."""
    model.will(one_score_a_row())
    response = handle(event(name))
    assert response["statusCode"] == 200
    assert json.loads(response["body"]) == ONE


def test_the_wire_to_the_model(handle: Handle, model: LoopbackModel) -> None:
    """The model gets the course's payload, with both media types, at the endpoint's path."""
    model.will(one_score_a_row())
    handle(event("rest_v1_predict"))
    (received,) = model.received
    assert received.path == f"/endpoints/{ENDPOINT}/invocations"
    assert received.body == bike_rental.PAYLOAD_ROW
    assert received.headers["content-type"] == "text/csv"
    assert received.headers["accept"] == "text/csv"


def test_response_says_who_answered(handle: Handle, model: LoopbackModel) -> None:
    """Headers carry the contract, the function's version and the gateway's request id."""
    model.will(one_score_a_row())
    assert handle(event("rest_v1_predict"))["headers"] == {
        "Content-Type": "application/json",
        "X-Request-Id": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
        "X-Contract-Version": "1.2.3",
        "X-Contract-Digest": "ab" * 32,
        "X-Function-Version": "7",
    }


def test_direct_event_is_answered_like_a_proxy_event(handle: Handle, model: LoopbackModel) -> None:
    """The course's console test event gets a status and a JSON text, under Lambda's request id."""
    model.will(one_score_a_row())
    response = handle(event("console_test_many"))
    assert response["statusCode"] == 200
    assert response["isBase64Encoded"] is False
    assert json.loads(response["body"]) == {"predictions": [{"count": bike_rental.COUNT}] * 3}
    assert response["headers"]["X-Request-Id"] == FakeContext.aws_request_id


def test_direct_event_goes_to_the_direct_route(model: LoopbackModel) -> None:
    """A contract with a route of direct integration answers direct events in that route's shape."""
    contract = bike_rental.contract()
    contract["routes"].append(
        {"path": "/course", "method": "POST", "integration": "direct", "response": "values"}
    )
    model.always(one_score_a_row())
    handler = make_handler(make_client(model.url), lambda _: None, contract)
    assert handler(event("console_test_one"), FakeContext())["body"] == f"[{bike_rental.COUNT}]"
    many = handler(event("console_test_many"), FakeContext())
    assert json.loads(many["body"]) == [bike_rental.COUNT] * 3


@pytest.mark.parametrize("strange", [None, [], "text", 5, True, {}])
def test_direct_event_of_any_other_kind_is_refused(strange: Any, handle: Handle) -> None:
    """What isn't a request gets an answer, not an exception."""
    assert handle(strange)["statusCode"] in (400, 422)


def test_hello_world_event_is_told_what_to_send(handle: Handle) -> None:
    """The console's default test event gets a 422 that names the member it lacks."""
    response = handle(event("console_test_hello_world"))
    assert response["statusCode"] == 422
    assert "instances" in json.loads(response["body"])["errors"][0]["detail"]


def test_gzip_body(handle: Handle, model: LoopbackModel) -> None:
    """A compressed body that the gateway hands over as base64 is unpacked."""
    model.will(one_score_a_row())
    packed = base64.b64encode(gzip.compress(event("rest_v1_predict")["body"].encode())).decode()
    response = handle(posted(packed, headers={"Content-Encoding": "gzip"}, isBase64Encoded=True))
    assert json.loads(response["body"]) == ONE


def test_many_rows_go_in_several_calls_and_come_back_in_order(model: LoopbackModel, lines: list[str]) -> None:
    """Five rows with two a call are three calls, whose answers stand in the order of the rows."""
    contract = bike_rental.contract()
    contract["endpoint"]["max_rows_per_call"] = 2
    contract["outputs"][0]["steps"] = []

    def echo_temperature(exchange: Any, received: Any) -> None:
        temperatures = [row.split(b",")[4] for row in received.body.split(b"\n")]
        exchange.send(200, {"Content-Type": "text/csv"}, b"\n".join(temperatures) + b"\n")

    model.always(echo_temperature)
    handler = make_handler(make_client(model.url), lines.append, contract)
    rows = [{**bike_rental.BY_NAME, "temp": temperature} for temperature in (-0.5, 1, 2, 3.25, 40)]
    response = handler(posted({"instances": rows}), FakeContext())
    assert [row["count"] for row in json.loads(response["body"])["predictions"]] == [-0.5, 1, 2, 3.25, 40]
    assert sorted(received.body.count(b"\n") + 1 for received in model.received) == [1, 2, 2]
    assert json.loads(lines[0])["ModelCalls"] == 3


def test_cors_headers_for_an_allowed_origin(model: LoopbackModel) -> None:
    """A page of an allowed origin may read the answer; another may not, and caches are told to part them."""
    model.always(one_score_a_row())
    handler = make_handler(
        make_client(model.url), lambda _: None, cors_allow_origins=("https://play.example",)
    )
    body = event("rest_v1_predict")["body"]
    allowed = handler(posted(body, headers={"origin": "https://play.example"}), FakeContext())["headers"]
    other = handler(posted(body, headers={"origin": "https://evil.example"}), FakeContext())["headers"]
    assert allowed["Access-Control-Allow-Origin"] == "https://play.example"
    assert allowed["Vary"] == other["Vary"] == "Origin"
    assert "Access-Control-Allow-Origin" not in other


def test_errors_carry_cors_headers_too(model: LoopbackModel) -> None:
    """A browser can read a problem document only with the same headers."""
    handler = make_handler(make_client(model.url), lambda _: None, cors_allow_origins=("*",))
    response = handler(posted(""), FakeContext())
    assert response["statusCode"] == 400
    assert response["headers"]["Access-Control-Allow-Origin"] == "*"


def test_answer_over_the_limit_is_a_problem_and_no_bare_502(model: LoopbackModel) -> None:
    """More than Lambda may return is a 413 that says to send fewer instances."""
    contract = bike_rental.contract()
    contract["outputs"] = [{**contract["outputs"][0], "name": f"{n}" * 100} for n in range(10)]
    model.always(one_score_a_row())
    handler = make_handler(make_client(model.url), lambda _: None, contract)
    response = handler(posted({"instances": [bike_rental.FEATURES] * 6500}), FakeContext())
    assert response["statusCode"] == 413
    assert json.loads(response["body"])["code"] == "response_too_large"


def test_moto_answers_as_sagemaker(lines: list[str]) -> None:
    """The handler works over moto's sagemaker-runtime, an HTTP API that isn't ours."""
    import requests
    from moto import mock_aws

    queue = "http://motoapi.amazonaws.com/moto-api/static/sagemaker/endpoint-results"
    result = {"Body": "6.349314\n", "ContentType": "text/csv", "InvokedProductionVariant": "green"}
    module = load_handler_module()
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in AWS_ENVIRONMENT.items():
            patch.setenv(name, value)
        answer = requests.post(queue, json={"region": "eu-west-1", "results": [result]}, timeout=5)
        assert answer.status_code == 201
        handler = make_handler(module.make_client(2.0, 1), lines.append)
        response = handler(event("rest_v1_predict"), FakeContext())
    assert json.loads(response["body"]) == ONE
    assert json.loads(lines[0])["variants"] == ["green"]


def test_init_reads_environment_and_contract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the init phase makes from the environment is a handler; without an endpoint's name it stops."""
    module = load_handler_module()
    (tmp_path / "contract.json").write_text(json.dumps(bike_rental.contract()))
    for name, value in AWS_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    made = module.make_handler({"ENDPOINT_NAME": "e"}, tmp_path)
    assert made(posted(""), FakeContext())["statusCode"] == 400
    with pytest.raises(Exception, match="ENDPOINT_NAME"):
        module.make_handler({}, tmp_path)


def test_what_init_made_is_kept_from_the_garbage_collector() -> None:
    """A full collection in the middle of a request would look through boto3, numpy and the contract."""
    module = load_handler_module()
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold()[0] == 20_000
    assert all(found is not module.handle for found in gc.get_objects())
