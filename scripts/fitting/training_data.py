"""Training data from CSV, Parquet or JSON lines → typed columns, checked as clients' values are checked."""

from __future__ import annotations

import csv
import json
import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from scoring import Contract
from scoring.columns import Columns, read_columns
from scoring.errors import InvalidInstances
from scoring.records import read_records

PARQUET = (".parquet", ".pq")
JSON_LINES = (".jsonl", ".ndjson")
SHOWN = 20


class DataError(Exception):
    """Training data that can't be used: what is wrong, and what to do."""

    def __init__(self, problem: str, repair: str = "") -> None:
        super().__init__(problem)
        self.repair = repair


@dataclass(frozen=True)
class TrainingData:
    """Columns as `read_columns` returns them, and the target if there is one."""

    columns: Columns
    rows: int
    target: np.ndarray[Any, Any] | None = None
    """(n_rows,) float64."""


def read_training_data(path: Path, contract: Contract, target: str | None = None) -> TrainingData:
    """Read a file as `read_table` does; columns that are no input are left aside.

    Raises DataError.
    """
    table, text = read_table(path)
    names = [declared.name for declared in contract.inputs if declared.required]
    for name in [*names, *([target] if target else [])]:
        if name not in table:
            near = get_close_matches(name, list(table), n=1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            raise DataError(
                f"{path.name} has no column {name}{hint}; it has {', '.join(table)}",
                "rename the column, or the input, or give the input a default",
            )
    rows = len(next(iter(table.values()), ()))
    if not rows:
        raise DataError(f"{path.name} has no rows")
    try:
        if text:
            known = {each.name: table[each.name] for each in contract.inputs if each.name in table}
            columns = read_columns(contract.inputs, known, text=True)
        else:
            columns = read_columns(contract.inputs, read_records(contract.inputs, table))
    except InvalidInstances as refusal:
        raise refused(path, refusal) from None
    return TrainingData(columns, rows, _read_target(table[target], target, path) if target else None)


class Table(NamedTuple):
    """A file's columns, all of the same length, as they stand in it."""

    cells: dict[str, list[Any]]
    text: bool
    """Whether every cell is text, as in CSV."""


def read_table(path: Path, delimiter: str = ",") -> Table:
    """Read CSV with a header row, Parquet (.parquet, .pq) or JSON lines (.jsonl, .ndjson); by its ending.

    Raises DataError.
    """
    if not path.is_file():
        raise DataError(f"there is no file {path}", "name one with --data")
    ending = path.suffix.lower()
    if ending in PARQUET:
        return Table(_read_parquet(path), text=False)
    if ending in JSON_LINES:
        return Table(_read_json_lines(path), text=False)
    return Table(_read_csv(path, delimiter), text=True)


def _read_csv(path: Path, delimiter: str = ",") -> dict[str, list[Any]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            reader = csv.reader(file, strict=True, delimiter=delimiter)
            numbered = [(reader.line_num, row) for row in reader if row]
        except UnicodeDecodeError as error:
            raise _not_text(path, error) from None
        except csv.Error as error:
            raise DataError(
                f"{path.name} is no CSV: line {reader.line_num}: {error}",
                "write it as RFC 4180 has it: a cell with a comma, a quote or a line break in double quotes, "
                "a quote in it twice",
            ) from None
    if not numbered:
        raise DataError(f"{path.name} is empty", "it takes a line with the columns' names, and rows below it")
    _, header = numbered[0]
    if sum(1 for name in header if not name.strip()) > 1:
        raise DataError(f"{path.name} has several columns without a name", "name them in the header")
    repeated = [name for name, count in Counter(header).items() if count > 1]
    if repeated:
        raise DataError(f"{path.name} has the column {', '.join(repeated)} twice", "rename one in the header")
    rows = [row for _, row in numbered[1:]]
    for index, (line, row) in enumerate(numbered[1:], 1):
        if len(row) != len(header):
            raise _ragged(path, header, f"row {index} (line {line})", row, delimiter)
    cells: Sequence[Sequence[str]] = list(zip(*rows, strict=True)) if rows else [()] * len(header)
    return {name: list(column) for name, column in zip(header, cells, strict=True)}


def _ragged(path: Path, header: list[str], where: str, row: list[str], delimiter: str) -> DataError:
    """The error for a row of another width than the header, as decimal commas between semicolons make it."""
    written = "".join(header)
    found = next((mark for mark in ";\t|" if mark != delimiter and mark in written), None)
    repair = "mend that line: a cell with the delimiter in it stands in double quotes"
    if found:
        named = "tab" if found == "\t" else f"'{found}'"
        comma = " --decimal ," if len(row) > len(header) else ""
        repair = (
            f"--delimiter {named}{comma} for new_model, as the header is written; else write it with commas"
        )
    return DataError(f"{path.name}: {where} has {len(row)} cells, the header {len(header)}", repair)


SIGNATURES = (
    (b"\xff\xfe", "is UTF-16", "iconv -f UTF-16 -t UTF-8 {0} > utf8.csv"),
    (b"\xfe\xff", "is UTF-16", "iconv -f UTF-16 -t UTF-8 {0} > utf8.csv"),
    (b"\x1f\x8b", "is compressed", "gunzip -k {0}"),
    (b"PK\x03\x04", "is an Excel workbook or a zip", "save it as CSV UTF-8, or unzip {0}"),
    (b"PAR1", "is Parquet", "give it the ending .parquet"),
)
"""First bytes, what a file is that has them, what makes it readable."""


def _not_text(path: Path, error: UnicodeDecodeError) -> DataError:
    with path.open("rb") as file:
        head = file.read(4)
    for bytes_, what, repair in SIGNATURES:
        if head.startswith(bytes_):
            return DataError(f"{path.name} {what}", repair.format(shlex.quote(path.name)))
    return DataError(
        f"{path.name} is not UTF-8: byte 0x{error.object[error.start]:02x} at offset {error.start}",
        f"iconv -f WINDOWS-1252 -t UTF-8 {shlex.quote(path.name)} > utf8.csv, if that is what it is",
    )


def _read_parquet(path: Path) -> dict[str, list[Any]]:
    try:
        parquet = import_module("pyarrow.parquet")  # optional
    except ImportError:
        raise DataError(
            f"reading {path.name} needs pyarrow, which isn't installed",
            "python -m pip install pyarrow, or give the data as CSV",
        ) from None
    table: dict[str, list[Any]] = parquet.read_table(path).to_pydict()
    return table


def _read_json_lines(path: Path) -> dict[str, list[Any]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise DataError(f"{path.name} is not UTF-8: {error}", "write it as UTF-8") from None
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise DataError(f"{path.name}: line {number} is no JSON: {error}") from None
        if not isinstance(row, dict):
            raise DataError(f"{path.name}: line {number} is no object", "write an object a line")
        rows.append(row)
    names = list(dict.fromkeys(name for row in rows for name in row))
    return {name: [row.get(name) for row in rows] for name in names}


def _read_target(cells: Sequence[Any], name: str, path: Path) -> np.ndarray[Any, Any]:
    truth = {"true": 1.0, "false": 0.0, "": np.nan, "none": np.nan}
    try:
        made = np.array([truth.get(str(cell).strip().lower(), cell) for cell in cells], np.float64)
    except (TypeError, ValueError):
        raise DataError(
            f"the target {name} of {path.name} holds other values than numbers, true and false",
            "number the labels from 0",
        ) from None
    if not np.isfinite(made).all():
        raise DataError(f"the target {name} of {path.name} has missing or infinite values", "drop those rows")
    return made


def refused(path: Path, refusal: InvalidInstances) -> DataError:
    """The error for rows that the contract refuses in training as it would in serving."""
    problems = refusal.instance_problems[:SHOWN]
    lines = [f"  row {problem.row + 1}, {problem.field} {problem.detail}" for problem in problems]
    more = [f"  … and {refusal.total - len(lines)} more"] if refusal.total > len(lines) else []
    heading = f"{path.name} has {refusal.total} values that the contract doesn't take:"
    return DataError(
        "\n".join([heading, *lines, *more]),
        "drop those rows, or widen what the contract takes: serving would refuse them",
    )
