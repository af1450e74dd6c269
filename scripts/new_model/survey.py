"""A file of rows → what is taken of it: the target, typed columns, and those left out with the reason."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from scripts.fitting.training_data import DataError, Table, read_table
from scripts.new_model.features import reason_to_leave_out
from scripts.new_model.names import input_names
from scripts.new_model.target import Target, read_kind
from scripts.new_model.types import Told, TypedColumn, ask_about_missing, type_column
from scripts.training.rows import Reading, read_cells

LEAST_ROWS: Final = 20
MOST_REFUSALS: Final = 10


@dataclass(frozen=True)
class Wishes:
    """What the person asks for, by columns of the file."""

    target: str | None = None
    kind: str | None = None
    positive: str | None = None
    delimiter: str = ","
    decimal: str = "."
    missing: Sequence[str] = ()
    types: Mapping[str, str] = field(default_factory=dict)
    date_formats: Mapping[str, str] = field(default_factory=dict)
    utc_offset: str | None = None
    leave_out: Sequence[str] = ()
    keep: Sequence[str] = ()


@dataclass(frozen=True)
class Survey:
    """What a file holds."""

    path: Path
    rows: int
    reading: Reading
    target: Target
    target_name: str
    """The target as the contract names it."""
    target_cells: Sequence[Any]
    columns: tuple[TypedColumn, ...]
    left_out: Mapping[str, str]
    """Column → why."""
    renamed: Mapping[str, str]


def survey_file(path: Path, wishes: Wishes) -> Survey:
    """Read and judge a file; raises DataError that names column, row and repair."""
    raw = read_table(path, wishes.delimiter)
    names = input_names(raw.cells)
    _check_shape(path, raw, wishes)
    for column in (*wishes.types, *wishes.date_formats, *wishes.leave_out, *wishes.keep, *(wishes.target,)):
        _check_known(column, path, raw)
    target_column = str(wishes.target)
    reading = Reading(
        target_column,
        delimiter=wishes.delimiter,
        decimal=wishes.decimal,
        missing=tuple(wishes.missing),
        names={column: name for column, name in names.items() if name != column},
    )
    table = read_cells(path, reading)
    if table.text:
        used = [name for column, name in names.items() if column not in (target_column, *wishes.leave_out)]
        asked = [name for name in used if name not in {names[column] for column in wishes.types}]
        ask_about_missing(path.name, {name: table.cells[name] for name in asked})
    target = read_kind(target_column, table.cells[names[target_column]], wishes.kind, wishes.positive)
    told = Told(
        {names[column]: kind for column, kind in wishes.types.items()},
        {names[column]: written for column, written in wishes.date_formats.items()},
        wishes.utc_offset,
    )
    columns, left_out = [], {}
    refusals: list[DataError] = []
    for column, name in names.items():
        if column == target_column:
            continue
        if column in wishes.leave_out:
            left_out[name] = "you say so"
            continue
        try:
            typed = type_column(name, table.cells[name], told, reading, text=table.text)
        except DataError as refusal:
            refusals.append(refusal)
            continue
        reason = reason_to_leave_out(typed)
        if reason and not (column in wishes.keep and len(set(typed.present)) > 1):
            left_out[name] = reason
        else:
            columns.append(typed)
    if refusals:
        raise _all_of(path, refusals)
    if not columns:
        raise DataError(
            f"{path.name} has no column to predict {target_column} from:\n"
            + "\n".join(f"  {name}: {reason}" for name, reason in left_out.items()),
            "bring columns that differ from row to row, or --keep one of these",
        )
    formats = {each.name: each.dates.written for each in columns if each.dates and each.dates.written}
    return Survey(
        path=path,
        rows=len(table.cells[names[target_column]]),
        reading=replace(reading, labels=target.labels, date_formats=formats),
        target=target,
        target_name=names[target_column],
        target_cells=table.cells[names[target_column]],
        columns=tuple(columns),
        left_out=left_out,
        renamed=reading.names,
    )


def _all_of(path: Path, refusals: Sequence[DataError]) -> DataError:
    """One refusal for all columns, so that they can be answered at once."""
    if len(refusals) == 1:
        return refusals[0]
    shown = "".join(f"\n  {refusal}\n    {refusal.repair}" for refusal in refusals[:MOST_REFUSALS])
    more = len(refusals) - MOST_REFUSALS
    return DataError(
        f"{path.name} has {len(refusals)} columns that can be read in more than one way, or in none:{shown}"
        + (f"\n  … and {more} more" if more > 0 else ""),
        "answer them all in one command",
    )


def time_of(survey: Survey) -> str | None:
    """The one datetime without gaps, by which rows are split; None without, or with several."""
    found = [each for each in survey.columns if each.type == "datetime"]
    return found[0].name if len(found) == 1 and len(found[0].present) == survey.rows else None


def _check_shape(path: Path, raw: Table, wishes: Wishes) -> None:
    if raw.text and len(raw.cells) == 1:
        (header,) = raw.cells
        found = next((mark for mark in ";\t|," if mark in header and mark != wishes.delimiter), None)
        if found:
            shown = "tab" if found == "\t" else f"'{found}'"
            raise DataError(
                f"{path.name} has one column, {header!r}: its cells seem to end with another mark than "
                f"{wishes.delimiter!r}",
                f"--delimiter {shown}",
            )
    if raw.text and all(re.fullmatch(r"\s*[-+]?\d[\d.eE+-]*\s*", column) for column in raw.cells):
        raise DataError(
            f"{path.name} begins with numbers, {', '.join(list(raw.cells)[:4])} …: its header row is missing",
            "write a first line with the columns' names",
        )
    if wishes.target is None:
        raise DataError(
            f"say which column is to be predicted; {path.name} has {', '.join(raw.cells)}", "TARGET=COLUMN"
        )
    rows = len(next(iter(raw.cells.values()), ()))
    if rows < LEAST_ROWS:
        raise DataError(
            f"{path.name} has {rows} row{'' if rows == 1 else 's'}: too few to tell types and ranges from, "
            "and to hold some out",
            f"bring at least {LEAST_ROWS}",
        )


def _check_known(column: str | None, path: Path, raw: Table) -> None:
    if column is None or column in raw.cells:
        return
    alike = [each for each in raw.cells if each.strip().casefold() == column.strip().casefold()]
    near = alike or get_close_matches(column, list(raw.cells), n=1)
    hint = f" (did you mean {near[0]}?)" if near else ""
    raise DataError(
        f"{path.name} has no column {column}{hint}; it has {', '.join(raw.cells)}",
        "name one as it stands there",
    )
