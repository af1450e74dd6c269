"""A matrix as application/x-recordio-protobuf, dense or sparse: the bytes of the SageMaker SDK's serializers.

Frame: magic 0xced7230a and length as u32 LE, a protobuf Record, zeros up to a multiple of 4.
Record: features = 1, a map entry of key = 1 ("values") and value = 2. Value: float32_tensor = 2,
float64_tensor = 3. Tensor: values = 1, keys = 2, shape = 3, all packed; empty ones aren't written.
https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-training.html
"""

import struct
from collections.abc import Callable
from typing import Any

import numpy as np

from .contract import PayloadOptions

Matrix = np.ndarray[Any, Any]

_MAGIC = 0xCED7230A
_KEY = b"\x0a\x06values"
_TENSORS = {"float32": (2, "<f4"), "float64": (3, "<f8")}
_TWO_BYTES = 128
"""Varints from here on are longer than one byte."""


def make_encoder(_essence: str, options: PayloadOptions) -> tuple[Callable[[Matrix], bytes], bool, float]:
    """Dense rows say NaN as IEEE 754 does; sparse ones leave out what the contract says their gaps mean."""
    largest = float(np.finfo(options.dtype).max)
    if options.layout != "sparse":
        return (lambda matrix: encode_dense(matrix, options.dtype)), True, largest
    zeros = options.absent == "zero"
    return (lambda matrix: encode_sparse(matrix, options.dtype, leave_out_zeros=zeros)), not zeros, largest


def encode_dense(matrix: Matrix, dtype: str = "float32") -> bytes:
    """All records are of one length, so they are made as the rows of one array of bytes."""
    _, little_endian = _TENSORS[dtype]
    values = np.ascontiguousarray(matrix, little_endian).view(np.uint8)
    head, tail = _frame(dtype, values.shape[1], b"")
    start, end = len(head), len(head) + values.shape[1]
    frames = np.zeros((len(matrix), end + len(tail)), np.uint8)
    frames[:, :start] = np.frombuffer(head, np.uint8)
    frames[:, start:end] = values
    return frames.tobytes()


def encode_sparse(matrix: Matrix, dtype: str = "float32", *, leave_out_zeros: bool = False) -> bytes:
    """Keys and values of each row without its gaps, which are NaN or, on demand, zeros."""
    _, little_endian = _TENSORS[dtype]
    present = matrix != 0 if leave_out_zeros else ~np.isnan(matrix)
    keys, sizes = _varints_of(np.nonzero(present)[1])
    values = matrix[present].astype(little_endian).tobytes()
    counts = np.count_nonzero(present, axis=1)
    ends = np.cumsum(counts)
    key_ends = np.concatenate([[0], np.cumsum(sizes)])[ends].tolist()
    value_ends = (ends * np.dtype(little_endian).itemsize).tolist()
    shape = _packed(3, _varint(matrix.shape[1]))
    frames: list[bytes] = []
    value_start = key_start = 0
    for value_end, key_end in zip(value_ends, key_ends, strict=True):
        behind = _packed(2, keys[key_start:key_end]) + shape
        head, tail = _frame(dtype, value_end - value_start, behind)
        frames += (head, values[value_start:value_end], tail)
        value_start, key_start = value_end, key_end
    return b"".join(frames)


def _frame(dtype: str, size: int, behind: bytes) -> tuple[bytes, bytes]:
    """What stands before `size` bytes of values and, with the rest of the tensor, behind them."""
    number, _ = _TENSORS[dtype]
    values = b"\x0a" + _varint(size) if size else b""
    tensor = len(values) + size + len(behind)
    value = _tag(number) + _varint(tensor)
    entry = _KEY + _tag(2) + _varint(len(value) + tensor)
    record = _tag(1) + _varint(len(entry) + len(value) + tensor) + entry + value + values
    length = len(record) + size + len(behind)
    return struct.pack("<II", _MAGIC, length) + record, behind + bytes(-length % 4)


def _varints_of(numbers: Matrix) -> tuple[bytes, Matrix]:
    """All numbers as varints behind one another, and the length of each."""
    if not numbers.size or numbers.max() < _TWO_BYTES:
        return numbers.astype(np.uint8).tobytes(), np.ones(len(numbers), np.int64)
    table = [_varint(number) for number in range(int(numbers.max()) + 1)]
    sizes = np.array(list(map(len, table)))
    return b"".join(table[number] for number in numbers.tolist()), sizes[numbers]


def _tag(number: int) -> bytes:
    """The tag of a field of bytes."""
    return bytes([number << 3 | 2])


def _packed(number: int, content: bytes) -> bytes:
    return _tag(number) + _varint(len(content)) + content if content else b""


def _varint(number: int) -> bytes:
    groups = []
    while number >= _TWO_BYTES:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*groups, number])
