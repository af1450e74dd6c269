import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import errors
from scoring.contract import Endpoint
from scoring.encode_csv import encode_csv
from scoring.encode_payload import MAXIMUM_PAYLOAD_BYTES, Payload, encode_payload
from tests import bike_rental

pytestmark = pytest.mark.unit

CSV = Endpoint()


def test_the_courses_row() -> None:
    """Whole numbers have no point, others their shortest exact form."""
    row = [float(cell) for cell in bike_rental.PAYLOAD_ROW.split(b",")]
    assert encode_csv(np.array([row])) == bike_rental.PAYLOAD_ROW


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, b"0"),
        (-0.0, b"0"),
        (10.0, b"10"),
        (-3.0, b"-3"),
        (100.05, b"100.05"),
        (0.1 + 0.2, b"0.30000000000000004"),
        (1e-05, b"1e-05"),
        (1e22, b"1e+22"),
        (2.0**53, b"9007199254740992"),
        (float("nan"), b""),
    ],
)
def test_numbers(value: float, written: bytes) -> None:
    """At the end, at the beginning and in the middle of a row, alone and among equals."""
    assert (
        encode_csv(np.array([[value, 1.5, value, 2.5, value]] * 3)).split(b"\n")
        == [b",".join([written, b"1.5", written, b"2.5", written])] * 3
    )


numbers = st.floats(allow_infinity=False) | st.integers(-5, 5) | st.sampled_from([0.25, 1.5, 2**60, -(2**53)])


@given(
    st.lists(st.tuples(numbers, st.integers(0, 3), numbers), min_size=1, max_size=30),
    st.sampled_from([1, 40]),
)
def test_every_number_comes_back(rows: list[tuple[float, ...]], times: int) -> None:
    """Reading the CSV gives the same bits, with NaN where a field is empty; repeated rows go another way."""
    matrix = np.array(rows * times, dtype=float)
    lines = encode_csv(matrix).decode().split("\n")
    read = [[float(cell or "nan") for cell in line.split(",")] for line in lines]
    np.testing.assert_array_equal(np.array(read), matrix)


def test_rows_are_parted_by_the_contracts_maximum() -> None:
    """The last call takes the rest."""
    endpoint = Endpoint(max_rows_per_call=2)
    matrix = np.array([[1.0], [2.0], [3.0], [4.0], [5.0]])
    assert encode_payload(matrix, endpoint) == [Payload(b"1\n2", 2), Payload(b"3\n4", 2), Payload(b"5", 1)]


def test_rows_are_parted_by_bytes() -> None:
    """Payloads over the limit are halved until they fit, in order, losing nothing."""
    matrix = np.arange(100, dtype=float).reshape(-1, 1)
    payloads = encode_payload(matrix, CSV, limit=50)
    assert all(len(payload.body) <= 50 for payload in payloads)
    assert b"\n".join(payload.body for payload in payloads).split(b"\n") == [
        str(i).encode() for i in range(100)
    ]
    assert [payload.body.count(b"\n") + 1 for payload in payloads] == [payload.n_rows for payload in payloads]


def test_the_limit_is_botocores() -> None:
    """The service model says how long a body may be."""
    import botocore.session

    service = botocore.session.get_session().get_service_model("sagemaker-runtime")
    assert service.shape_for("BodyBlob").metadata["max"] == MAXIMUM_PAYLOAD_BYTES


def test_a_row_over_the_limit_is_refused() -> None:
    """It can't be halved."""
    with pytest.raises(errors.RequestTooLarge):
        encode_payload(np.array([[0.123456789]]), CSV, limit=5)


def test_infinite_features_name_their_rows() -> None:
    """An operation that overflows isn't the model's business."""
    matrix = np.array([[1.0, 2.0], [np.inf, 1.0], [1.0, -np.inf]])
    with pytest.raises(errors.InvalidInstances) as raised:
        encode_payload(matrix, CSV)
    assert [problem.pointer for problem in raised.value.problems] == ["/instances/1", "/instances/2"]
