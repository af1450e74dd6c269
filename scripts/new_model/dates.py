"""Dates as files write them: ISO 8601 as it is, another way when it can be read in one sense only."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from scoring.datetimes import read_datetime
from scripts.fitting.training_data import DataError
from scripts.training.rows import as_iso, has_time

LOOKS_LIKE_A_DATE: Final = re.compile(r"\d{1,4}([/.-])\d{1,2}\1\d{1,4}(?:[ T,]+\d{1,2}[:.].*)?", re.ASCII)
DATES: Final = ("%d{0}%m{0}%Y", "%m{0}%d{0}%Y", "%Y{0}%m{0}%d")
TIMES: Final = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
FORMATS: Final = tuple(date.format(mark) + time for mark in "/.-" for date in DATES for time in TIMES)
_OFFSET: Final = re.compile(r":\d\d(?:\.\d+)?(Z|[+-]\d\d:?\d\d)$", re.ASCII)


class Dates(NamedTuple):
    """A column of dates."""

    written: str | None
    """How they are written (strptime); None for ISO 8601."""
    date_only: bool
    utc_offset: str | None


Cells = Sequence[tuple[int, str]]
"""Row, from 0, and text of each cell that has a value."""


def is_iso(cell: str) -> bool:
    """Whether a contract's datetime takes it."""
    try:
        read_datetime(cell, UTC, date_only=True)
    except ValueError:
        return False
    return True


def read_dates(name: str, cells: Cells, written: str | None, utc_offset: str | None) -> Dates | None:
    """How the dates of a column are written, None if they are none; raises DataError rather than guess."""
    if written is not None:
        return _as_told(name, cells, written)
    if all(is_iso(cell) for _, cell in cells):
        return _iso(name, cells, utc_offset)
    if not all(LOOKS_LIKE_A_DATE.fullmatch(cell) for _, cell in cells):
        return None
    found = [each for each in FORMATS if all(as_iso(cell, each) for _, cell in cells)]
    senses = {tuple(as_iso(cell, each) for _, cell in cells): each for each in found}
    if len(senses) == 1:
        return Dates(found[0], not has_time(found[0]), None)
    row, cell = cells[0]
    if senses:
        example = " or ".join(f"{as_iso(cell, each)} ({each})" for each in senses.values())
        raise DataError(
            f"column {name}: {cell!r} in row {row + 1} may be {example}, and no other row decides it",
            f"say which: --date-format {shlex.quote(f'{name}={found[0]}')}",
        )
    raise DataError(
        f"column {name} looks like dates ({cell!r} in row {row + 1}), but no way to write them fits all rows",
        f"say how they are written: --date-format {shlex.quote(f'{name}=%d/%m/%y')}, or that it is text: "
        f"--type {shlex.quote(f'{name}=string')}",
    )


def _as_told(name: str, cells: Cells, written: str) -> Dates:
    for row, cell in cells:
        if as_iso(cell, written) is None:
            raise DataError(
                f"column {name}: {cell!r} in row {row + 1} is not written as {written}",
                "mend that row, or name another --date-format",
            )
    return Dates(written, not has_time(written), None)


def _iso(name: str, cells: Cells, utc_offset: str | None) -> Dates:
    date_only = all(len(cell) <= len("2012-12-19") for _, cell in cells)
    offsets: dict[str, int] = {}
    for row, cell in cells:
        found = _OFFSET.search(cell)
        offsets.setdefault(found[1] if found else "none", row)
    if set(offsets) == {"none"}:
        return Dates(None, date_only, utc_offset)
    if utc_offset is None and len(offsets) > 1:
        seen = ", ".join(f"{offset} (row {row + 1})" for offset, row in list(offsets.items())[:4])
        raise DataError(
            f"column {name} has several UTC offsets: {seen}; the model's hours are those of one",
            "say of which, such as --utc-offset +01:00, or --utc-offset Z for UTC",
        )
    return Dates(None, date_only, utc_offset or _with_colon(next(iter(offsets))))


def _with_colon(offset: str) -> str:
    return offset if offset == "Z" or ":" in offset else f"{offset[:3]}:{offset[3:]}"


def moments(values: Sequence[str]) -> list[datetime]:
    """ISO texts as datetimes, all in one zone."""
    return [read_datetime(value, UTC, date_only=True) for value in values]
