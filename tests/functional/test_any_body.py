"""Whatever comes in, an answer below 500 goes out, and nothing of it into the log."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import bike_rental
from tests.fake_lambda import FakeContext
from tests.functional.test_handler import event, posted
from tests.handler_module import make_client, make_handler
from tests.loopback_model import LoopbackModel, model_error, one_score_a_row, reply

pytestmark = pytest.mark.functional

CANARY = "canary7f3e"
CANARY_NUMBER = 48.151623


class ModelInMemory:
    """Answers a score a row; its `Body` is a stream, as botocore's."""

    def invoke_endpoint(self, *, Body: bytes, **_: Any) -> dict[str, Any]:  # noqa: N803 - boto3's name
        rows = Body.count(b"\n") + 1

        class Stream:
            def read(self) -> bytes:
                return b"6.349314\n" * rows

        return {"Body": Stream()}


lines: list[str] = []
handler = make_handler(ModelInMemory(), lines.append)

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
documents = st.recursive(
    scalars | st.sampled_from([bike_rental.FEATURES, bike_rental.BY_NAME]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["instances", "features", "data", "values", *bike_rental.NAMES]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@st.composite
def nearly_valid(draw: st.DrawFn) -> Any:
    """A valid request in any shape, with a few cells replaced by anything."""
    instances: list[Any] = []
    for _ in range(draw(st.integers(1, 20))):
        row: list[Any] = list(bike_rental.FEATURES)
        for _ in range(draw(st.integers(0, 2))):
            row[draw(st.integers(0, 8))] = draw(scalars)
        shape = draw(st.integers(0, 3))
        by_name = dict(zip(bike_rental.NAMES, row, strict=True))
        shapes = [row, {"features": row}, {"data": {"features": {"values": row}}}, by_name]
        instances.append(shapes[shape])
    return {"instances": instances}


def answered(sent: Any) -> int:
    response = handler(sent, FakeContext())
    status: int = response["statusCode"]
    if "json" in response["headers"]["Content-Type"]:
        json.loads(response["body"])
    json.loads(lines.pop())
    return status


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_any_bytes(body: bytes, whole: bool) -> None:
    """Any bytes at all, alone or inside a document, are answered below 500."""
    raw = body if whole else b'{"instances":[[' + body + b"]]}"
    assert answered(posted(base64.b64encode(raw).decode(), isBase64Encoded=True)) < 500


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200) | documents.map(json.dumps))
def test_any_text(body: str) -> None:
    """Any text is answered below 500."""
    assert answered(posted(body)) < 500


@settings(max_examples=300, deadline=None)
@given(documents | nearly_valid())
def test_any_document(document: Any) -> None:
    """Any document is answered below 500, sent through the gateway or directly."""
    assert answered(document) < 500
    assert answered(posted(json.dumps(document))) < 500


@settings(max_examples=300, deadline=None)
@given(
    st.fixed_dictionaries(
        {"httpMethod": scalars},
        optional=dict.fromkeys(
            ("headers", "multiValueHeaders", "path", "resource", "requestContext", "body", "isBase64Encoded"),
            documents,
        ),
    )
)
def test_any_event(sent: dict[str, Any]) -> None:
    """An event that no gateway would send is answered below 500 too."""
    assert answered(sent) < 500


def test_any_header() -> None:
    """Odd values of the headers that are read don't raise."""
    for value in ("", ";;;=", "a/b;q=x", "*/*;q=nan", "text/csv;q=1e999", ",", "\ud800", "x" * 9000):
        for name in ("Accept", "Content-Type", "Content-Encoding", "Origin"):
            assert answered(posted({"instances": [bike_rental.FEATURES]}, headers={name: value})) < 500


def test_no_value_reaches_the_log() -> None:
    """Neither what a client sends, nor what a model answers, nor what SageMaker says stands in a log line."""
    written: list[str] = []
    row: list[Any] = [*bike_rental.FEATURES[:5], CANARY_NUMBER, *bike_rental.FEATURES[6:]]
    bodies = [
        {"instances": [row]},
        {"instances": [[CANARY, *row[1:]]]},
        {"instances": [{**bike_rental.BY_NAME, CANARY: 1}]},
        {"instances": [row], CANARY: CANARY},
        {CANARY: 1},
        f'{{"{CANARY}": 1, "{CANARY}": 2}}',
        f'{{"instances": [{CANARY}]}}',
        {"instances": [[*row[:7], 10**400, 0]]},
    ]
    with LoopbackModel() as model:
        noted = make_handler(make_client(model.url), written.append)
        model.always(one_score_a_row(score=CANARY_NUMBER))
        for body in bodies:
            noted(
                posted(body, headers={"X-Note": CANARY}, queryStringParameters={"data": CANARY}),
                FakeContext(),
            )
            noted(body, FakeContext())
        noted(posted("", path=f"/{CANARY}", resource=f"/{CANARY}"), FakeContext())
        noted(posted("", httpMethod=CANARY), FakeContext())
        for behaviour in (
            model_error(400, f"{CANARY} {CANARY_NUMBER}"),
            reply(CANARY.encode()),
            reply(b"1,2,3"),
        ):
            model.always(behaviour)
            noted(posted({"instances": [row]}), FakeContext())

        class Leaking:
            def invoke_endpoint(self, **parameters: Any) -> Any:
                raise ValueError(f"could not convert {CANARY}: {parameters['Body']!r}")

        make_handler(Leaking(), written.append)(posted({"instances": [row]}), FakeContext())
    assert len(written) == 2 * len(bodies) + 6
    assert not [line for line in written if CANARY in line or str(CANARY_NUMBER) in line]
    crash = json.loads(written[-1])
    assert crash["exception"] == "ValueError"
    assert any("invoke.py" in place for place in crash["trace"])


def test_events_are_not_changed() -> None:
    """The event belongs to the runtime: reading it leaves it as it came."""
    sent = event("rest_v1_predict")
    handler(sent, FakeContext())
    assert sent == event("rest_v1_predict")
