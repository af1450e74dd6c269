"""Rows at the edges of what a contract takes: each input absent, extreme or unknown, one at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from scoring.columns import ABSENT, Columns, read_columns
from scoring.contract_sections import Input
from scoring.errors import InvalidInstances

TEXTS = ("", " ", "unknown §", "Ünïcode 日本", "a" * 300, "1", "nan", "None")
NUMBERS = (0, -1, 1, 0.5, 2**31, -(2**31), 1e-300, -1e-12, 1e15, -1e15, 1e150, -1e150)
MOMENTS = ("1970-01-01 00:00:00", "2000-02-29 23:59:59", "2100-12-31 12:00:00")


def edge_rows(inputs: Sequence[Input], typical: Mapping[str, Any]) -> Columns:
    """Columns of all rows that the contract takes, made from a typical row by changing an input."""
    rows = [dict(typical)]
    for declared in inputs:
        rows += [{**typical, declared.name: value} for value in _edges(declared)]
    rows.append({each.name: None if not each.required else typical[each.name] for each in inputs})
    taken = [row for row in rows if _is_taken(inputs, row)]
    cells = {each.name: [row.get(each.name, ABSENT) for row in taken] for each in inputs}
    return read_columns(inputs, cells)


def _edges(declared: Input) -> Iterator[Any]:
    yield None
    yield from declared.enum or ()
    if declared.type == "boolean":
        yield from (True, False)
    elif declared.type == "string":
        yield from TEXTS
    elif declared.type == "datetime":
        yield from MOMENTS
    else:
        low, high = declared.minimum, declared.maximum
        yield from (bound for bound in (low, high) if bound is not None)
        yield from (int(each) if declared.type == "integer" and each % 1 == 0 else each for each in NUMBERS)
        yield from (np.nextafter(bound, 0).item() for bound in (low, high) if bound is not None)


def _is_taken(inputs: Sequence[Input], row: Mapping[str, Any]) -> bool:
    try:
        read_columns(inputs, {each.name: [row.get(each.name, ABSENT)] for each in inputs})
    except InvalidInstances:
        return False
    return True
