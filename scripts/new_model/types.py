"""Columns as the file has them → typed values, and what was noticed; nothing doubtful is guessed."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from scoring.column_readers import LARGEST_EXACT, READERS
from scoring.contract_sections import Input
from scripts.fitting.training_data import DataError
from scripts.new_model.dates import Cells, Dates, is_iso, read_dates
from scripts.new_model.missing import ask_about_marks, note_about_marks
from scripts.training.rows import Reading, typed_values

NEARLY_ALL: Final = 0.8
"""If at least so many cells are numbers, or dates, the others are held for slips and not for text."""

_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[,.' ]\d{3})*(?:,\d+)?|[+-]?\d+,\d+", re.ASCII)
_MONEY = re.compile(r"[-+]?(?:[$€£¥] ?[-+]?\d[\d.,' ]*|\d[\d.,' ]*[$€£¥%])", re.ASCII)
_CODE = re.compile(r"0\d+", re.ASCII)


@dataclass
class TypedColumn:
    """A column whose type is known."""

    name: str
    type: str
    """number, integer, string, boolean or datetime."""
    values: list[Any]
    """JSON values, None where absent."""
    dates: Dates | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def present(self) -> list[Any]:
        """The values without those that are absent."""
        return [value for value in self.values if value is not None]


@dataclass(frozen=True)
class Told:
    """What the person has said about columns, by name."""

    types: Mapping[str, str] = field(default_factory=dict)
    date_formats: Mapping[str, str] = field(default_factory=dict)
    utc_offset: str | None = None


def type_column(name: str, cells: Sequence[Any], told: Told, reading: Reading, *, text: bool) -> TypedColumn:
    """The narrowest type that all cells have; raises DataError if few of them miss it."""
    present = [(row, cell) for row, cell in enumerate(cells) if cell is not None]
    if name in told.date_formats:
        kind = "datetime"
    elif name in told.types:
        kind = told.types[name]
    else:
        kind = _text_type(name, present, told) if text else _native_type(name, present, told)
    notes: list[str] = []
    dates = None
    if kind == "datetime":
        dates = read_dates(name, present, told.date_formats.get(name), told.utc_offset)
        if dates is None:
            row, cell = present[0]
            raise _doubt(name, f"{cell!r} in row {row + 1} is no date", "datetime")
        if dates.written:
            notes.append(f"dates are written {dates.written} in the file; clients write ISO 8601")
    formats = {name: dates.written} if dates and dates.written else {}
    values = typed_values(Input(name, kind), cells, Reading("", date_formats=formats), text=text)
    if kind == "string":
        values = [None if value is None else str(value) for value in values]
        noted = note_about_marks([value for value in values if value is not None])
        notes += [noted] if noted else []
        if any(_CODE.fullmatch(str(cell)) for _, cell in present):
            notes.append("zeros stand in front of digits: read as text")
    _check(name, kind, values)
    return TypedColumn(name, kind, values, dates, notes)


def _check(name: str, kind: str, values: Sequence[Any]) -> None:
    """Each value as the contract's reader takes it; raises DataError at the first that it doesn't."""
    if kind == "datetime":
        return
    reader = READERS[kind](Input(name, kind))
    for row, value in enumerate(values):
        try:
            if value is not None:
                reader.read_one(value)
        except (ValueError, TypeError) as refusal:
            reason = f" ({refusal})" if str(refusal) else ""
            raise _doubt(name, f"{value!r} in row {row + 1} is no {kind}{reason}", kind) from None


def _text_type(name: str, cells: Cells, told: Told) -> str:
    if not cells:
        return "string"
    texts = [cell for _, cell in cells]
    if {text.lower() for text in texts} <= {"true", "false"}:
        return "boolean"
    if any(_CODE.fullmatch(text) for text in texts):
        return "string"
    for kind, fits in (("number", _is_number), ("datetime", is_iso)):
        others = [(row, text) for row, text in cells if not fits(text)]
        if not others:
            if kind == "number":
                whole = all(_INTEGER.fullmatch(text) and abs(int(text)) < LARGEST_EXACT for text in texts)
                return "integer" if whole else "number"
            return kind
        if len(others) <= (1 - NEARLY_ALL) * len(cells):
            row, text = others[0]
            raise _doubt(
                name,
                f"{len(cells) - len(others)} of {len(cells)} cells are {kind}s, "
                f"but row {row + 1} holds {text!r}",
                kind,
            )
    if sum(map(bool, map(_GROUPED.fullmatch, texts))) >= NEARLY_ALL * len(texts):
        row, text = next((row, text) for row, text in cells if not _is_number(text))
        raise DataError(
            f"column {name}: {text!r} in row {row + 1} looks like a number with a decimal comma, "
            "or with thousands marked",
            f"--decimal , if it is a decimal comma; else take the marks out, or {_as_text(name)}",
        )
    if sum(map(bool, map(_MONEY.fullmatch, texts))) >= NEARLY_ALL * len(texts):
        row, text = next((row, text) for row, text in cells if _MONEY.fullmatch(text))
        raise DataError(
            f"column {name}: {text!r} in row {row + 1} looks like a number with a sign of money or per cent",
            f"take the signs out of the file; or {_as_text(name)} if it is text",
        )
    return "datetime" if read_dates(name, cells, None, told.utc_offset) else "string"


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def _native_type(name: str, cells: Sequence[tuple[int, Any]], told: Told) -> str:
    counts = Counter(NATIVE.get(type(cell), "") for _, cell in cells)
    if set(counts) <= {"integer", "number"}:
        return "number" if counts["number"] else "integer" if counts else "string"
    if len(counts) > 1 or "" in counts:
        usual = counts.most_common(1)[0][0]
        row, cell = next(
            (row, cell) for row, cell in cells if NATIVE.get(type(cell), "") in ("", *_others(usual))
        )
        raise _doubt(name, f"row {row + 1} holds {cell!r}, a {type(cell).__name__}, among other types", usual)
    (kind,) = counts
    if kind == "string" and read_dates(name, cells, None, told.utc_offset):
        return "datetime"
    return kind


NATIVE: Final[dict[type, str]] = {bool: "boolean", int: "integer", float: "number", str: "string"}
"""Type of a Parquet or JSON value → type of an input; dates have become ISO texts."""


def _others(usual: str) -> set[str]:
    return set(NATIVE.values()) - {usual}


def ask_about_missing(file: str, columns: Mapping[str, Sequence[Any]]) -> None:
    """Raise DataError where `NA` and its like stand among numbers or dates."""
    ask_about_marks(file, columns, (_is_number, is_iso))


def _as_text(name: str) -> str:
    return f"--type {shlex.quote(f'{name}=string')}"


def _doubt(name: str, seen: str, kind: str) -> DataError:
    out = f"mend the file; or --leave-out {shlex.quote(name)}"
    other = f"; or --missing TEXT for a text that means no value; or {_as_text(name)} if it is text"
    return DataError(f"column {name}: {seen}", out + (other if kind != "string" else ""))
