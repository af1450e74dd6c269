"""Names of media types, once, and the two headers that carry them (RFC 9110 §8.3 and §12.5.1)."""

from collections.abc import Iterable
from typing import NamedTuple

JSON = "application/json"
PROBLEM_JSON = "application/problem+json"
JSON_LINES = "application/jsonlines"
FORM = "application/x-www-form-urlencoded"
CSV = "text/csv"
LIBSVM = "text/libsvm"
RECORDIO = "application/x-recordio-protobuf"


class MediaType(NamedTuple):
    """`text/csv; charset=utf-8` taken apart; names in lower case, values of parameters without quotes."""

    essence: str
    parameters: dict[str, str]


def parse_media_type(header: str) -> MediaType:
    """Take a Content-Type, or one member of an Accept, apart."""
    essence, *rest = header.split(";")
    parameters = {}
    for item in rest:
        name, _, value = item.partition("=")
        parameters[name.strip().lower()] = value.strip().strip('"')
    return MediaType(essence.strip().lower(), parameters)


def choose_media_type(accept: str, offered: Iterable[str]) -> str | None:
    """The offered type that `accept` likes best; None when it likes none.

    The most specific range that matches a type decides its weight; equal weights go to the earlier offer.
    """
    ranges = [parse_media_type(item) for item in accept.split(",") if item.strip()]
    if not ranges:
        return next(iter(offered))
    weighted = [(_weight(essence, ranges), essence) for essence in offered]
    weight, essence = max(weighted, key=lambda pair: pair[0])
    return essence if weight > 0 else None


def _weight(essence: str, ranges: list[MediaType]) -> float:
    for pattern in (essence, essence.split("/", 1)[0] + "/*", "*/*"):
        matching = [_quality(item) for item in ranges if item.essence == pattern]
        if matching:
            return max(matching)
    return 0.0


def _quality(item: MediaType) -> float:
    try:
        return min(max(float(item.parameters.get("q", "1")), 0.0), 1.0)
    except ValueError:
        return 0.0
