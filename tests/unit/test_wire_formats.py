"""What stands on the wire to the model, in literal bytes and read back by independent readers."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import Contract, ContractError, errors
from scoring.contract import Endpoint, PayloadOptions
from scoring.encode_payload import encode_payload
from scripts.local_stage.serving.recordio import read_recordio
from scripts.local_stage.serving.xgboost_input import DECODERS
from tests import bike_rental

pytestmark = pytest.mark.unit

JSON, LINES = "application/json", "application/jsonlines"
LIBSVM, RECORDIO = "text/libsvm", "application/x-recordio-protobuf"
NAN = float("nan")


def encode(rows: list[list[float]], content_type: str, **options: Any) -> bytes:
    endpoint = Endpoint(content_type, payload=PayloadOptions(**options))
    return encode_payload(np.array(rows, float), endpoint)[0].body


@pytest.mark.parametrize(
    ("content_type", "options", "expected"),
    [
        ("text/csv", {}, b"4,-1.5,0\n,0.1,100"),
        ("text/csv; label_size=0", {}, b"4,-1.5,0\n,0.1,100"),
        (LIBSVM, {}, b"0 0:4 1:-1.5 2:0\n0 1:0.1 2:100"),
        (LIBSVM, {"index_base": 1}, b"0 1:4 2:-1.5 3:0\n0 2:0.1 3:100"),
        (
            JSON,
            {"layout": "sparse", "absent": "missing"},
            b'{"instances":[{"data":{"features":{"keys":[0,1,2],"shape":[3],"values":[4.0,-1.5,0.0]}}},'
            b'{"data":{"features":{"keys":[1,2],"shape":[3],"values":[0.1,100.0]}}}]}',
        ),
        (
            LINES,
            {"layout": "sparse", "absent": "missing"},
            b'{"data":{"features":{"keys":[0,1,2],"shape":[3],"values":[4.0,-1.5,0.0]}}}\n'
            b'{"data":{"features":{"keys":[1,2],"shape":[3],"values":[0.1,100.0]}}}',
        ),
    ],
)
def test_rows_with_a_missing_value(content_type: str, options: dict[str, Any], expected: bytes) -> None:
    """Formats that can say so leave the value out; zeros are written, since absent means missing there."""
    assert encode([[4, -1.5, -0.0], [NAN, 0.1, 100]], content_type, **options) == expected


@pytest.mark.parametrize(
    ("content_type", "options", "expected"),
    [
        (LIBSVM, {"absent": "zero"}, b"0 0:4 1:-1.5\n0\n0 2:0.5"),
        (
            JSON,
            {},
            b'{"instances":[{"features":[4.0,-1.5,0.0]},{"features":[0.0,0.0,0.0]},'
            b'{"features":[0.0,0.0,0.5]}]}',
        ),
        (
            JSON,
            {"layout": "values"},
            b'{"instances":[{"data":{"features":{"values":[4.0,-1.5,0.0]}}},'
            b'{"data":{"features":{"values":[0.0,0.0,0.0]}}},{"data":{"features":{"values":[0.0,0.0,0.5]}}}]}',
        ),
        (
            LINES,
            {},
            b'{"features":[4.0,-1.5,0.0]}\n{"features":[0.0,0.0,0.0]}\n{"features":[0.0,0.0,0.5]}',
        ),
        (
            LINES,
            {"layout": "values"},
            b'{"data":{"features":{"values":[4.0,-1.5,0.0]}}}\n'
            b'{"data":{"features":{"values":[0.0,0.0,0.0]}}}\n{"data":{"features":{"values":[0.0,0.0,0.5]}}}',
        ),
        (
            LINES,
            {"layout": "sparse", "absent": "zero"},
            b'{"data":{"features":{"keys":[0,1],"shape":[3],"values":[4.0,-1.5]}}}\n'
            b'{"data":{"features":{"keys":[],"shape":[3],"values":[]}}}\n'
            b'{"data":{"features":{"keys":[2],"shape":[3],"values":[0.5]}}}',
        ),
    ],
)
def test_rows_without(content_type: str, options: dict[str, Any], expected: bytes) -> None:
    """The shapes of SageMaker's common data formats."""
    assert encode([[4, -1.5, -0.0], [0, 0, 0], [0, 0, 0.5]], content_type, **options) == expected


# Made by sagemaker 2.257.7 in its own environment (requirements/sagemaker-sdk.txt), with scipy beside it:
#   write_numpy_to_dense_tensor(file, numpy.array(rows, dtype))
#   write_spmatrix_to_sparse_tensor(file, scipy.sparse.csr_matrix(numpy.array(rows, dtype)))
DENSE: list[list[float]] = [[1, 2, 3], [0, -0.5, 1e-3]]
SPARSE: list[list[float]] = [[0, 2, 0, -1.5], [0, 0, 0, 0], [1, 0, 0, 0]]
SDK = {
    ("dense", "float32"): "0a23d7ce 1c000000 0a1a0a06 76616c75 65731210 120e0a0c 0000803f 00000040 00004040"
    "0a23d7ce 1c000000 0a1a0a06 76616c75 65731210 120e0a0c 00000000 000000bf 6f12833a",
    ("dense", "float64"): "0a23d7ce 28000000 0a260a06 76616c75 6573121c 1a1a0a18 00000000 0000f03f 00000000"
    "00000040 00000000 00000840 0a23d7ce 28000000 0a260a06 76616c75 6573121c 1a1a0a18 00000000 00000000"
    "00000000 0000e0bf fca9f1d2 4d62503f",
    ("sparse", "float32"): "0a23d7ce 1f000000 0a1d0a06 76616c75 65731213 12110a08 00000040 0000c0bf 12020103"
    "1a010400 0a23d7ce 11000000 0a0f0a06 76616c75 65731205 12031a01 04000000 0a23d7ce 1a000000 0a180a06"
    "76616c75 6573120e 120c0a04 0000803f 1201001a 01040000",
    ("sparse", "float64"): "0a23d7ce 27000000 0a250a06 76616c75 6573121b 1a190a10 00000000 00000040 00000000"
    "0000f8bf 12020103 1a010400 0a23d7ce 11000000 0a0f0a06 76616c75 65731205 1a031a01 04000000 0a23d7ce"
    "1e000000 0a1c0a06 76616c75 65731212 1a100a08 00000000 0000f03f 1201001a 01040000",
}
WIDE = (
    "0a23d7ce 2c000000 0a2a0a06 76616c75 65731220 121e0a10 0000803f 00000040 00004040 00008040 1206007f"
    "8001ab02 1a02ac02 0a23d7ce 1c000000 0a1a0a06 76616c75 65731210 120e0a04 0000a040 1202c801 1a02ac02"
)


@pytest.mark.parametrize(("layout", "dtype"), SDK)
def test_recordio_has_the_bytes_of_the_sdk(layout: str, dtype: str) -> None:
    """Both layouts, both types."""
    absent = {"absent": "zero"} if layout == "sparse" else {}
    rows = SPARSE if layout == "sparse" else DENSE
    assert encode(rows, RECORDIO, layout=layout, dtype=dtype, **absent) == bytes.fromhex(SDK[layout, dtype])


def test_wide_sparse_recordio_has_the_bytes_of_the_sdk() -> None:
    """Keys from 128 on, and lengths too, are varints of two bytes."""
    rows = np.zeros((2, 300))
    rows[0, [0, 127, 128, 299]] = [1, 2, 3, 4]
    rows[1, 200] = 5
    assert encode(rows.tolist(), RECORDIO, layout="sparse", absent="zero") == bytes.fromhex(WIDE)


def test_wide_dense_recordio_has_the_bytes_of_the_sdk() -> None:
    """900 numbers in three rows: the SHA-256 of what the SDK made of them."""
    from hashlib import sha256

    body = encode(np.arange(900.0).reshape(3, 300).tolist(), RECORDIO)
    assert sha256(body).hexdigest() == "d9f324c298501e8bf3925df38242ae31e1d6868d80b315d605a55c0ddb010867"


singles = st.floats(width=32, allow_infinity=False) | st.integers(-3, 3).map(float)
blocks = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(singles, min_size=width, max_size=width), min_size=1, max_size=20)
)


@given(blocks, st.sampled_from([1, 40]))
def test_libsvm_comes_back(rows: list[list[float]], times: int) -> None:
    """The stand-in for XGBoost reads the same numbers at the same places, and nothing where there is none."""
    matrix = np.array(rows * times) + 0.0
    for row, line in zip(matrix, encode((rows * times), LIBSVM).split(b"\n"), strict=True):
        label, *cells = line.split(b" ")
        assert label == b"0"
        read = {int(index): float(value) for index, _, value in (cell.partition(b":") for cell in cells)}
        assert read == {place: value for place, value in enumerate(row.tolist()) if not np.isnan(value)}


@given(blocks, st.sampled_from(["float32", "float64"]), st.sampled_from(["dense", "sparse"]))
def test_recordio_comes_back(rows: list[list[float]], dtype: str, layout: str) -> None:
    """The stand-in's own reader finds the same bits; a sparse row's gaps are its missing values."""
    options = {"absent": "missing"} if layout == "sparse" else {}
    read = read_recordio(encode(rows, RECORDIO, layout=layout, dtype=dtype, **options))
    if layout == "sparse":
        dense = np.full(read.shape, NAN)
        coordinates = read.tocoo()
        dense[coordinates.row, coordinates.col] = coordinates.data
        read = dense
    np.testing.assert_array_equal(read, np.array(rows))


@given(blocks)
def test_json_comes_back(rows: list[list[float]]) -> None:
    """Python's own reader finds the same numbers in every layout."""
    numbers = np.nan_to_num(np.array(rows)).tolist()
    assert [item["features"] for item in json.loads(encode(numbers, JSON))["instances"]] == numbers
    for line, row in zip(encode(numbers, LINES, layout="values").splitlines(), numbers, strict=True):
        assert json.loads(line)["data"]["features"]["values"] == row


def test_xgboosts_reader_takes_libsvm() -> None:
    """A zero is a value there, and what is left out isn't."""
    read = DECODERS["libsvm"](encode([[0, NAN, 2]], LIBSVM))
    assert (read.indices.tolist(), read.data.tolist()) == ([0, 2], [0.0, 2.0])


@pytest.mark.parametrize(
    ("content_type", "options"),
    [
        (LIBSVM, {"absent": "zero"}),
        (JSON, {}),
        (JSON, {"layout": "values"}),
        (JSON, {"layout": "sparse", "absent": "zero"}),
        (LINES, {}),
        (RECORDIO, {"layout": "sparse", "absent": "zero"}),
    ],
)
def test_what_cannot_be_said_is_refused(content_type: str, options: dict[str, Any]) -> None:
    """A missing value doesn't become 0; the rows that have one are named."""
    with pytest.raises(errors.InvalidInstances) as raised:
        encode([[1, 2], [NAN, 2], [3, NAN]], content_type, **options)
    assert [problem.row for problem in raised.value.instance_problems] == [1, 2]
    assert content_type in raised.value.problems[0].detail


def test_numbers_beyond_float32_are_refused() -> None:
    """They would arrive as infinities; as float64 they are fine."""
    assert encode([[1e39]], RECORDIO, dtype="float64")
    with pytest.raises(errors.InvalidInstances):
        encode([[1e39]], RECORDIO)


def loaded(**endpoint: Any) -> Endpoint:
    return Contract.from_dict({**bike_rental.contract(), "endpoint": endpoint}).endpoint


def test_a_contract_chooses() -> None:
    """Options follow the format; media types may have parameters."""
    endpoint = loaded(
        content_type=RECORDIO,
        accept="application/json; verbose=true",
        payload={"layout": "sparse", "absent": "zero", "dtype": "float64"},
    )
    assert endpoint.payload == PayloadOptions("sparse", "zero", 0, "float64")
    assert endpoint.accept == "application/json; verbose=true"
    assert endpoint.reply.rows == "/predictions"


@pytest.mark.parametrize(
    ("endpoint", "pointer"),
    [
        ({"payload": {"layout": "dense"}}, "/endpoint/payload/layout"),
        ({"content_type": LIBSVM, "payload": {"dtype": "float32"}}, "/endpoint/payload/dtype"),
        ({"content_type": JSON, "payload": {"layout": "dense"}}, "/endpoint/payload/layout"),
        ({"content_type": RECORDIO, "payload": {"layout": "values"}}, "/endpoint/payload/layout"),
        ({"content_type": JSON, "payload": {"layout": "sparse"}}, "/endpoint/payload"),
        ({"content_type": JSON, "payload": {"absent": "zero"}}, "/endpoint/payload/absent"),
        ({"content_type": LIBSVM, "payload": {"index_base": 2}}, "/endpoint/payload/index_base"),
        ({"content_type": "text/libsmv"}, "/endpoint/content_type"),
        ({"accept": "text/csv; header"}, "/endpoint/accept"),
        ({"accept": "text/libsvm; a=b"}, "/endpoint/accept"),
        ({"accept": 5}, "/endpoint/accept"),
    ],
)
def test_choices_that_make_no_sense(endpoint: dict[str, Any], pointer: str) -> None:
    """An option of another format is an error, not ignored; what gaps mean is never guessed."""
    with pytest.raises(ContractError) as raised:
        loaded(**endpoint)
    assert [problem.pointer for problem in raised.value.problems] == [pointer]
