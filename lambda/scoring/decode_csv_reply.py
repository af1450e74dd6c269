"""Values of a reply in text/csv: a row a line, with or without a last newline."""

from typing import Any

import numpy as np

from .contract import Reply
from .errors import MalformedReply, WrongPredictionCount

Values = dict[str, np.ndarray[Any, Any]]
_CSV_BYTES = b"0123456789+-.eE,\r\n\t "
_CSV_WORDS = frozenset((b"nan", b"inf", b"infinity"))


def decode_csv(body: bytes, n_rows: int, reply: Reply) -> Values:
    """Values of a CSV reply.

    Containers part rows with newlines or, where a row is one value, with commas (XGBoost's did both).
    Which it is follows from how many values the contract finds in a row, never from the reply alone.
    """
    text = _csv_text(body)
    indexes = {name: _columns(place) for name, place in reply.values.items()}
    width = 1 + max(index for places in indexes.values() for index in places)
    lines = text.split("," if width == 1 and "\n" not in text else "\n") if text else []
    if len(lines) != n_rows:
        raise WrongPredictionCount(reason=f"{len(lines)} rows came for {n_rows}")
    table = _csv_table(lines, width)
    return {
        name: table[:, places[0]] if isinstance(reply.values[name], int) else table[:, list(places)]
        for name, places in indexes.items()
    }


def _csv_text(body: bytes) -> str:
    if body.translate(None, _CSV_BYTES) and not _only_words(body):
        raise MalformedReply(reason="bytes that don't belong in a CSV of numbers")
    if b"\r" in body:
        body = body.replace(b"\r\n", b"\n")
    return body.decode("ascii").removesuffix("\n")


def _only_words(body: bytes) -> bool:
    """Whether what isn't a number is a word for one that isn't finite, which has an answer of its own."""
    cells = body.lower().replace(b"\n", b",").split(b",")
    return all(
        not cell.translate(None, _CSV_BYTES) or cell.strip().lstrip(b"+-") in _CSV_WORDS for cell in cells
    )


def _csv_table(lines: list[str], width: int) -> np.ndarray[Any, Any]:
    """(n_rows, width) float64."""
    cells = lines if width == 1 else ",".join(lines).split(",")
    if width > 1 and {line.count(",") for line in lines} != {width - 1}:
        raise MalformedReply(reason=f"a row that doesn't have {width} values")
    try:
        return np.fromiter(map(float, cells), np.float64, len(cells)).reshape(-1, width)
    except ValueError:
        raise MalformedReply(reason="a cell that isn't a number") from None


def _columns(place: int | str | tuple[int, ...]) -> tuple[int, ...]:
    return place if isinstance(place, tuple) else (int(place),)
