"""Raw values as clients send them → typed columns, checked against the contract's inputs."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .column_reader import ABSENT
from .column_readers import reader_of
from .contract_sections import Input
from .errors import MAXIMUM_PROBLEMS, InstanceProblem, InvalidInstances

__all__ = ["ABSENT", "Columns", "read_columns"]

Columns = dict[str, np.ndarray[Any, Any]]


def read_columns(
    inputs: Sequence[Input], cells: Mapping[str, Sequence[Any]], *, text: bool = False
) -> Columns:
    """Check every cell against its input's type, range, enum and requiredness, and return typed columns.

    `cells` maps an input's name to one JSON scalar a row, all of the same length; `ABSENT` stands where a row
    lacks the field, and an input that isn't in `cells` is absent from every row. With `text` the cells are
    text, as in CSV or a query string: numbers and booleans are read from it and "" is absent.

    Columns are (n_rows,): float64 for number, integer and boolean (NaN = absent), datetime64[us] for datetime
    (NaT = absent), object (str or None) for string.

    Raises InvalidInstances with every problem, row by row, up to `MAXIMUM_PROBLEMS`, and the number of all of
    them.
    """
    n_rows = max(map(len, cells.values()), default=0)
    columns: Columns = {}
    problems: list[tuple[int, int, str]] = []
    total = 0
    for order, declared in enumerate(inputs):
        reader = reader_of(declared)
        values = cells.get(declared.name)
        found = reader.absent(n_rows) if values is None else reader.read(values, text=text)
        columns[declared.name], wrong, count = found
        problems += [(row, order, detail) for row, detail in wrong]
        total += count
    if problems:
        problems.sort()
        first = problems[:MAXIMUM_PROBLEMS]
        raise InvalidInstances(
            [InstanceProblem(row, inputs[order].name, text) for row, order, text in first], total
        )
    return columns
