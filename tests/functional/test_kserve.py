"""The Open Inference Protocol through the handler, on the routes that one line of a contract makes."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scoring import Contract, ContractError
from scripts.openapi_document import render_document
from tests import bike_rental
from tests.fake_lambda import FakeContext
from tests.handler_module import make_client, make_handler
from tests.loopback_model import LoopbackModel, one_score_a_row

pytestmark = pytest.mark.functional

EVENT = json.loads((Path(__file__).parent.parent / "events" / "rest_v1_predict.json").read_text())
INFER = "/v2/models/bike-rental/infer"
TYPES = {
    "datetime": "BYTES",
    "season": "INT64",
    "holiday": "INT64",
    "workingday": "INT64",
    "weather": "INT64",
}


def contract(**route: Any) -> dict[str, Any]:
    kserve = {"path": "/v2", "protocol": "kserve_v2", **route}
    return {**bike_rental.contract(), "routes": [{"path": "/predict"}, kserve]}


@pytest.fixture
def handle() -> Iterator[Callable[..., tuple[int, Any]]]:
    with LoopbackModel() as model:
        model.always(one_score_a_row())
        handler = make_handler(make_client(model.url), lambda _: None, contract())

        def call(path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
            method = "GET" if body is None else "POST"
            sent = {"Content-Type": "application/json", **headers}
            event = {
                **EVENT,
                "resource": path,
                "path": path,
                "httpMethod": method,
                "headers": sent,
                "multiValueHeaders": {name: [value] for name, value in sent.items()},
                "body": None if body is None else json.dumps(body),
            }
            response = handler(event, FakeContext())
            return response["statusCode"], json.loads(response["body"])

        yield call


def tensors(n_rows: int = 2, **changed: list[Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "shape": [n_rows],
            "datatype": TYPES.get(name, "FP64"),
            "data": changed.get(name, [value] * n_rows),
        }
        for name, value in bike_rental.BY_NAME.items()
    ]


ANSWER = {
    "model_name": "bike-rental",
    "model_version": "1.2.3",
    "outputs": [{"name": "count", "datatype": "FP64", "shape": [2], "data": [571.1001, 571.1001]}],
}


@pytest.mark.parametrize(
    "inputs",
    [
        tensors(),
        tensors()[::-1],
        [{**tensor, "shape": [2, 1]} for tensor in tensors()],
        [{**tensor, "shape": [2, 1], "data": [[value] for value in tensor["data"]]} for tensor in tensors()],
        [{"name": "x", "shape": [2, 9], "datatype": "BYTES", "data": bike_rental.FEATURES * 2}],
        [{"name": "x", "shape": [2, 9], "datatype": "BYTES", "data": [bike_rental.FEATURES] * 2}],
    ],
    ids=["by name", "another order", "columns", "nested columns", "one flat tensor", "one nested tensor"],
)
def test_infer(handle: Callable[..., Any], inputs: Any) -> None:
    """Two rows in each form that the protocol knows."""
    assert handle(INFER, {"inputs": inputs}) == (200, ANSWER)


def test_id_and_wanted_outputs(handle: Callable[..., Any]) -> None:
    """The id comes back; outputs may be named."""
    asked = {"id": "a1", "inputs": tensors(), "outputs": [{"name": "count"}], "parameters": {}}
    assert handle(INFER, asked) == (200, {**ANSWER, "id": "a1"})


@pytest.mark.parametrize(
    ("request_body", "pointer"),
    [
        ({"inputs": tensors(temp=[16.4, "warm"])}, "/inputs/5/data/1"),
        ({"inputs": tensors()[1:]}, "/inputs"),
        ({"inputs": [*tensors(), tensors()[0]]}, "/inputs/9/name"),
        ({"inputs": [{**tensors()[0], "data": [1]}, *tensors()[1:]]}, "/inputs/0/data"),
        ({"inputs": [{**tensors()[0], "datatype": "TEXT"}, *tensors()[1:]]}, "/inputs/0/datatype"),
        ({"inputs": [{**tensors()[0], "shape": [True]}, *tensors()[1:]]}, "/inputs/0/shape"),
        ({"inputs": [tensors(1)[0], *tensors()[1:]]}, "/inputs"),
        ({"inputs": []}, "/inputs"),
        ({"instances": []}, "/inputs"),
        ({"inputs": [5]}, "/inputs/0"),
        ({"inputs": tensors(), "outputs": 5}, "/outputs"),
        ({"inputs": tensors(), "outputs": [{"name": "score"}]}, "/outputs/0"),
        (
            {
                "inputs": [
                    {
                        "name": "x",
                        "shape": [1, 9],
                        "datatype": "BYTES",
                        "data": [*bike_rental.FEATURES[:8], -1],
                    }
                ]
            },
            "/inputs/0/data/8",
        ),
    ],
)
def test_infer_is_refused(handle: Callable[..., Any], request_body: Any, pointer: str) -> None:
    """Our problem document, with the member `error` that the protocol's clients show."""
    status, problem = handle(INFER, request_body)
    assert (status, problem["errors"][0]["pointer"]) == (422, pointer)
    assert problem["error"] == problem["detail"]


def test_only_json(handle: Callable[..., Any]) -> None:
    """The protocol's tensors have no other form here: its binary extension is refused."""
    assert handle(INFER, {}, **{"Content-Type": "application/octet-stream"})[0] == 415
    assert handle(INFER, {"inputs": tensors()}, Accept="text/csv")[0] == 406


def test_metadata_and_health(handle: Callable[..., Any]) -> None:
    """Answered without a call of the model."""
    assert handle("/v2/health/live") == (200, {"live": True})
    assert handle("/v2/health/ready") == (200, {"ready": True})
    assert handle("/v2/models/bike-rental/ready") == (200, {"name": "bike-rental", "ready": True})
    assert handle("/v2")[1]["name"] == "model-endpoint-api"
    status, model = handle("/v2/models/bike-rental")
    assert (status, model["versions"], model["platform"]) == (200, ["1.2.3"], "amazon-sagemaker")
    assert model["inputs"][:2] == [
        {"name": "datetime", "datatype": "BYTES", "shape": [-1]},
        {"name": "season", "datatype": "INT64", "shape": [-1]},
    ]
    assert model["outputs"] == [{"name": "count", "datatype": "FP64", "shape": [-1]}]
    assert handle("/v2/models/other")[0] == 404


def test_routes_are_in_the_document() -> None:
    """Terraform makes them from it like any others, with the auth of the one line."""
    document = render_document(Contract.from_dict(contract(auth="none")))
    assert sorted(document["paths"]) == [
        "/predict",
        "/v2",
        "/v2/health/live",
        "/v2/health/ready",
        "/v2/models/bike-rental",
        "/v2/models/bike-rental/infer",
        "/v2/models/bike-rental/ready",
    ]
    assert document["paths"]["/v2/health/ready"]["get"]["security"] == []
    routes = document["x-model-endpoint-api"]["routes"]
    assert {route["response"] for route in routes[1:]} == {"kserve_v2"}


@pytest.mark.parametrize(
    ("route", "pointer"),
    [
        ({"method": "GET"}, "/routes/1/method"),
        ({"response": "values"}, "/routes/1/response"),
        ({"path": "/"}, "/routes/1/path"),
    ],
)
def test_the_protocol_decides(route: dict[str, Any], pointer: str) -> None:
    """What it prescribes can't be chosen."""
    with pytest.raises(ContractError) as raised:
        Contract.from_dict(contract(**route))
    assert [problem.pointer for problem in raised.value.problems] == [pointer]
