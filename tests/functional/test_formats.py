"""Formats of clients and of models through the handler, in every combination, compressed and not."""

import base64
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scripts.local_stage.serving.recordio import read_recordio
from tests import bike_rental
from tests.fake_lambda import FakeContext
from tests.handler_module import make_client, make_handler
from tests.loopback_model import LoopbackModel, one_score_a_row, reply

pytestmark = pytest.mark.functional

EVENT = json.loads((Path(__file__).parent.parent / "events" / "rest_v1_predict.json").read_text())
ROW = ",".join(map(str, bike_rental.FEATURES))
SENT = {
    "application/json": json.dumps({"instances": [bike_rental.FEATURES]}),
    "text/csv": f"{','.join(bike_rental.NAMES)}\n{ROW}\n",
    "application/jsonlines": json.dumps(bike_rental.BY_NAME),
    "application/x-www-form-urlencoded": f"data={ROW}",
}
MATRIX = [[float(cell) for cell in bike_rental.PAYLOAD_ROW.split(b",")]]
ANSWERS = {
    "application/json": '{"predictions":[{"count":571.1001}]}',
    "text/csv": "count\n571.1001\n",
    "application/jsonlines": '{"count":571.1001}\n',
}


@pytest.fixture
def model() -> Iterator[LoopbackModel]:
    with LoopbackModel() as model:
        model.always(one_score_a_row())
        yield model
        assert model.unexpected == 0


def answer(model: LoopbackModel, endpoint: dict[str, Any], **event: Any) -> dict[str, Any]:
    contract = {**bike_rental.contract(), "endpoint": endpoint}
    handler = make_handler(make_client(model.url), lambda _: None, contract)
    headers = {"Content-Type": "application/json", **event.pop("headers", {})}
    multi = {name: [value] for name, value in headers.items()}
    return handler({**EVENT, "headers": headers, "multiValueHeaders": multi, **event}, FakeContext())


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip in base64"])
@pytest.mark.parametrize("accept", ANSWERS)
@pytest.mark.parametrize("content_type", SENT)
def test_clients_formats(model: LoopbackModel, content_type: str, accept: str, packed: bool) -> None:
    """The model gets the same row however it came, and every answer holds the same number."""
    body, headers = SENT[content_type], {"Content-Type": content_type, "Accept": accept}
    event: dict[str, Any] = {"body": body, "headers": headers}
    if packed:
        event = {
            "body": base64.b64encode(gzip.compress(body.encode())).decode(),
            "isBase64Encoded": True,
            "headers": {**headers, "Content-Encoding": "gzip"},
        }
    response = answer(model, {}, **event)
    assert (response["statusCode"], response["body"]) == (200, ANSWERS[accept])
    assert model.received[0].body == bike_rental.PAYLOAD_ROW


def test_the_gateway_may_have_unpacked_the_body(model: LoopbackModel) -> None:
    """With compression on it hands plain text to the function, and the client's header with it."""
    headers = {"Content-Encoding": "gzip"}
    assert answer(model, {}, body=SENT["application/json"], headers=headers)["statusCode"] == 200
    mangled = gzip.compress(b"{}").decode("utf-8", "replace")
    assert answer(model, {}, body=mangled, headers=headers)["statusCode"] == 415


def test_recordio_to_the_model(model: LoopbackModel) -> None:
    """The stand-in's reader finds the row that CSV has; the media type is said."""
    endpoint = {"content_type": "application/x-recordio-protobuf", "payload": {"dtype": "float64"}}
    model.always(reply(b"6.349314\n"))
    assert answer(model, endpoint, body=SENT["application/json"])["body"] == ANSWERS["application/json"]
    (received,) = model.received
    assert received.headers["content-type"] == "application/x-recordio-protobuf"
    np.testing.assert_array_equal(read_recordio(received.body), MATRIX)


def test_json_to_the_model(model: LoopbackModel) -> None:
    """A row in the common data format."""
    endpoint = {"content_type": "application/json", "payload": {"layout": "values"}}
    assert answer(model, endpoint, body=SENT["application/json"])["statusCode"] == 200
    assert json.loads(model.received[0].body) == {
        "instances": [{"data": {"features": {"values": MATRIX[0]}}}]
    }
