"""Predictions → CSV, JSON or JSON lines, written as they come."""

import csv
import json
from collections.abc import Iterable, Mapping
from typing import IO, Any, Protocol

Record = Mapping[str, Any]


class Writer(Protocol):
    """Takes records until it is closed; what was written before a failure is whole lines."""

    def write(self, records: Iterable[Record]) -> None:
        """Write some records."""

    def close(self) -> None:
        """Write what ends the document."""


class CsvWriter:
    """A header, then a line a record; lists and objects stand as JSON in their cell."""

    def __init__(self, file: IO[str]) -> None:
        self._writer = csv.writer(file, lineterminator="\n")
        self._names: list[str] | None = None

    def write(self, records: Iterable[Record]) -> None:
        for record in records:
            if self._names is None:
                self._names = list(record)
                self._writer.writerow(self._names)
            self._writer.writerow([_cell(record.get(name)) for name in self._names])

    def close(self) -> None:
        pass


class JsonLinesWriter:
    """An object a line."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, records: Iterable[Record]) -> None:
        self._file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)

    def close(self) -> None:
        pass


class JsonWriter:
    """One document, `{"predictions": […]}`, as the API answers it."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._before = '{"predictions": [\n'

    def write(self, records: Iterable[Record]) -> None:
        for record in records:
            self._file.write(f"{self._before}  {json.dumps(record, ensure_ascii=False)}")
            self._before = ",\n"

    def close(self) -> None:
        empty = self._before.startswith("{")
        self._file.write('{"predictions": []}\n' if empty else "\n]}\n")


WRITERS: dict[str, type[CsvWriter | JsonWriter | JsonLinesWriter]] = {
    "csv": CsvWriter,
    "json": JsonWriter,
    "jsonl": JsonLinesWriter,
}


def _cell(value: Any) -> Any:
    """Write a value as JSON does (true, not True); text and numbers as they are."""
    if isinstance(value, (bool, list, dict)):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else value
