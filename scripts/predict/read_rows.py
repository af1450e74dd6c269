"""Rows of a CSV, JSON or JSON lines file → instances, as a client would send them; read as needed."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

from scripts.predict.errors import FileError

Instance = dict[str, Any] | list[Any]
FORMATS = ("csv", "json", "jsonl")
_SUFFIXES = {".csv": "csv", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl"}
_NUMBERS = ("number", "integer")


class Row(NamedTuple):
    """One row: what is sent, and all of its columns as text for `--with-input`."""

    instance: Instance
    columns: Mapping[str, Any]


class Reading(NamedTuple):
    """How a file is to be read."""

    format: str
    header: bool = True
    """Whether a CSV's first line names its columns; without it, rows are in the order of the contract."""
    types: Mapping[str, str] | None = None
    """Input → type of the contract; None when there is no contract: then what looks like a number is one."""
    ignored: Sequence[str] = ()
    """Columns that aren't sent."""


def format_of(path: Path | None) -> str | None:
    """Tell the format by a file's name; None when it doesn't say."""
    return _SUFFIXES.get(path.suffix.lower()) if path else None


def read_rows(file: IO[bytes], reading: Reading) -> Iterator[Row]:
    """Yield the rows of a file. Raises FileError with the line that can't be read."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    read = {"csv": _read_csv, "json": _read_json, "jsonl": _read_json_lines}[reading.format]
    try:
        yield from read(text, reading)
    except UnicodeDecodeError as error:
        raise FileError(f"The input isn't UTF-8: {error}.") from error


def _read_csv(text: io.TextIOWrapper, reading: Reading) -> Iterator[Row]:
    lines = csv.reader(text, strict=True)
    try:
        header = next(lines, None) if reading.header else None
        _check_header(header, reading)
        for cells in lines:
            if cells:
                yield _csv_row(cells, header, reading, lines.line_num)
    except csv.Error as error:
        raise FileError(f"Line {lines.line_num} isn't CSV: {error}.") from error


def _check_header(header: list[str] | None, reading: Reading) -> None:
    if header is None:
        return
    repeated = {name for name in header if header.count(name) > 1}
    if repeated:
        raise FileError(f"The header has {', '.join(sorted(repeated))} more than once.")
    unknown = set(reading.ignored) - set(header)
    if unknown:
        missing = ", ".join(sorted(unknown))
        raise FileError(f"There is no column {missing} to ignore; there are: {', '.join(header)}.")
    if reading.types is not None and not set(header) & set(reading.types):
        raise FileError(
            f"The first line names none of the contract's inputs ({', '.join(reading.types)}).\n"
            "  repair   ARGS=--no-header, if the first line is a row already"
        )


def _csv_row(cells: list[str], header: list[str] | None, reading: Reading, line: int) -> Row:
    if header is None:
        types = list(reading.types.values()) if reading.types is not None else []
        typed = [_value(cell, types[i] if i < len(types) else None) for i, cell in enumerate(cells)]
        return Row(typed, {str(number): cell for number, cell in enumerate(cells, start=1)})
    if len(cells) != len(header):
        raise FileError(f"Line {line} has {len(cells)} cells, the header has {len(header)}.")
    columns = dict(zip(header, cells, strict=True))
    types_by_name = reading.types or {}
    instance = {
        name: _value(cell, types_by_name.get(name))
        for name, cell in columns.items()
        if cell != "" and name not in reading.ignored
    }
    return Row(instance, columns)


def _value(cell: str, kind: str | None) -> Any:
    """Read a cell as JSON would carry it; what can't be read stays text, for the contract to refuse."""
    if cell == "":
        return None
    if kind == "boolean":
        return {"true": True, "false": False}.get(cell.lower(), cell)
    if kind in _NUMBERS or kind is None:
        try:
            value = json.loads(cell)
        except ValueError:
            return cell
        return value if type(value) in (int, float) and value - value == 0 else cell
    return cell


def _read_json(text: io.TextIOWrapper, reading: Reading) -> Iterator[Row]:
    try:
        document = json.load(text)
    except ValueError as error:
        raise FileError(f"The input isn't JSON: {error}.") from error
    rows = document.get("instances") if isinstance(document, dict) else document
    if not isinstance(rows, list):
        raise FileError('Expected a JSON array of rows, or an object with "instances".')
    for number, row in enumerate(rows, start=1):
        yield _json_row(row, reading, f"Row {number}")


def _read_json_lines(text: io.TextIOWrapper, reading: Reading) -> Iterator[Row]:
    for number, line in enumerate(text, start=1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError as error:
                raise FileError(f"Line {number} isn't JSON: {error}.") from error
            yield _json_row(row, reading, f"Line {number}")


def _json_row(row: Any, reading: Reading, place: str) -> Row:
    """Take a row as it is; `{"features": […]}` is the array in it."""
    if isinstance(row, dict) and set(row) == {"features"}:
        row = row["features"]
    if isinstance(row, list):
        return Row(row, {str(number): value for number, value in enumerate(row, start=1)})
    if not isinstance(row, dict):
        raise FileError(f"{place} is neither an object nor an array.")
    return Row({name: value for name, value in row.items() if name not in reading.ignored}, row)
