"""Predictions as text, a row a line: CSV or JSON lines.

CSV has a header of the outputs' names where a route answers all of them, and none where it answers the bare
values of one. A list has a column for each entry, `probabilities.0`; a label with its score has two,
`class.label` and `class.score`. A value that CSV can't tell from its grammar stands in quotes (RFC 4180).
"""

import csv
import json
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any

Outputs = Mapping[str, Sequence[Any]]


def write_csv(outputs: Outputs, shape: str) -> str:
    """A line for each row, ended by a newline; raises ValueError for a number that isn't finite."""
    flat = {name: column for output in outputs.items() for name, column in _flatten(*output)}
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if shape == "predictions":
        writer.writerow(flat)
    writer.writerows(zip(*(map(_cell, column) for column in flat.values()), strict=True))
    return text.getvalue()


def write_json_lines(outputs: Outputs, shape: str) -> str:
    """An object, or a bare value, for each row; raises ValueError for a number that isn't finite."""
    rows: Any = next(iter(outputs.values()))
    if shape == "predictions":
        rows = (dict(zip(outputs, row, strict=True)) for row in zip(*outputs.values(), strict=True))
    return "".join(f"{_dump(row)}\n" for row in rows)


def _flatten(name: str, column: Sequence[Any]) -> list[tuple[str, Sequence[Any]]]:
    first = column[0]
    if isinstance(first, dict):
        return [item for key in first for item in _flatten(f"{name}.{key}", [cell[key] for cell in column])]
    if isinstance(first, list | tuple):
        return [
            item
            for place in range(len(first))
            for item in _flatten(f"{name}.{place}", [cell[place] for cell in column])
        ]
    return [(name, column)]


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else _dump(value)


def _dump(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)
