"""Read JSON strictly: what Python's reader lets pass and RFC 8259 or a sane client wouldn't is refused."""

import json
import re
from itertools import chain
from math import isinf
from typing import Any, NoReturn

import numpy as np

from .errors import (
    DuplicateKey,
    InvalidEncoding,
    InvalidJson,
    NestedTooDeeply,
    NumberNotFinite,
    NumberTooLong,
    RequestError,
)

MAXIMUM_DEPTH = 32
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_json(text: str) -> Any:
    """Parse a document; raises the 400 that says what is wrong with it.

    Numbers beyond a float's range come back as infinities, and depth goes up to the interpreter's limit:
    looking for both costs more than the parsing, and no valid request holds either.
    A stage that finds a document invalid asks `look_closely` before it says why.
    """
    document = _parse(_DECODER, text)
    if not _keys_are_distinct(text, document):
        document = _parse(_PAIRS_DECODER, text)
    if "\\" in text and ("\\ud" in text or "\\uD" in text):
        _walk(document)
    return document


def look_closely(text: str) -> None:
    """Raise the 400 for numbers out of range and for depth, where a document has such a fault."""
    _walk(_parse(_CLOSE_DECODER, text))


def _parse(decoder: json.JSONDecoder, text: str) -> Any:
    try:
        return decoder.decode(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InvalidJson(f"{error.msg.rstrip(': ')} ({place}).") from None
    except RecursionError:
        raise _too_deep() from None
    except RequestError:
        raise
    except ValueError:
        raise NumberTooLong("An integer has thousands of digits.") from None


def _keys_are_distinct(text: str, document: Any) -> bool:
    """Whether counting proves that no object has a key twice, of which the parser would keep the last.

    Each key stands before a colon that follows a quote or a blank. Strings may hold such colons as well, so
    there are no fewer of them than keys; when the document has as many members, none was lost. To be told of
    every object instead adds a third to the parsing, or a half where each instance has many members.
    """
    octets = np.frombuffer(text.encode(), np.uint8)
    most = np.count_nonzero((octets[1:] == ord(":")) & (octets[:-1] <= ord('"')))
    found = 0
    level = [document]
    while level:
        objects = [value for value in level if type(value) is dict]
        found += sum(map(len, objects))
        if found == most:
            return True
        arrays = [value for value in level if type(value) is list]
        level = [*chain.from_iterable(arrays), *chain.from_iterable(map(dict.values, objects))]
    return False


def _walk(document: Any) -> None:
    """Look at every key and value once, level by level."""
    level = [document]
    for _ in range(MAXIMUM_DEPTH + 1):
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below += value
                below += value.values()
            elif isinstance(value, list):
                below += value
            elif isinstance(value, str) and _SURROGATE.search(value):
                raise InvalidEncoding("A string holds half of a surrogate pair.")
        if not below:
            return
        level = below
    raise _too_deep()


def _too_deep() -> NestedTooDeeply:
    return NestedTooDeeply(f"Arrays and objects may stand {MAXIMUM_DEPTH} deep in one another.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise DuplicateKey(f"The key {key[:80]!r} stands twice in one object.")
    return result


def _constant(name: str) -> NoReturn:
    raise NumberNotFinite(f"{name} isn't JSON.")


def _finite(text: str) -> float:
    value = float(text)
    if isinf(value):
        raise NumberNotFinite(f"{text[:40]} is beyond the range of a 64-bit float.")
    return value


_DECODER = json.JSONDecoder(parse_constant=_constant)
_PAIRS_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)
_CLOSE_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_finite)
