"""Rows to train on, as clients would send them: read from a file, cleaned, split into train and held out."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from scoring import Contract
from scoring.column_reader import ABSENT
from scoring.column_readers import READERS
from scoring.contract_sections import Input
from scoring.datetimes import read_datetime
from scoring.errors import InvalidInstances
from scripts.fitting.training_data import DataError, Table, read_table, refused

HELD_OUT: Final = 5
"""One row in so many is held out."""

_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?", re.ASCII)

Floats = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Reading:
    """What a file does not say about itself."""

    target: str
    """The column to predict, as the file names it."""
    labels: Sequence[str] = ()
    """The classes in the order of their numbers, as texts; none where the target is an amount."""
    delimiter: str = ","
    decimal: str = "."
    missing: Sequence[str] = ()
    """Texts that stand for no value, beside an empty cell."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Column of the file → input of the contract, where they differ."""
    date_formats: Mapping[str, str] = field(default_factory=dict)
    """Input → how its dates are written (strptime), where that isn't ISO 8601."""


@dataclass(frozen=True)
class Rows:
    """Rows as clients would send them, and what came of each."""

    inputs: Mapping[str, Sequence[Any]]
    """Input → JSON values, None where absent."""
    target: Floats
    """(n_rows,) float64: the amount, or the number of the class."""

    def __len__(self) -> int:
        return len(self.target)

    def take(self, places: Sequence[int]) -> Rows:
        """These rows."""
        chosen = {name: [values[place] for place in places] for name, values in self.inputs.items()}
        return Rows(chosen, self.target[list(places)])


def read_cells(path: Path, reading: Reading) -> Table:
    """Read a file's columns under the contract's names: cells stripped, None where there is no value.

    Raises DataError.
    """
    cells, text = read_table(path, reading.delimiter)
    missing = {"", *reading.missing}

    def clean(cell: Any) -> Any:
        if isinstance(cell, str):
            cell = cell.strip()
            if cell in missing:
                return None
            return (
                cell.replace(",", ".") if reading.decimal == "," and _DECIMAL_COMMA.fullmatch(cell) else cell
            )
        if isinstance(cell, float) and cell != cell:  # noqa: PLR0124 - NaN alone is unequal to itself
            return None
        return cell.isoformat(" ") if isinstance(cell, datetime) else _date_text(cell)

    return Table(
        {reading.names.get(name, name): [clean(cell) for cell in column] for name, column in cells.items()},
        text,
    )


def read_rows(path: Path, reading: Reading, contract: Contract) -> Rows:
    """Read the contract's inputs and the target; raises DataError, as for a row that serving would refuse."""
    cells, text = read_cells(path, reading)
    target = reading.names.get(reading.target, reading.target)
    needed = [target, *(each.name for each in contract.inputs if each.required)]
    lacking = [name for name in needed if name not in cells]
    if lacking:
        raise DataError(
            f"{path.name} lacks the column {', '.join(lacking)}; it has {', '.join(cells)}",
            "name a file like the one that the contract was made from",
        )
    inputs = {
        each.name: typed_values(each, cells[each.name], reading, text=text)
        for each in contract.inputs
        if each.name in cells
    }
    try:
        contract.transform(inputs)
    except InvalidInstances as refusal:
        raise refused(path, refusal) from None
    return Rows(inputs, read_target(path.name, cells[target], reading))


def typed_values(declared: Input, cells: Sequence[Any], reading: Reading, *, text: bool) -> list[Any]:
    """JSON values of cells; what can't be read stays as it is, for the contract to refuse by row and name."""
    written = reading.date_formats.get(declared.name)
    if written:
        return [None if cell is None else as_iso(str(cell), written) or cell for cell in cells]
    if not text:
        return list(cells)
    from_text = READERS[declared.type](Input(declared.name, declared.type, date_only=True)).from_text
    values = [ABSENT if cell is None else from_text(cell) for cell in cells]
    return [None if value is ABSENT else value for value in values]


def as_iso(cell: str, written: str) -> str | None:
    """The date in ISO 8601, without a time of day where `written` has none; None if it isn't so written."""
    try:
        moment = datetime.strptime(cell, written)
    except ValueError:
        return None
    return moment.isoformat(" ") if has_time(written) else moment.date().isoformat()


def has_time(written: str) -> bool:
    """Whether a strptime format has a time of day."""
    return any(code in written for code in ("%H", "%I", "%X", "%c"))


def read_target(file: str, cells: Sequence[Any], reading: Reading) -> Floats:
    """(n_rows,) float64; raises DataError that names the first row without a value that counts."""
    numbers = {label: float(place) for place, label in enumerate(reading.labels)}
    found = np.empty(len(cells))
    for row, cell in enumerate(cells):
        try:
            found[row] = numbers[label_of(cell) or ""] if numbers else float(cell)
        except (KeyError, TypeError, ValueError):
            found[row] = np.nan
        if not np.isfinite(found[row]):
            wanted = f"one of {', '.join(reading.labels)}" if numbers else "a number"
            raise DataError(
                f"{file}: row {row + 1}, {reading.target} holds {cell!r}, not {wanted}",
                "drop that row, or mend it: what is to be learnt must be known",
            )
    return found


def label_of(cell: Any) -> str | None:
    """A class as text: true and false as JSON writes them, whole numbers without a fraction."""
    if cell is None:
        return None
    if isinstance(cell, bool):
        return str(cell).lower()
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def split(rows: Rows, *, by_time: str | None = None, classes: bool = False) -> tuple[Rows, Rows]:
    """Part rows to train on from a fifth that is held out.

    By time: the latest fifth of the input of that name. Else by chance, always alike; `classes` keeps the
    share of each class.
    """
    if by_time is not None:
        moments = [
            datetime.min if value is None else read_datetime(value, UTC, date_only=True)
            for value in rows.inputs[by_time]
        ]
        order = sorted(range(len(rows)), key=moments.__getitem__)
        cut = len(rows) - len(rows) // HELD_OUT
        return rows.take(order[:cut]), rows.take(order[cut:])
    order = np.random.default_rng(0).permutation(len(rows)).tolist()
    if classes:
        order.sort(key=lambda row: float(rows.target[row]))
    held_out = set(order[HELD_OUT - 1 :: HELD_OUT])
    everything = range(len(rows))
    return rows.take([row for row in everything if row not in held_out]), rows.take(sorted(held_out))


def write_rows(path: Path, rows: Rows, target: str, labels: Sequence[str] = ()) -> None:
    """Write rows as CSV that the contract reads, the target last under its own name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    outcomes = [labels[int(value)] if labels else value for value in rows.target.tolist()]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*rows.inputs, target])
        writer.writerows(zip(*(map(_cell, column) for column in rows.inputs.values()), outcomes, strict=True))


def _cell(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _date_text(cell: Any) -> Any:
    return cell.isoformat() if isinstance(cell, date) else cell
