"""A first contract for data that has none: inputs with types, ranges and examples as the data has them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from scoring.column_readers import READERS
from scoring.contract_sections import Input
from scripts.fitting.training_data import read_table

from .refusals import ConversionError

TYPES: Final = ("boolean", "integer", "number", "datetime", "string")
"""In the order in which they are tried; 0 and 1 alone are integers."""


def draft_inputs(path: Path, names: Sequence[str] | None) -> list[dict[str, Any]]:
    """The entries of `inputs` for these columns of a file that `read_table` reads; None: for all of them."""
    table, text = read_table(path)
    lacking = [name for name in names or () if name not in table]
    if lacking:
        raise ConversionError(
            f"{path.name} lacks the columns {', '.join(lacking)}, which the pipeline was fitted on",
            "give the data that it was fitted on",
        )
    return [draft_input(name, table[name], text=text) for name in names or table]


def draft_input(name: str, cells: Sequence[Any], *, text: bool) -> dict[str, Any]:
    """One entry: the narrowest type that all cells have, and their range."""
    present = [cell for cell in cells if not _absent(cell)]
    kind, values = _typed(name, present, text=text)
    entry: dict[str, Any] = {"name": name, "type": kind}
    if kind in ("integer", "number"):
        entry |= {"minimum": min(values), "maximum": max(values)}
    if len(present) < len(cells):
        entry["required"] = False
    if values:
        entry["example"] = str(values[0]) if kind == "datetime" else values[0]
    return entry


def _typed(name: str, present: list[Any], *, text: bool) -> tuple[str, list[Any]]:
    for kind in TYPES:
        reader = READERS[kind](Input(name, kind, date_only=True))
        read: Callable[[str], Any] = reader.from_text if text else _as_it_is
        values = [read(cell) for cell in present]
        if kind == "boolean" and {str(cell).strip() for cell in present} <= {"0", "1"}:
            continue
        try:
            for value in values:
                reader.read_one(value)
        except (ValueError, TypeError):
            continue
        if kind == "integer":
            values = [int(value) for value in values]
        return kind, values
    return "string", [str(cell) for cell in present]


def _as_it_is(cell: Any) -> Any:
    return str(cell) if hasattr(cell, "isoformat") else cell


def _absent(cell: Any) -> bool:
    return cell is None or cell == "" or (isinstance(cell, float) and cell != cell)  # noqa: PLR0124 - NaN
