"""Reads application/x-recordio-protobuf, SageMaker's binary format: dense or sparse rows of numbers.

Frame: magic 0xced7230a and length as u32 LE, a protobuf Record, zeros up to a multiple of 4.
Record: features = 1, a map of names to Values; only "values" is read. Value: float32_tensor = 2,
float64_tensor = 3, int32_tensor = 7. Tensor: values = 1, keys = 2 (present: sparse), shape = 3, all packed.
Source: https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-training.html
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

MAGIC = 0xCED7230A
TENSORS = {2: "<f4", 3: "<f8", 7: "varint"}
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


def read_recordio(body: bytes) -> Any:
    """Return (n_rows, n_columns) float64, or a csr_matrix of it; raises ValueError on anything else."""
    rows = [_read_record(record) for record in _split_frames(body)]
    if not rows:
        raise ValueError("no record")
    if all(keys is None for _, keys, _ in rows):
        return np.array([values for values, _, _ in rows])
    width = max(max(shape, int(keys.max(initial=-1)) + 1) for _, keys, shape in rows if keys is not None)
    counts = [0, *(len(values) for values, _, _ in rows)]
    columns = np.concatenate(
        [keys if keys is not None else np.arange(len(values)) for values, keys, _ in rows]
    )
    data = np.concatenate([values for values, _, _ in rows])
    return csr_matrix((data, columns, np.cumsum(counts)), shape=(len(rows), width))


def _split_frames(body: bytes) -> Iterator[bytes]:
    position = 0
    while position < len(body):
        if len(body) < position + 8:
            raise ValueError("truncated frame")
        magic, length = struct.unpack_from("<II", body, position)
        if magic != MAGIC or position + 8 + length > len(body):
            raise ValueError(f"no RecordIO frame at byte {position}")
        yield body[position + 8 : position + 8 + length]
        position += 8 + (length + 3) // 4 * 4


def _read_record(record: bytes) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64] | None, int]:
    """Return values, keys (None if dense) and the width that the shape names (0 if none)."""
    for number, entry in _fields(record):
        if number != 1:
            continue
        parts = dict(_fields(entry))
        if parts.get(1) == b"values":
            kind, tensor = next(_fields(parts[2]))
            return _read_tensor(dict(_fields(tensor)), TENSORS[kind])
    raise ValueError('the record has no feature "values"')


def _read_tensor(
    parts: dict[int, bytes], kind: str
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64] | None, int]:
    packed = parts.get(1, b"")
    numbers = _varints(packed) if kind == "varint" else np.frombuffer(packed, kind)
    values = np.asarray(numbers, dtype=np.float64)
    shape = _varints(parts.get(3, b""))
    keys = np.array(_varints(parts[2]), dtype=np.int64) if 2 in parts else None
    return values, keys, shape[-1] if shape else 0


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield number and content of a message's length-delimited fields; others are skipped."""
    position = 0
    while position < len(message):
        tag, position = _varint(message, position)
        kind = tag & 7
        if kind == BYTES:
            length, position = _varint(message, position)
            yield tag >> 3, message[position : position + length]
            position += length
        elif kind == VARINT:
            _, position = _varint(message, position)
        elif kind in (FIXED32, FIXED64):
            position += 4 if kind == FIXED32 else 8
        else:
            raise ValueError(f"wire type {kind}")


def _varint(message: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            return (value - (1 << 64) if value >> 63 else value), position


def _varints(packed: bytes) -> list[int]:
    values, position = [], 0
    while position < len(packed):
        value, position = _varint(packed, position)
        values.append(value)
    return values
