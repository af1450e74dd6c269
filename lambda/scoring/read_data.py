"""Rows that come as one text, in `{"data": "…"}` or `?data=…` → columns, each cell checked as text.

Rows are parted by newlines or semicolons, values by commas, in the order of the inputs.
A value that holds one of the three stands in double quotes, of which one inside is doubled (RFC 4180).
Pointers go on into the text: `/data/3/temp` is the input `temp` of the row after the third separator.
"""

import csv
import re
from collections.abc import Sequence
from io import StringIO
from typing import Any

from .columns import Columns, read_columns
from .contract import Input
from .errors import InvalidInstances, InvalidRequest, PointedProblem, TooManyInstances, escape_pointer

_QUOTED_OR_SEPARATOR = re.compile(r'"[^"]*"|;')


def read_data(inputs: Sequence[Input], data: Any, most: int, *, root: str = "/data") -> Columns:
    """Checked columns of every row; raises InvalidRequest, TooManyInstances or InvalidInstances."""
    if not isinstance(data, str):
        raise InvalidRequest([PointedProblem(root, "Expected text with rows of comma-separated values.")])
    return read_rows(inputs, [declared.name for declared in inputs], _split(data, most, root), root)


def read_rows(inputs: Sequence[Input], names: Sequence[str], rows: Sequence[list[str]], root: str) -> Columns:
    """Checked columns of rows of text, with a cell for each of `names`; raises InvalidInstances."""
    problems: list[tuple[int, PointedProblem]] = []
    readable: list[int] = []
    for number, row in enumerate(rows):
        if len(row) == len(names):
            readable.append(number)
        else:
            detail = f"Expected {len(names)} values ({', '.join(names)}), got {len(row)}."
            problems.append((number, PointedProblem(f"{root}/{number}", detail)))
    total = len(problems)
    columns: Columns = {}
    if readable:
        cells = zip(*(rows[number] for number in readable), strict=True)
        try:
            columns = read_columns(inputs, dict(zip(names, cells, strict=True)), text=True)
        except InvalidInstances as error:
            total += error.total
            for problem in error.instance_problems:
                number = readable[problem.row]
                pointer = f"{root}/{number}/{escape_pointer(problem.field)}"
                problems.append((number, PointedProblem(pointer, problem.detail)))
    if problems:
        problems.sort(key=lambda pair: pair[0])
        raise InvalidInstances.pointing((problem for _, problem in problems), total)
    return columns


def _split(text: str, most: int, root: str) -> list[list[str]]:
    """The cells of each row; one separator may end the last row."""
    quoted = '"' in text
    lines = _QUOTED_OR_SEPARATOR.sub(_newline_for_separator, text) if quoted else text.replace(";", "\n")
    lines = lines.replace("\r\n", "\n").removesuffix("\n")
    if not lines.strip():
        raise InvalidRequest([PointedProblem(root, "Expected at least one row, got none.")])
    count = lines.count("\n") + 1
    if count > most and not quoted:
        raise _too_many(most, count)
    rows = split_cells(lines, root)
    if len(rows) > most:
        raise _too_many(most, len(rows))
    return rows


def split_cells(lines: str, root: str) -> list[list[str]]:
    """The cells of each line; only where quotes stand is it the reader of CSV that parts them."""
    if '"' not in lines:
        return [line.split(",") for line in lines.split("\n")]
    try:
        return list(csv.reader(StringIO(lines, newline="\n"), strict=True))
    except csv.Error as error:
        raise InvalidRequest([PointedProblem(root, f"The quotes can't be read: {error}.")]) from None


def _newline_for_separator(found: re.Match[str]) -> str:
    return "\n" if found[0] == ";" else found[0]


def _too_many(most: int, came: int) -> TooManyInstances:
    return TooManyInstances(f"One request may have {most} instances and came with {came}.")
