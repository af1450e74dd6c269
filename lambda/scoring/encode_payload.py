"""A matrix → the payloads of as many calls as it takes, in the contract's format on the wire."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .contract import Endpoint
from .errors import InstanceProblem, InvalidInstances, RequestTooLarge
from .media_types import CSV, parse_media_type

MAXIMUM_PAYLOAD_BYTES = 6_291_456
"""What InvokeEndpoint takes in one body (the `max` of BodyBlob in botocore's service model)."""

_LARGEST_EXACT = 2**53
_FEW_ROWS = 64
_FEW_NUMBERS = 128
"""Below this, writing all whole numbers of a range is faster than finding out which of them there are."""

Matrix = np.ndarray[Any, Any]


class Payload(NamedTuple):
    """One call's body, and how many rows are in it."""

    body: bytes
    n_rows: int


def encode_payload(matrix: Matrix, endpoint: Endpoint, limit: int = MAXIMUM_PAYLOAD_BYTES) -> list[Payload]:
    """(n_rows, n_features) float64 → payloads of at most `max_rows_per_call` rows and `limit` bytes.

    Raises InvalidInstances for a row that the contract's operations made infinite.
    Raises RequestTooLarge when a single row is over the limit.
    """
    infinite = np.isinf(matrix)
    if infinite.any():
        rows = np.flatnonzero(infinite.any(axis=1)).tolist()
        detail = "The model's features of this instance aren't finite."
        raise InvalidInstances([InstanceProblem(row, "", detail) for row in rows[:100]], len(rows))
    encode = _ENCODERS[parse_media_type(endpoint.content_type).essence]
    payloads: list[Payload] = []
    step = endpoint.max_rows_per_call
    for start in range(0, len(matrix), step):
        _encode_within(encode, matrix[start : start + step], limit, payloads)
    return payloads


def _encode_within(
    encode: Callable[[Matrix], bytes], rows: Matrix, limit: int, payloads: list[Payload]
) -> None:
    """Append the rows as one payload, or, while that is over the limit, as its halves."""
    body = encode(rows)
    if len(body) <= limit:
        payloads.append(Payload(body, len(rows)))
        return
    if len(rows) == 1:
        raise RequestTooLarge("One instance is larger than what the model takes in one call.")
    middle = len(rows) // 2
    _encode_within(encode, rows[:middle], limit, payloads)
    _encode_within(encode, rows[middle:], limit, payloads)


def encode_csv(matrix: Matrix) -> bytes:
    """CSV without a header: whole numbers without a point, others as Python's shortest exact repr, NaN as "".

    Of many rows, each distinct value of a column is written once: hours, flags and categories repeat, and
    writing numbers takes longer than all the rest.
    The rows are then put together as records of fixed width, out of which the padding is dropped.
    """
    matrix = matrix + 0.0  # makes -0.0 a plain 0
    if len(matrix) < _FEW_ROWS:
        rows = _write_json(matrix.tolist())[2:-2].replace("],[", ",\n")
        return _as_csv(rows + ",").replace(",\n", "\n")[:-1].encode("ascii")
    columns = np.ascontiguousarray(matrix.T)
    ends = [","] * (len(columns) - 1) + ["\n"]
    cells = list(map(_csv_column, columns, _whole_numbers(columns), ends))
    records = np.empty(len(matrix), [(str(place), column.dtype) for place, column in enumerate(cells)])
    for place, column in enumerate(cells):
        records[str(place)] = column
    return records.tobytes().translate(None, b"\0")[:-1]


def _whole_numbers(columns: Matrix) -> list[range | None]:
    """For each column the numbers from its least to its greatest, if it holds whole ones and few of them."""
    low, high = columns.min(axis=1), columns.max(axis=1)  # with a NaN both are NaN, and compare as false
    few = (high < low + _FEW_NUMBERS) & (np.abs(low) < _LARGEST_EXACT)
    few[few] = (np.floor(columns[few]) == columns[few]).all(axis=1)
    return [range(int(a), int(b) + 1) if fits else None for a, b, fits in zip(low, high, few, strict=True)]


def _csv_column(column: Matrix, whole: range | None, end: str) -> Matrix:
    """(n,) bytes: each number as text with `end` behind it, padded with NUL."""
    if whole is not None:
        distinct, places = list(whole), column.astype(np.int64) - whole.start
    else:
        values, places = np.unique(column, return_inverse=True)
        distinct = values.tolist()
    text = _as_csv(_write_json(distinct)[1:-1] + ",")
    words = text.replace(",", f"{end} ").encode("ascii").split(b" ")[:-1]
    cells: Matrix = np.array(words)[places]
    return cells


def _as_csv(text: str) -> str:
    """Numbers of JSON, each with a comma behind it, as CSV has them."""
    return text.replace(".0,", ",").replace("NaN,", ",")


_write_json = json.JSONEncoder(separators=(",", ":")).encode

_ENCODERS: dict[str, Callable[[Matrix], bytes]] = {CSV: encode_csv}
"""How a matrix is written in each format that a model may take."""
