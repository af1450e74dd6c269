"""A matrix → the payloads of as many calls as it takes, in the contract's format on the wire."""

from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from .contract import Endpoint, PayloadOptions
from .errors import InstanceProblem, InvalidInstances, RequestTooLarge
from .media_types import CSV, JSON, JSON_LINES, LIBSVM, RECORDIO, parse_media_type

MAXIMUM_PAYLOAD_BYTES = 6_291_456
"""What InvokeEndpoint takes in one body (the `max` of BodyBlob in botocore's service model)."""

Matrix = np.ndarray[Any, Any]


class Payload(NamedTuple):
    """One call's body, and how many rows are in it."""

    body: bytes
    n_rows: int


class Encoder(NamedTuple):
    """How a matrix of finite numbers and NaN is written, and what can't be."""

    encode: Callable[[Matrix], bytes]
    says_missing: bool
    """Whether it has a way to write NaN that the model takes for a missing value."""
    largest: float = float(np.finfo(np.float64).max)
    """The greatest number that can be written."""


def encode_payload(matrix: Matrix, endpoint: Endpoint, limit: int = MAXIMUM_PAYLOAD_BYTES) -> list[Payload]:
    """(n_rows, n_features) float64 → payloads of at most `max_rows_per_call` rows and `limit` bytes.

    Raises InvalidInstances for rows that the format can't say: with a feature that the contract's operations
    made infinite, or too large for the format's numbers, or that is missing where the format has no word for
    it. Raises RequestTooLarge when a single row is over the limit.
    """
    encode, says_missing, largest = encoder_of(endpoint)
    _refuse(np.abs(matrix) > largest, "The model's features of this instance aren't finite.")
    if not says_missing:
        detail = f"One of the model's features is missing, which {endpoint.content_type} can't say."
        _refuse(np.isnan(matrix), detail)
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


def _refuse(faults: Matrix, detail: str) -> None:
    """(n_rows, n_features) bool: raise InvalidInstances for the rows with a fault."""
    if faults.any():
        rows = np.flatnonzero(faults.any(axis=1)).tolist()
        raise InvalidInstances([InstanceProblem(row, "", detail) for row in rows[:100]], len(rows))


def encoder_of(endpoint: Endpoint) -> Encoder:
    """What writes a matrix as this endpoint wants it; its module is imported when it is first asked for."""
    return _encoder(endpoint.content_type, endpoint.payload)


@lru_cache(maxsize=8)
def _encoder(content_type: str, options: PayloadOptions) -> Encoder:
    essence = parse_media_type(content_type).essence
    module = import_module(f".{_MODULES[essence]}", __package__)
    return Encoder(*module.make_encoder(essence, options))


_MODULES = {
    CSV: "encode_csv",
    LIBSVM: "encode_libsvm",
    JSON: "encode_json",
    JSON_LINES: "encode_json",
    RECORDIO: "encode_recordio",
}
"""Which module writes each format that a model may take."""
