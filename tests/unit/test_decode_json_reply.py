import pytest

from scoring.contract import Reply
from scoring.contract_sections import Endpoint
from scoring.decode_prediction import decode_prediction
from scoring.errors import MalformedReply, PredictionNotFinite, WrongPredictionCount

pytestmark = pytest.mark.unit

LINEAR_LEARNER = Reply({"score": "/score", "label": "/predicted_label"}, "/predictions")


def decode(body: bytes, n_rows: int, reply: Reply = LINEAR_LEARNER, accept: str = "application/json"):
    values = decode_prediction([(body, n_rows)], Endpoint(accept=accept, reply=reply))
    return {name: array.tolist() for name, array in values.items()}


@pytest.mark.parametrize(
    ("body", "reply", "expected"),
    [
        (
            b'{"predictions": [{"score": 0.4, "predicted_label": 0}, '
            b'{"score": 1e-05, "predicted_label": 1.0}]}',
            LINEAR_LEARNER,
            {"score": [0.4, 1e-05], "label": [0.0, 1.0]},
        ),
        (
            b'{"projections": [{"projection": [1, -0.5]}, {"projection": [0, 2]}]}',
            Reply({"p": "/projection"}, "/projections"),
            {"p": [[1.0, -0.5], [0.0, 2.0]]},
        ),
        (
            b'{"scores": [{"score": 0.02}, {"score": 9}]}',
            Reply({"s": "/score"}, "/scores"),
            {"s": [0.02, 9.0]},
        ),
        (b"[1.5, -0.01]", Reply({"score": ""}, ""), {"score": [1.5, -0.01]}),
        (b'{"a/b": [[7, 8], [9, 10]]}', Reply({"second": "/1"}, "/a~1b"), {"second": [8.0, 10.0]}),
    ],
    ids=["Linear Learner", "PCA", "RCF", "a bare list", "pointers"],
)
def test_documented_replies(body, reply, expected) -> None:
    """The values stand where the contract says, in the order of the rows."""
    assert decode(body, 2, reply) == expected


def test_json_lines() -> None:
    """The same items, one a line, with or without a last newline."""
    reply = Reply({"score": "/score"})
    for end in (b"", b"\n", b"\r\n"):
        body = b'{"score": 0.4, "predicted_label": 0}\n{"score": 0.9, "predicted_label": 1}' + end
        assert decode(body, 2, reply, "application/jsonlines") == {"score": [0.4, 0.9]}


def test_replies_to_several_calls_are_joined() -> None:
    """Each call's rows follow the one before's."""
    item = b'{"predictions": [{"score": %d, "predicted_label": 1}]}'
    endpoint = Endpoint(accept="application/json", reply=LINEAR_LEARNER)
    values = decode_prediction([(item % 2, 1), (item % 1, 1)], endpoint)
    assert values["score"].tolist() == [2.0, 1.0]


@pytest.mark.parametrize("n_rows", [1, 3])
def test_another_number_of_predictions_is_refused(n_rows: int) -> None:
    """None is guessed and none is dropped."""
    body = b'{"predictions": [{"score": 1, "predicted_label": 1}, {"score": 2, "predicted_label": 1}]}'
    with pytest.raises(WrongPredictionCount):
        decode(body, n_rows)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"0.4",
        b"{",
        b"\xff",
        b"[" * 100_000,
        b'{"predictions": 5}',
        b'{"prediction": []}',
        b'{"predictions": [{"score": 0.4}]}',
        b'{"predictions": [{"score": "0.4", "predicted_label": 0}]}',
        b'{"predictions": [{"score": null, "predicted_label": 0}]}',
        b'{"predictions": [{"score": true, "predicted_label": 0}]}',
        b'{"predictions": [{"score": [0.4, "x"], "predicted_label": 0}]}',
        b'{"predictions": [{"score": {}, "predicted_label": 0}]}',
        b'{"predictions": [0.4]}',
        b'{"predictions": [{"score": 1' + b"0" * 400 + b', "predicted_label": 0}]}',
    ],
)
def test_what_is_not_in_the_format_is_refused(body: bytes) -> None:
    """An error page, a missing member, a text for a number: never a prediction."""
    with pytest.raises(MalformedReply):
        decode(body, 1)


def test_vectors_of_different_lengths_are_refused() -> None:
    """A row with more or fewer values is no vector of the same space."""
    for body in (b'[{"v": [1, 2]}, {"v": [1]}]', b'[{"v": [1]}, {"v": 1}]'):
        with pytest.raises(MalformedReply):
            decode(body, 2, Reply({"v": "/v"}, ""))


def test_nan_is_no_prediction() -> None:
    """Python's reader takes it; clients don't get it."""
    with pytest.raises(PredictionNotFinite):
        decode(b'{"predictions": [{"score": NaN, "predicted_label": 0}]}', 1)
