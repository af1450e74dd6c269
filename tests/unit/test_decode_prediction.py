import numpy as np
import pytest

from scoring import errors
from scoring.contract import Endpoint, Reply
from scoring.decode_prediction import decode_prediction

pytestmark = pytest.mark.unit

ONE = Endpoint()
LABELLED = Endpoint(reply=Reply({"label": 0, "score": 1}))
VECTOR = Endpoint(reply=Reply({"probabilities": (0, 1, 2)}))


@pytest.mark.parametrize(
    "body",
    [
        b"1.5,-0.01,1e-05",
        b"1.5\n-0.01\n1e-05\n",
        b"1.5\n-0.01\n1e-05",
        b"1.5\r\n-0.01\r\n1e-05\r\n",
        b"1.5, -0.01, 1e-05\n",
    ],
    ids=["commas", "newlines", "no last newline", "CRLF", "spaces"],
)
def test_both_delimiters(body: bytes) -> None:
    """XGBoost's images part rows with either; signs and exponents survive."""
    assert decode_prediction([(body, 3)], ONE)["score"].tolist() == [1.5, -0.01, 1e-05]


@pytest.mark.parametrize("body", [b"2.5", b"2.5\n"])
def test_one_row(body: bytes) -> None:
    """A single value needs no delimiter."""
    assert decode_prediction([(body, 1)], ONE)["score"].tolist() == [2.5]


def test_replies_of_several_calls_are_one_column() -> None:
    """In the order of the calls."""
    values = decode_prediction([(b"1,2", 2), (b"3\n", 1)], ONE)
    assert values["score"].tolist() == [1, 2, 3]


def test_several_values_a_row() -> None:
    """Commas part values, newlines part rows."""
    values = decode_prediction([(b"1,0.9\n0,0.2\n", 2)], LABELLED)
    assert values["label"].tolist() == [1, 0]
    assert values["score"].tolist() == [0.9, 0.2]


def test_a_vector_a_row() -> None:
    """Multiclass probabilities come as one array of (n_rows, k)."""
    values = decode_prediction([(b"0.1,0.2,0.7\n0.5,0.25,0.25\n", 2)], VECTOR)
    np.testing.assert_array_equal(values["probabilities"], [[0.1, 0.2, 0.7], [0.5, 0.25, 0.25]])


@pytest.mark.parametrize("body", [b"", b"\n", b"1", b"1\n", b"1,2,3", b"1\n2\n3\n", b"1\n2\n\n"])
def test_another_count_is_refused(body: bytes) -> None:
    """For two rows there have to be two predictions: neither padded nor cut."""
    with pytest.raises((errors.WrongPredictionCount, errors.MalformedReply)):
        decode_prediction([(body, 2)], ONE)


@pytest.mark.parametrize(
    "body", [b"0.1,0.2\n0.5,0.5\n", b"0.1,0.2,0.7,0\n0.5,0.25,0.25,0\n", b"0.1,0.2,0.7\n0.5\n"]
)
def test_rows_of_another_width_are_refused(body: bytes) -> None:
    """A row that isn't as wide as the contract says means that the contract is wrong."""
    with pytest.raises(errors.MalformedReply):
        decode_prediction([(body, 2)], VECTOR)


@pytest.mark.parametrize(
    "body",
    [
        b"1,\n",
        b"a,b",
        b"0x10,1",
        b"1_0,2",
        b"1.5.2,1",
        b"--1,2",
        b"{},{}",
        b"1;2",
        b"1,2\n3,4",
        b"\xff,1",
        b"n,an",
    ],
)
def test_anything_else_is_malformed(body: bytes) -> None:
    """What float() would take more kindly than a CSV of numbers deserves is refused too."""
    with pytest.raises(errors.MalformedReply):
        decode_prediction([(body, 2)], ONE)


@pytest.mark.parametrize("body", [b"nan,1", b"1\nNaN\n", b"inf,1", b"1\n-Infinity\n", b"1e400,1"])
def test_not_finite(body: bytes) -> None:
    """NaN has no JSON, and no client expects it."""
    with pytest.raises(errors.PredictionNotFinite):
        decode_prediction([(body, 2)], ONE)


def test_reasons_hold_no_values() -> None:
    """They go to the log."""
    with pytest.raises(errors.MalformedReply) as raised:
        decode_prediction([(b"48.1516,canary", 2)], ONE)
    assert "48" not in raised.value.reason
    assert "canary" not in raised.value.reason
