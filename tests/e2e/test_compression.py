"""Compressed requests and answers through the stage URL, as the stacks publish it."""

import gzip
import json
import zlib
from typing import Any

import pytest

from tests.deployed_stack import DeployedStack

pytestmark = pytest.mark.e2e


def body(stack: DeployedStack, times: int = 1) -> bytes:
    """The first golden request, its rows several times over."""
    return json.dumps({"instances": stack.golden_request()["instances"] * times}).encode()


def expected(stack: DeployedStack) -> list[Any]:
    return list(stack.contract["examples"][0]["response"]["predictions"])


@pytest.mark.parametrize(("encoding", "compress"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_a_compressed_request_is_unpacked(bike_rental: DeployedStack, encoding: str, compress: Any) -> None:
    """The known row is answered with its count."""
    reply = bike_rental.post(compress(body(bike_rental)), headers={"content-encoding": encoding})
    assert reply.status == 200, reply
    counts = [prediction["count"] for prediction in reply.json()["predictions"]]
    assert counts == pytest.approx([row["count"] for row in expected(bike_rental)], rel=1e-4)


def test_bytes_that_are_not_gzip_are_refused(bike_rental: DeployedStack) -> None:
    """They never reach the function as text."""
    reply = bike_rental.post(body(bike_rental), headers={"content-encoding": "gzip"})
    assert reply.status == 415, reply


def test_a_large_answer_is_compressed_for_who_takes_it(bike_rental: DeployedStack) -> None:
    """The client asks for it; small answers, and those of other clients, stay as they are."""
    large, small = body(bike_rental, 500), body(bike_rental)
    zipped = bike_rental.post(large, headers={"accept-encoding": "gzip"})
    plain = bike_rental.post(large, headers={"accept-encoding": "identity"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert zipped.json() == plain.json()
    assert len(plain.body) > 5 * int(zipped.headers["content-length"])
    assert "content-encoding" not in bike_rental.post(small, headers={"accept-encoding": "gzip"}).headers


def test_a_second_plan_finds_nothing_to_change(bike_rental: DeployedStack) -> None:
    """The provider reads the size back from the API and has no quarrel with it."""
    assert bike_rental.replanned == {}
    api = bike_rental.aws("apigateway").get_rest_api(restApiId=bike_rental.outputs["rest_api_id"])
    assert api["minimumCompressionSize"] == 1024
