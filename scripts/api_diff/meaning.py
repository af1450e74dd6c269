"""What our documents say of a field in words alone, since no keyword holds it: unit, default, offset, days.

A client that goes on sending °F where °C is meant now is answered without an error, and wrong.
The sentences are those of scripts/openapi_document/schemas.py.
"""

import re
from collections.abc import Iterator
from typing import Any

from scripts.api_diff.difference import Turn
from scripts.api_diff.keywords import Schema, bound_turns, is_less, is_more

UNIT, LEFT_OUT, OFFSET, FIRST, LAST = (
    re.compile(rf"(?:^|\. ){sentence}(.+?)(?=\. |\.$)")
    for sentence in (
        *("Unit: ", "Left out: ", "Without an offset it is taken as UTC", "Not before ", "Not after "),
    )
)


def meaning_turns(old: Schema, new: Schema) -> Iterator[tuple[Turn, str]]:
    """Yield what is meant otherwise, and what narrowed or widened."""
    before, after = _said(UNIT, old), _said(UNIT, new)
    if before and after and before != after:
        yield "other", f"unit {before} → {after}"
    before, after = _default(old), _default(new)
    if None not in (before, after) and before != after:
        yield "other", f"left out it means {before} → {after}"
    before, after = _said(OFFSET, old), _said(OFFSET, new)
    if before != after:
        turn: Turn = "wider" if before is None else "narrower" if after is None else "other"
        yield turn, f"offset from UTC {before or 'none'} → {after or 'none'}"
    yield from bound_turns("first day", _said(FIRST, old), _said(FIRST, new), is_more)
    yield from bound_turns("last day", _said(LAST, old), _said(LAST, new), is_less)


def _said(sentence: re.Pattern[str], schema: Schema) -> str | None:
    found = sentence.search(str(schema.get("description", "")))
    return found[1] if found else None


def _default(schema: Schema) -> Any:
    return schema["default"] if "default" in schema else _said(LEFT_OUT, schema)
