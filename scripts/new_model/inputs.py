"""Typed columns → the contract's inputs: what clients may send."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from scripts.new_model.dates import moments
from scripts.new_model.ranges import widened, widened_years
from scripts.new_model.types import TypedColumn

MOST_CODES: Final = 10
MOST_CATEGORIES: Final = 20
ROWS_A_CATEGORY: Final = 10
"""So many rows for each value, on average, make a set of values look complete."""


def declare_input(column: TypedColumn, file: str, example: Any) -> dict[str, Any]:
    """The entry of `inputs`; `example` None for none."""
    entry: dict[str, Any] = {"name": column.name, "type": column.type, **_limits(column)}
    if column.dates and column.dates.utc_offset:
        entry["utc_offset"] = column.dates.utc_offset
    if column.dates and column.dates.date_only:
        entry["date_only"] = True
    if len(column.present) < len(column.values):
        entry["required"] = False
    entry["description"] = f"Column {column.name} of {file}."
    return entry if example is None else entry | {"example": example}


def _limits(column: TypedColumn) -> dict[str, Any]:
    if is_closed(column):
        return {"enum": sorted(set(column.present))}
    if column.type in ("integer", "number"):
        low, high = widened(column.present, whole=column.type == "integer")
        return {"minimum": low, "maximum": high}
    if column.type == "datetime":
        first, last = widened_years(moments(column.present))
        return {"minimum": first, "maximum": last}
    return {}


def is_closed(column: TypedColumn) -> bool:
    """Whether the values seen look like all there are: few, and each of them often."""
    most = {"string": MOST_CATEGORIES, "integer": MOST_CODES}.get(column.type, 0)
    distinct = len(set(column.present))
    return 0 < distinct <= most and len(column.present) >= ROWS_A_CATEGORY * distinct


def seen(column: TypedColumn) -> str:
    """What was seen, for people."""
    counts = Counter(column.present)
    if column.type in ("integer", "number", "datetime"):
        return f"{min(column.present)} … {max(column.present)}"
    shown = ", ".join(str(value) for value, _ in counts.most_common(4))
    return f"{len(counts)} values: {shown}{', …' if len(counts) > 4 else ''}"


def typical(column: TypedColumn) -> Any:
    """A made-up value: the median of numbers and dates, the most frequent of others."""
    if column.type in ("number", "datetime") or (column.type == "integer" and not is_closed(column)):
        return _median(sorted(column.present))
    counts = Counter(column.present)
    return min(counts, key=lambda value: (-counts[value], str(value)))


def _median(ordered: Sequence[Any]) -> Any:
    return ordered[len(ordered) // 2]
