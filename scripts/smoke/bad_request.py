"""Spoil a golden request: one value becomes what no input is."""

import copy
from typing import Any

from scripts.smoke.result import CheckSkipped

WRONG = {"not": "a value"}


def spoil(request: Any) -> tuple[Any, str]:
    """Return a copy with one wrong value in its last row, and the JSON pointer to it."""
    bad = copy.deepcopy(request)
    rows = bad.get("instances") if isinstance(bad, dict) else None
    if not isinstance(rows, list) or not rows:
        raise CheckSkipped('the first example is not of the form {"instances": […]}')
    index = len(rows) - 1
    row, pointer = rows[index], f"/instances/{index}"
    if isinstance(row, dict) and isinstance(row.get("features"), list):
        row, pointer = row["features"], f"{pointer}/features"
    place: Any = next(iter(row)) if isinstance(row, dict) else 0
    row[place] = WRONG
    return bad, f"{pointer}/{place}"
