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
    infinite = np.flatnonzero(np.isinf(matrix).any(axis=1))
    if infinite.size:
        detail = "The model's features of this instance aren't finite."
        problems = [InstanceProblem(int(row), "", detail) for row in infinite[:100]]
        raise InvalidInstances(problems, int(infinite.size))
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
    """
    matrix = matrix + 0.0  # makes -0.0 a plain 0
    if len(matrix) < _FEW_ROWS:
        return "\n".join(map(_csv_text, matrix)).encode("ascii")
    columns = map(_csv_column, np.ascontiguousarray(matrix.T), _whole_numbers(matrix))
    return "\n".join(map(",".join, zip(*columns, strict=True))).encode("ascii")


def _whole_numbers(matrix: Matrix) -> list[tuple[int, int] | None]:
    """For each column the least and the greatest number, if it holds whole numbers alone and few of them."""
    low, high = (
        matrix.min(axis=0),
        matrix.max(axis=0),
    )  # of a column with NaN both are NaN, and compare as false
    few = (high - low < len(matrix) / 4) & (np.abs(low) < _LARGEST_EXACT)
    few[few] = (np.floor(matrix[:, few]) == matrix[:, few]).all(axis=0)
    return [(int(a), int(b)) if fits else None for a, b, fits in zip(low, high, few, strict=True)]


def _csv_column(column: Matrix, whole: tuple[int, int] | None) -> list[str]:
    if whole is not None:
        low, high = whole
        return _pick([str(number) for number in range(low, high + 1)], column.astype(np.int64) - low)
    distinct, places = np.unique(column, return_inverse=True)
    if 4 * len(distinct) > len(column):
        return _csv_text(column).split(",")
    return _pick(_csv_text(distinct).split(","), places)


def _pick(words: list[str], places: Matrix) -> list[str]:
    cells: list[str] = np.array(words, dtype=object)[places].tolist()
    return cells


def _csv_text(values: Matrix) -> str:
    """(n,) numbers with commas between them."""
    text = json.dumps(values.tolist(), separators=(",", ":"))[1:-1] + ","
    return text.replace(".0,", ",").replace("NaN,", ",")[:-1]


_ENCODERS: dict[str, Callable[[Matrix], bytes]] = {CSV: encode_csv}
"""How a matrix is written in each format that a model may take."""
