"""Values of a reply in JSON or JSON lines: where each stands in an item is the contract's to say.

SageMaker's built-in algorithms answer `{"predictions": [{"score": 0.4, "predicted_label": 0}]}` in JSON and
the same items, one a line, in JSON lines:
https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-inference.html
"""

import json
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import numpy as np

from .contract import Reply
from .errors import MalformedReply, WrongPredictionCount

Values = dict[str, np.ndarray[Any, Any]]


def decode_json(body: bytes, n_rows: int, reply: Reply) -> Values:
    """Name → (n_rows,) float64, or (n_rows, k) for a vector, out of one document."""
    items = _pointer(reply.rows or "")(_parse(body))
    if not isinstance(items, list):
        raise MalformedReply(reason=f"no array at {reply.rows or 'the root'}")
    return _values(items, n_rows, reply)


def decode_json_lines(body: bytes, n_rows: int, reply: Reply) -> Values:
    """As `decode_json`, with an item a line."""
    return _values([_parse(line) for line in body.splitlines() if line.strip()], n_rows, reply)


def _values(items: list[Any], n_rows: int, reply: Reply) -> Values:
    if len(items) != n_rows:
        raise WrongPredictionCount(reason=f"{len(items)} rows came for {n_rows}")
    return {name: _column(items, str(pointer), name) for name, pointer in reply.values.items()}


def _column(items: list[Any], pointer: str, name: str) -> np.ndarray[Any, Any]:
    column = list(map(_pointer(pointer), items))
    vectors = isinstance(column[0], list)
    if vectors and len(set(map(_length, column))) != 1:
        raise MalformedReply(reason=f"{name}: lists of different lengths")
    numbers: Sequence[Any] = list(chain.from_iterable(column)) if vectors else column
    if not set(map(type, numbers)) <= {int, float}:
        raise MalformedReply(reason=f"{name}: something that isn't a number")
    try:
        return np.array(numbers, np.float64).reshape(len(items), -1) if vectors else np.array(numbers, float)
    except OverflowError:
        raise MalformedReply(reason=f"{name}: an integer beyond a float's range") from None


def _length(value: Any) -> int:
    return len(value) if isinstance(value, list) else -1


def _pointer(pointer: str) -> Callable[[Any], Any]:
    """What finds a JSON pointer's place (RFC 6901) in a document; it raises MalformedReply where none is."""
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]

    def find(document: Any) -> Any:
        try:
            for token in tokens:
                document = document[int(token)] if isinstance(document, list) else document[token]
        except (KeyError, IndexError, TypeError, ValueError):
            raise MalformedReply(reason=f"nothing at {pointer}") from None
        return document

    return find


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise MalformedReply(reason="no JSON") from None
