"""Replies as AWS documents them for each built-in algorithm, in each format, against one table of values.

https://docs.aws.amazon.com/sagemaker/latest/dg/algos.html, "response formats" of each algorithm.
Record bytes are written by `record`, from the message's definition and the SDK's frame.
"""

import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import errors
from scoring.contract import Endpoint, Reply
from scoring.decode_prediction import decode_prediction

pytestmark = pytest.mark.unit

CSV, JSON, LINES = "text/csv", "application/json", "application/jsonlines"
RECORDIO = "application/x-recordio-protobuf"


def field(number: int, content: bytes) -> bytes:
    assert len(content) < 128
    return bytes([number << 3 | 2, len(content)]) + content


def record(dtype: str = "<f4", **labels: list[float]) -> bytes:
    """A frame whose record has these labels, as float32 or float64 tensors."""
    tensor = {"<f4": 2, "<f8": 3}[dtype]
    body = b"".join(
        field(
            2,
            field(1, name.encode()) + field(2, field(tensor, field(1, np.array(numbers, dtype).tobytes()))),
        )
        for name, numbers in labels.items()
    )
    return struct.pack("<II", 0xCED7230A, len(body)) + body + bytes(-len(body) % 4)


VERBOSE_KNN = Reply(
    {"label": "/predicted_label", "distances": "/distances", "labels": "/labels"}, "/predictions"
)
LABELLED = Reply({"score": "/score", "label": "/predicted_label"}, "/predictions")

REPLIES: dict[str, tuple[str, bytes, Reply, dict[str, Any]]] = {
    "XGBoost, csv, 1.2-1": (CSV, b"0.75,0.125", Reply({"score": 0}), {"score": [0.75, 0.125]}),
    "XGBoost, csv, 1.2-2": (CSV, b"0.75\n0.125\n", Reply({"score": 0}), {"score": [0.75, 0.125]}),
    "XGBoost, csv, multiclass": (
        CSV,
        b"0.25,0.75\n0.5,0.5\n",
        Reply({"probabilities": (0, 1)}),
        {"probabilities": [[0.25, 0.75], [0.5, 0.5]]},
    ),
    "XGBoost, json": (
        JSON,
        b'{"predictions": [{"score": 0.75}, {"score": 0.125}]}',
        Reply({"score": "/score"}, "/predictions"),
        {"score": [0.75, 0.125]},
    ),
    "XGBoost, jsonlines": (
        LINES,
        b'{"score": 0.75}\n{"score": 0.125}',
        Reply({"score": "/score"}),
        {"score": [0.75, 0.125]},
    ),
    "XGBoost, recordio": (
        RECORDIO,
        record(score=[0.75]) + record(score=[0.125]),
        Reply({"score": "/score"}),
        {"score": [0.75, 0.125]},
    ),
    "XGBoost, multi-model json": (JSON, b"[0.75, 0.125]", Reply({"score": ""}, ""), {"score": [0.75, 0.125]}),
    "Linear Learner, json": (
        JSON,
        b'{"predictions": [{"score": 0.5, "predicted_label": 0}, {"score": 0.75, "predicted_label": 1.0}]}',
        LABELLED,
        {"score": [0.5, 0.75], "label": [0, 1]},
    ),
    "Linear Learner, jsonlines": (
        LINES,
        b'{"score": 0.5, "predicted_label": 0}\n{"score": 0.75, "predicted_label": 1.0}\n',
        Reply(LABELLED.values),
        {"score": [0.5, 0.75], "label": [0, 1]},
    ),
    "Linear Learner, recordio": (
        RECORDIO,
        record(score=[0.5], predicted_label=[0]) + record(score=[0.75], predicted_label=[1]),
        Reply(LABELLED.values),
        {"score": [0.5, 0.75], "label": [0, 1]},
    ),
    "Linear Learner, multiclass": (
        JSON,
        b'{"predictions": [{"score": [0.25, 0.5, 0.25], "predicted_label": 1}, '
        b'{"score": [0.125, 0.125, 0.75], "predicted_label": 2}]}',
        LABELLED,
        {"score": [[0.25, 0.5, 0.25], [0.125, 0.125, 0.75]], "label": [1, 2]},
    ),
    "Linear Learner, multiclass, recordio": (
        RECORDIO,
        record(score=[0.25, 0.5, 0.25], predicted_label=[1])
        + record(score=[0.125, 0.125, 0.75], predicted_label=[2]),
        Reply({**LABELLED.values, "last": "/score/2"}),
        {"score": [[0.25, 0.5, 0.25], [0.125, 0.125, 0.75]], "label": [1, 2], "last": [0.25, 0.75]},
    ),
    "Factorization Machines, classifier": (
        JSON,
        b'{"predictions": [{"score": 0.5, "predicted_label": 0}, {"score": 0.75, "predicted_label": 1}]}',
        LABELLED,
        {"score": [0.5, 0.75], "label": [0, 1]},
    ),
    "Factorization Machines, regressor, recordio": (
        RECORDIO,
        record(score=[0.5]) + record(score=[-2]),
        Reply({"score": "/score"}),
        {"score": [0.5, -2]},
    ),
    "KNN": (
        JSON,
        b'{"predictions": [{"predicted_label": 0.0}, {"predicted_label": 2.0}]}',
        Reply({"label": "/predicted_label"}, "/predictions"),
        {"label": [0, 2]},
    ),
    "KNN, verbose": (
        f"{JSON}; verbose=true",
        b'{"predictions": [{"predicted_label": 0.0, "distances": [3.5, 3.75], "labels": [0.0, 1.0]}, '
        b'{"predicted_label": 2.0, "distances": [1.25, 6.5], "labels": [2.0, 2.0]}]}',
        VERBOSE_KNN,
        {"label": [0, 2], "distances": [[3.5, 3.75], [1.25, 6.5]], "labels": [[0, 1], [2, 2]]},
    ),
    "KNN, verbose, jsonlines": (
        f"{LINES}; verbose=true",
        b'{"predicted_label": 0.0, "distances": [3.5, 3.75], "labels": [0.0, 1.0]}\n'
        b'{"predicted_label": 2.0, "distances": [1.25, 6.5], "labels": [2.0, 2.0]}',
        Reply(VERBOSE_KNN.values),
        {"label": [0, 2], "distances": [[3.5, 3.75], [1.25, 6.5]], "labels": [[0, 1], [2, 2]]},
    ),
    "KNN, verbose, recordio": (
        f"{RECORDIO}; verbose=true",
        record(predicted_label=[0], distances=[3.5, 3.75], labels=[0, 1])
        + record(predicted_label=[2], distances=[1.25, 6.5], labels=[2, 2]),
        Reply(VERBOSE_KNN.values),
        {"label": [0, 2], "distances": [[3.5, 3.75], [1.25, 6.5]], "labels": [[0, 1], [2, 2]]},
    ),
    "K-Means": (
        JSON,
        b'{"predictions": [{"closest_cluster": 1.0, "distance_to_cluster": 3.0}, '
        b'{"closest_cluster": 2.0, "distance_to_cluster": 5.0}]}',
        Reply({"cluster": "/closest_cluster", "distance": "/distance_to_cluster"}, "/predictions"),
        {"cluster": [1, 2], "distance": [3, 5]},
    ),
    "K-Means, recordio": (
        RECORDIO,
        record(closest_cluster=[1], distance_to_cluster=[3])
        + record(closest_cluster=[2], distance_to_cluster=[5]),
        Reply({"cluster": "/closest_cluster", "distance": "/distance_to_cluster"}),
        {"cluster": [1, 2], "distance": [3, 5]},
    ),
    "PCA": (
        JSON,
        b'{"projections": [{"projection": [1.0, 2.0, 3.0]}, {"projection": [6.0, 7.0, 8.0]}]}',
        Reply({"projection": "/projection"}, "/projections"),
        {"projection": [[1, 2, 3], [6, 7, 8]]},
    ),
    "PCA, jsonlines": (
        LINES,
        b'{"projection": [1.0, 2.0, 3.0]}\n{"projection": [6.0, 7.0, 8.0]}',
        Reply({"projection": "/projection"}),
        {"projection": [[1, 2, 3], [6, 7, 8]]},
    ),
    "PCA, recordio": (
        RECORDIO,
        record(projection=[1, 2, 3]) + record(projection=[6, 7, 8]),
        Reply({"projection": "/projection"}),
        {"projection": [[1, 2, 3], [6, 7, 8]]},
    ),
    "RCF": (
        JSON,
        b'{"scores": [{"score": 0.5}, {"score": 0.25}]}',
        Reply({"anomaly": "/score"}, "/scores"),
        {"anomaly": [0.5, 0.25]},
    ),
    "RCF, recordio": (
        RECORDIO,
        record(score=[0.5]) + record(score=[0.25]),
        Reply({"anomaly": "/score"}),
        {"anomaly": [0.5, 0.25]},
    ),
}


@pytest.mark.parametrize("name", REPLIES)
def test_documented_reply(name: str) -> None:
    """Each value stands where the contract's pointer or column says, in the order of the rows."""
    accept, body, reply, expected = REPLIES[name]
    values = decode_prediction([(body, 2)], Endpoint(accept=accept, reply=reply))
    assert {key: array.tolist() for key, array in values.items()} == expected


SCORES = Endpoint(accept=RECORDIO, reply=Reply({"score": "/score", "all": "/all"}))
finite = st.floats(width=32, allow_nan=False, allow_infinity=False)


@given(st.lists(st.tuples(finite, finite, finite), min_size=1, max_size=20), st.sampled_from(["<f4", "<f8"]))
def test_numbers_of_many_records(rows: list[tuple[float, float, float]], dtype: str) -> None:
    """Records that are alike are read at once, few one by one, with the same numbers."""
    body = b"".join(record(dtype, score=[a], all=[b, c]) for a, b, c in rows)
    values = decode_prediction([(body, len(rows))], SCORES)
    assert values["score"].tolist() == [a for a, _, _ in rows]
    assert values["all"].tolist() == [[b, c] for _, b, c in rows]


def test_labels_in_another_order_in_each_record() -> None:
    """A map has no order: protobuf writers may change it from record to record."""
    body = (record(score=[1], all=[2, 3]) + record(all=[5, 6], score=[4])) * 8
    values = decode_prediction([(body, 16)], SCORES)
    assert values["score"].tolist() == [1, 4] * 8
    assert values["all"].tolist() == [[2, 3], [5, 6]] * 8


def test_numbers_that_are_not_packed() -> None:
    """protobuf's readers take both forms of a repeated field; so do we. Integers are varints."""
    score = field(2, field(1, b"score") + field(2, field(2, b"\x0d" + struct.pack("<f", 0.5))))
    whole = field(
        2, field(1, b"all") + field(2, field(7, b"\x08\x07\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
    )
    body = struct.pack("<II", 0xCED7230A, len(score + whole)) + score + whole
    values = decode_prediction([(body + bytes(-len(body) % 4), 1)], SCORES)
    assert (values["score"].tolist(), values["all"].tolist()) == ([0.5], [[7, -1]])


ONE = record(score=[1], all=[2, 3])


@pytest.mark.parametrize(
    ("body", "n_rows", "error"),
    [
        (b"", 1, errors.WrongPredictionCount),
        (ONE, 2, errors.WrongPredictionCount),
        (ONE * 2, 1, errors.WrongPredictionCount),
        (ONE[:-5], 1, errors.MalformedReply),
        (ONE[:6], 1, errors.MalformedReply),
        (b"\x00" + ONE[1:], 1, errors.MalformedReply),
        (b'{"predictions": []}', 1, errors.MalformedReply),
        (record(score=[1]), 1, errors.MalformedReply),
        (record(score=[1], all=[]), 1, errors.MalformedReply),
        (ONE + record(score=[1], all=[2]), 2, errors.MalformedReply),
        (record(score=[float("nan")], all=[2, 3]), 1, errors.PredictionNotFinite),
        (record(score=[float("inf")], all=[2, 3]) * 9, 9, errors.PredictionNotFinite),
        (ONE[:16] + b"\xff" * (len(ONE) - 16), 1, errors.MalformedReply),
    ],
)
def test_other_replies_are_refused(body: bytes, n_rows: int, error: type[errors.ModelError]) -> None:
    """Truncated, of another format, of another count, without the label, not finite."""
    with pytest.raises(error):
        decode_prediction([(body, n_rows)], SCORES)


@given(st.binary(max_size=60))
def test_any_bytes_are_refused_in_our_words(noise: bytes) -> None:
    """No other exception than ours leaves the reader."""
    body = struct.pack("<II", 0xCED7230A, len(noise)) + noise + bytes(-len(noise) % 4)
    with pytest.raises(errors.ModelError):
        decode_prediction([(body, 1)], SCORES)
