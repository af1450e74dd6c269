"""Each way sends what it should and reads what comes back, against fakes of the services' own protocols."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import boto3
import numpy as np
import pytest
from botocore.exceptions import ClientError
from botocore.response import StreamingBody
from botocore.stub import Stubber

from scoring import Contract
from scripts.predict import sdk_wire
from scripts.predict.by_api import ByApi
from scripts.predict.by_endpoint import Boto3Wire, ByEndpoint
from scripts.predict.by_lambda import ByLambda
from scripts.predict.errors import PredictError, RowProblem, RowsRefused
from scripts.predict.find_way import route_for_rows
from scripts.predict.sdk_wire import SdkWire
from scripts.smoke.identity import Caller
from scripts.smoke.stage_client import StageClient
from tests import bike_rental
from tests.functional.smoke_world import KEY, LoopbackStage

pytestmark = pytest.mark.functional

CREDENTIALS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "eu-west-1"}
GOLDEN = [{"features": [1, 2]}, {"features": [3, 4]}]


def stubbed(service: str) -> tuple[Any, Stubber]:
    client = boto3.client(service, **CREDENTIALS)
    return client, Stubber(client)


def body(content: bytes) -> StreamingBody:
    return StreamingBody(io.BytesIO(content), len(content))


def test_the_api_is_sent_instances_with_the_key() -> None:
    """A real HTTP request to a real server on loopback."""
    stage = LoopbackStage()
    try:
        way = ByApi(StageClient(stage.url), "/predict", Caller(KEY).identify("api_key"), 100)
        assert way.predict(GOLDEN, 0) == [{"y": 10.001}, {"y": 20.0}]
        assert way.calls == 1
        with pytest.raises(PredictError, match="403"):
            ByApi(StageClient(stage.url), "/predict", Caller("wrong").identify("api_key"), 100).predict(
                GOLDEN, 0
            )
    finally:
        stage.close()
    with pytest.raises(PredictError, match="does not answer"):
        nowhere = StageClient("http://127.0.0.1:1/beta")
        ByApi(nowhere, "/predict", Caller(KEY).identify("api_key"), 100).predict(GOLDEN, 0)


def lambda_event(rows: list[Any]) -> str:
    headers = {"content-type": "application/json", "accept": "application/json"}
    document = {"httpMethod": "POST", "resource": "/p", "path": "/p", "headers": headers}
    return json.dumps({**document, "body": json.dumps({"instances": rows})})


def invoke(*replies: Any) -> tuple[ByLambda, Stubber]:
    client, stub = stubbed("lambda")
    for rows, reply in replies:
        request = {"FunctionName": "f", "Qualifier": "live", "Payload": lambda_event(rows).encode()}
        stub.add_response("invoke", {"StatusCode": 200, **reply}, request)
    stub.activate()
    return ByLambda(client, "f", "live", "/p", 100), stub


def test_the_function_is_sent_the_gateways_event() -> None:
    """And its answer is a status and a body inside a call that succeeded."""
    answer = {"statusCode": 200, "headers": {"X": "y"}, "body": '{"predictions": [{"y": 3}]}'}
    way, stub = invoke(([[1]], {"Payload": body(json.dumps(answer).encode())}))
    assert way.predict([[1]], 0) == [{"y": 3}]
    stub.assert_no_pending_responses()


def test_a_function_that_crashed_is_an_error() -> None:
    """The call succeeds all the same: only FunctionError tells."""
    way, _ = invoke(
        ([[1]], {"FunctionError": "Unhandled", "Payload": body(b'{"errorType": "Runtime.ExitError"}')})
    )
    with pytest.raises(PredictError, match=r"The function failed: .*Runtime.ExitError"):
        way.predict([[1]], 0)


def test_a_response_that_is_too_large_for_lambda_is_asked_for_in_halves() -> None:
    """Lambda says so in a function error."""
    too_large = {
        "FunctionError": "Unhandled",
        "Payload": body(b'{"errorType":"Function.ResponseSizeTooLarge"}'),
    }

    def one(value: int) -> dict[str, Any]:
        text = json.dumps({"predictions": [{"y": value}]})
        return {"Payload": body(json.dumps({"statusCode": 200, "body": text}).encode())}

    way, stub = invoke(([[1], [2]], too_large), ([[1]], one(1)), ([[2]], one(2)))
    assert way.predict([[1], [2]], 0) == [{"y": 1}, {"y": 2}]
    stub.assert_no_pending_responses()


def test_a_refusal_of_lambda_is_an_error() -> None:
    """No permission, no function, throttled after boto3's own attempts."""
    client, stub = stubbed("lambda")
    stub.add_client_error("invoke", "AccessDeniedException", "no", 403)
    with stub, pytest.raises(PredictError, match=r"Lambda refused: .*AccessDeniedException"):
        ByLambda(client, "f", "live", "/p", 100).predict([[1]], 0)


def test_boto3_sends_features_and_reads_scores() -> None:
    """The payload and the answer are those of the course's row."""
    client, stub = stubbed("sagemaker-runtime")
    request = {
        "EndpointName": "e",
        "ContentType": "text/csv",
        "Accept": "text/csv",
        "Body": bike_rental.PAYLOAD_ROW + b"\n" + bike_rental.PAYLOAD_ROW,
    }
    reply = f"{bike_rental.SCORE}\n{bike_rental.SCORE}\n".encode()
    stub.add_response("invoke_endpoint", {"Body": body(reply)}, request)
    contract = Contract.from_dict(bike_rental.contract())
    with stub:
        way = ByEndpoint(contract, Boto3Wire(client, "e", contract))
        rows: list[Any] = [bike_rental.FEATURES, bike_rental.BY_NAME]
        assert way.predict(rows, 0) == [{"count": pytest.approx(bike_rental.COUNT)}] * 2
    assert (way.calls, way.rows_per_call) == (1, 2000)


def test_rows_that_break_the_contract_are_refused_before_anything_is_sent() -> None:
    """With the same words as the function's, by the row's place in the file."""
    client, stub = stubbed("sagemaker-runtime")
    contract = Contract.from_dict(bike_rental.contract())
    with stub, pytest.raises(RowsRefused) as refused:
        ByEndpoint(contract, Boto3Wire(client, "e", contract)).predict(
            [bike_rental.BY_NAME, {**bike_rental.BY_NAME, "season": 9}], 500
        )
    assert refused.value.problems == (RowProblem(501, "season", refused.value.problems[0].detail),)
    assert "not 9" in refused.value.problems[0].detail


@pytest.mark.parametrize("reply", [b"1\n", b"", b"abc\n1\n"])
def test_a_reply_that_does_not_fit_the_rows_is_an_error(reply: bytes) -> None:
    """Fewer scores than rows, or none at all."""
    client, stub = stubbed("sagemaker-runtime")
    stub.add_response("invoke_endpoint", {"Body": body(reply)})
    contract = Contract.from_dict(bike_rental.contract())
    with stub, pytest.raises(PredictError):
        ByEndpoint(contract, Boto3Wire(client, "e", contract)).predict([bike_rental.BY_NAME] * 2, 0)


def test_an_endpoint_that_refuses_is_an_error() -> None:
    """With what SageMaker says."""
    client, stub = stubbed("sagemaker-runtime")
    stub.add_client_error("invoke_endpoint", "ValidationError", "Endpoint e not found.", 400)
    contract = Contract.from_dict(bike_rental.contract())
    with stub, pytest.raises(PredictError, match="Endpoint e not found") as refused:
        ByEndpoint(contract, Boto3Wire(client, "e", contract)).predict([bike_rental.BY_NAME], 0)
    assert isinstance(refused.value.__cause__, ClientError)


def test_the_sdk_that_is_not_installed_is_named_with_its_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """It is an extra."""
    monkeypatch.setattr(sdk_wire, "INTERPRETER", tmp_path / "python")
    with pytest.raises(PredictError, match=r"not installed.*\n  repair   make sagemaker-sdk"):
        SdkWire({}, "e", Contract.from_dict(bike_rental.contract()))


def test_an_sdk_that_ends_is_reported_with_its_last_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """Instead of waiting for an answer for ever."""
    program = tmp_path / "program.py"
    program.write_text("import sys\nsys.exit('no module named sagemaker')\n")
    monkeypatch.setattr(sdk_wire, "INTERPRETER", Path(sys.executable))
    monkeypatch.setattr(sdk_wire, "PROGRAM", program)
    wire = SdkWire({}, "e", Contract.from_dict(bike_rental.contract()))
    try:
        with pytest.raises(PredictError, match="no module named sagemaker"):
            wire.send(np.ones((1, 2)))
    finally:
        wire.close()


def test_the_route_for_rows_is_one_that_answers_every_output() -> None:
    """With a key before an open one; never a non-proxy integration."""
    data = bike_rental.contract()
    data["routes"] = [
        {"path": "/", "integration": "direct", "response": "values"},
        {"path": "/open", "auth": "none"},
        {"path": "/test", "method": "ANY"},
        {"path": "/value", "response": "value"},
    ]
    assert route_for_rows(Contract.from_dict(data)).path == "/test"
    data["routes"] = data["routes"][:1]
    with pytest.raises(PredictError, match="repair   add"):
        route_for_rows(Contract.from_dict(data))
