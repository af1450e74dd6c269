"""Values of a reply in application/x-recordio-protobuf: each record's labels, by name.

SageMaker's built-in algorithms answer a record a row, whose label map holds what their JSON items hold:
`score`, `predicted_label`, `closest_cluster`, `projection` …; a map of one entry a name, each a Value.
Frame and fields are those of `encode_recordio.py`; Record.label = 2, Tensor.values = 1, packed or not.
https://docs.aws.amazon.com/sagemaker/latest/dg/LL-in-formats.html
"""

import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from .contract import Reply
from .errors import MalformedReply, WrongPredictionCount

Values = dict[str, np.ndarray[Any, Any]]

_MAGIC = 0xCED7230A
_TENSORS = {2: "<f4", 3: "<f8", 7: "varint"}
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_FEW_ROWS = 8


class _Span(NamedTuple):
    """Where in a record the numbers of a label stand; `numbers` are those that aren't one packed run."""

    start: int
    end: int
    kind: str
    numbers: tuple[int | float, ...] | None


def decode_recordio(body: bytes, n_rows: int, reply: Reply) -> Values:
    """Name → (n_rows,) float64, or (n_rows, k) for a label of several numbers."""
    try:
        frames = list(_frames(body))
        if len(frames) != n_rows:
            raise WrongPredictionCount(reason=f"{len(frames)} rows came for {n_rows}")
        alike = _read_alike(frames, reply) if n_rows >= _FEW_ROWS else None
        if alike is not None:
            return alike
        rows = [_numbers(frame, _labels(frame)) for frame in frames]
    except (IndexError, struct.error, UnicodeDecodeError, KeyError, ValueError):
        raise MalformedReply(reason="no recordio-protobuf") from None
    return {name: _column(rows, str(pointer), name) for name, pointer in reply.values.items()}


def _column(rows: list[dict[str, list[float]]], pointer: str, name: str) -> np.ndarray[Any, Any]:
    label, index = _place(pointer)
    try:
        found = [row[label] for row in rows]
    except KeyError:
        raise MalformedReply(reason=f"nothing at {pointer}") from None
    widths = set(map(len, found))
    if len(widths) != 1 or 0 in widths:
        raise MalformedReply(reason=f"{name}: labels of different lengths, or empty ones")
    return _pick(np.array(found, np.float64), index, pointer)


def _pick(table: np.ndarray[Any, Any], index: int | None, pointer: str) -> np.ndarray[Any, Any]:
    if index is not None and index >= table.shape[1]:
        raise MalformedReply(reason=f"nothing at {pointer}")
    if index is None and table.shape[1] > 1:
        return table
    return table[:, index or 0]


def _place(pointer: str) -> tuple[str, int | None]:
    """The label that a pointer such as /score or /score/1 names, and which of its numbers."""
    label, _, index = pointer[1:].partition("/")
    label = label.replace("~1", "/").replace("~0", "~")
    return label, int(index) if index.isascii() and index.isdigit() else None


def _read_alike(frames: list[bytes], reply: Reply) -> Values | None:
    """All rows at once, if nothing but the numbers differs between their records."""
    first = frames[0]
    if set(map(len, frames)) != {len(first)}:
        return None
    spans = _labels(first)
    if any(span.numbers is not None for span in spans.values()):
        return None
    table = np.frombuffer(b"".join(frames), np.uint8).reshape(len(frames), -1)
    frame = np.ones(len(first), bool)
    for span in spans.values():
        frame[span.start : span.end] = False
    if (table[:, frame] != table[0, frame]).any():
        return None
    values: Values = {}
    for name, pointer in reply.values.items():
        label, index = _place(str(pointer))
        found = spans.get(label)
        if found is None or found.end == found.start:
            return None
        numbers = np.ascontiguousarray(table[:, found.start : found.end]).view(found.kind)
        values[name] = _pick(numbers.astype(np.float64), index, str(pointer))
    return values


def _frames(body: bytes) -> Iterator[bytes]:
    position = 0
    while position < len(body):
        magic, length = struct.unpack_from("<II", body, position)
        end = position + 8 + length
        if magic != _MAGIC or end > len(body):
            raise ValueError("no frame")
        yield body[position + 8 : end]
        position = end + -length % 4


def _numbers(record: bytes, spans: dict[str, _Span]) -> dict[str, list[float]]:
    return {
        name: np.frombuffer(record[span.start : span.end], span.kind).tolist()
        if span.numbers is None
        else list(span.numbers)
        for name, span in spans.items()
    }


def _labels(record: bytes) -> dict[str, _Span]:
    """Where each label's numbers stand."""
    spans: dict[str, _Span] = {}
    for number, kind, start, end in _fields(record, 0, len(record)):
        if number != 2 or kind != _BYTES:
            continue
        name, span = "", None
        for part, _, part_start, part_end in _fields(record, start, end):
            if part == 1:
                name = record[part_start:part_end].decode("utf-8")
            elif part == 2:
                span = _tensor(record, part_start, part_end)
        if span is not None:
            spans[name] = span
    return spans


def _tensor(record: bytes, start: int, end: int) -> _Span | None:
    """The numbers of a Value; None for one that isn't a tensor."""
    for number, _, tensor_start, tensor_end in _fields(record, start, end):
        if number in _TENSORS:
            runs = [field for field in _fields(record, tensor_start, tensor_end) if field[0] == 1]
            if len(runs) == 1 and runs[0][1] == _BYTES and number != 7:
                return _Span(runs[0][2], runs[0][3], _TENSORS[number], None)
            return _Span(0, 0, _TENSORS[number], tuple(_loose(record, runs, _TENSORS[number])))
    return None


def _loose(record: bytes, runs: list[tuple[int, int, int, int]], kind: str) -> Iterator[int | float]:
    """Numbers one by one, in several runs, or as varints."""
    for _, _, start, end in runs:
        if kind != "varint":
            yield from np.frombuffer(record[start:end], kind).tolist()
            continue
        position = start
        while position < end:
            number, position = _varint(record, position)
            yield number - (1 << 64) if number >> 63 else number


def _fields(record: bytes, position: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Number, wire type, start and end of the content of each field."""
    while position < end:
        tag, start = _varint(record, position)
        kind = tag & 7
        if kind == _BYTES:
            length, start = _varint(record, start)
            position = start + length
        elif kind == _VARINT:
            _, position = _varint(record, start)
        elif kind in (_FIXED32, _FIXED64):
            position = start + (4 if kind == _FIXED32 else 8)
        else:
            raise ValueError("no wire type")
        if position > end:
            raise ValueError("a field that ends behind its message")
        yield tag >> 3, kind, start, position


def _varint(record: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = record[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            return value, position
        if shift > 63:
            raise ValueError("no varint")
