"""The model's replies → its values, one array a name; what doesn't fit the rows is refused, never mended."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib import import_module
from typing import Any

import numpy as np

from .contract import Endpoint, Reply
from .errors import PredictionNotFinite
from .media_types import CSV, JSON, JSON_LINES, RECORDIO, parse_media_type

Values = dict[str, np.ndarray[Any, Any]]
Decoder = Callable[[bytes, int, Reply], Values]


def decode_prediction(replies: Iterable[tuple[bytes, int]], endpoint: Endpoint) -> Values:
    """Name → (n_rows,) float64, or (n_rows, k) for a vector, from replies with the rows each is for.

    Raises MalformedReply, WrongPredictionCount or PredictionNotFinite.
    """
    decode = decoder_of(endpoint)
    parts = [decode(body, n_rows, endpoint.reply) for body, n_rows in replies]
    values = {name: np.concatenate([part[name] for part in parts]) for name in endpoint.reply.values}
    for name, array in values.items():
        if not np.isfinite(array).all():
            raise PredictionNotFinite(reason=f"{name} has {int((~np.isfinite(array)).sum())} of them")
    return values


def decoder_of(endpoint: Endpoint) -> Decoder:
    """What reads this endpoint's replies; its module is imported when it is first asked for."""
    return _decoder(endpoint.accept)


@lru_cache(maxsize=8)
def _decoder(accept: str) -> Decoder:
    module, function = _DECODERS[parse_media_type(accept).essence]
    decoder: Decoder = getattr(import_module(f".{module}", __package__), function)
    return decoder


_DECODERS = {
    CSV: ("decode_csv_reply", "decode_csv"),
    JSON: ("decode_json_reply", "decode_json"),
    JSON_LINES: ("decode_json_reply", "decode_json_lines"),
    RECORDIO: ("decode_recordio_reply", "decode_recordio"),
}
"""Which function of which module reads each format that a model may answer."""
