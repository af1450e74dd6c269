"""Typed columns → what the model eats, or the reason why a column is left out."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from scripts.new_model.dates import moments
from scripts.new_model.inputs import MOST_CATEGORIES
from scripts.new_model.types import TypedColumn

MOSTLY_UNIQUE: Final = 0.5
"""A text of which every other row has one of its own can't be learnt from."""
MOSTLY_MISSING: Final = 0.95
PARTS: Final = ("year", "month", "day", "dayofweek", "hour", "minute")
_NUMBERING: Final = re.compile(
    r"(?i)(?:.*[ _.-])?(?:id|uuid|guid|key|index|idx|rownum|row|no|nr)|.*Id|unnamed.*|column_\d+|"
)

Feature = str | dict[str, Any]


def reason_to_leave_out(column: TypedColumn) -> str | None:
    """Why a column says nothing about new rows; None if it may."""
    present, rows = column.present, len(column.values)
    distinct = len(set(present))
    if not present:
        return "it has no value at all"
    if distinct == 1:
        missing = "" if len(present) == rows else ", or is missing"
        return f"it is always {present[0]!r}{missing}"
    if 1 - len(present) / rows > MOSTLY_MISSING:
        return f"it is missing in {rows - len(present)} of {rows} rows"
    return JUDGE[column.type](column, distinct) if column.type in JUDGE else None


def _judge_text(column: TypedColumn, distinct: int) -> str | None:
    if distinct <= max(MOSTLY_UNIQUE * len(column.present), MOST_CATEGORIES):
        return None
    return (
        f"it is text, and {distinct} of {len(column.present)} values are different: a name or an identifier"
    )


def _judge_integer(column: TypedColumn, distinct: int) -> str | None:
    if distinct < len(column.present):
        return None
    if max(column.present) - min(column.present) == distinct - 1:
        return "it numbers the rows"
    named = _NUMBERING.fullmatch(column.name)
    return "it is an identifier by its name, and different in every row" if named else None


def _judge_datetime(column: TypedColumn, _: int) -> str | None:
    return None if varying_parts(column) else "no calendar part of it varies"


JUDGE: Final = {"string": _judge_text, "integer": _judge_integer, "datetime": _judge_datetime}


def declare_feature(column: TypedColumn, inputs: Collection[str]) -> Feature:
    """The entry of `features`; what it must find in data is fitted afterwards.

    Parts of dates are renamed if an input among `inputs` has such a name.
    """
    entry = DECLARE[column.type](column)
    if column.type == "datetime" and isinstance(entry, dict):
        parts = entry["input"] if isinstance(entry["input"], dict) else entry
        if any(f"{column.name}_{part}" in inputs for part in parts["parts"]):
            parts["as"] = [f"{column.name}, its {part}" for part in parts["parts"]]
    return entry


def varying_parts(column: TypedColumn) -> list[str]:
    """Calendar parts that have more than one value."""
    found = moments(column.present)
    return [part for part in PARTS if len({_part(moment, part) for moment in found}) > 1]


def _part(moment: datetime, part: str) -> int:
    return moment.weekday() if part == "dayofweek" else int(getattr(moment, part))


def _number(column: TypedColumn) -> Feature:
    if not _has_gaps(column):
        return column.name
    return {"operation": "impute", "input": column.name, "strategy": "median", "indicator": True}


def _boolean(column: TypedColumn) -> Feature:
    if not _has_gaps(column):
        return column.name
    return {"operation": "impute", "input": column.name, "strategy": "most_frequent", "indicator": True}


def _string(column: TypedColumn) -> Feature:
    """One column for two values, else one a value; rare ones share one. An absent value is one of them."""
    distinct = len(set(column.present))
    if distinct + _has_gaps(column) == 2:
        return {"operation": "ordinal", "input": column.name, "unknown": "value"}
    entry: dict[str, Any] = {"operation": "one_hot", "input": column.name, "unknown": "ignore"}
    return entry | (
        {"max_categories": MOST_CATEGORIES, "unknown": "infrequent"} if distinct > MOST_CATEGORIES else {}
    )


def _datetime(column: TypedColumn) -> Feature:
    entry: dict[str, Any] = {
        "operation": "datetime_parts",
        "input": column.name,
        "parts": varying_parts(column),
    }
    if not _has_gaps(column):
        return entry
    return {"operation": "impute", "input": entry, "strategy": "constant", "value": -1}


def _has_gaps(column: TypedColumn) -> bool:
    return len(column.present) < len(column.values)


DECLARE: Final = {
    "number": _number,
    "integer": _number,
    "boolean": _boolean,
    "string": _string,
    "datetime": _datetime,
}
