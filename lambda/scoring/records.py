"""Training data as it comes (DataFrame, arrays, lists) → cells, as a client would send them.

Neither pandas nor polars is imported: both hand out numpy arrays or lists by the same two method names.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .column_reader import ABSENT
from .contract_sections import Input

Cells = dict[str, Sequence[Any]]


def read_records(inputs: Sequence[Input], records: Any) -> Cells:
    """One list of plain Python values for each input.

    `records` is a DataFrame, a mapping of names to columns, a sequence of mappings, or a sequence of rows in
    the order of the inputs. NaN, NaT and the libraries' own markers of absence become None. Columns that are
    no input (the target, say) are left aside. Raises ValueError if a required column is missing or a row has
    another length.
    """
    columns = getattr(records, "columns", None)
    if columns is not None or isinstance(records, Mapping):
        return _from_table(inputs, records, list(records if columns is None else columns))
    rows = list(records)
    if all(isinstance(row, Mapping) for row in rows):
        return {
            declared.name: [_plain(row.get(declared.name, ABSENT)) for row in rows] for declared in inputs
        }
    for index, row in enumerate(rows):
        if len(row) != len(inputs):
            raise ValueError(f"row {index} has {len(row)} values; the contract has {len(inputs)} inputs")
    return {declared.name: [_plain(row[place]) for row in rows] for place, declared in enumerate(inputs)}


def _from_table(inputs: Sequence[Input], table: Any, names: Sequence[str]) -> Cells:
    missing = [declared.name for declared in inputs if declared.required and declared.name not in names]
    if missing:
        raise ValueError(
            f"the data lacks the columns {', '.join(missing)}; it has {', '.join(map(str, names))}"
        )
    cells: Cells = {
        declared.name: _column(table[declared.name]) for declared in inputs if declared.name in names
    }
    lengths = {name: len(values) for name, values in cells.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"the columns differ in length: {lengths}")
    return cells


def _column(column: Any) -> list[Any]:
    kind = getattr(getattr(column, "dtype", None), "kind", "")
    if kind == "M" and not hasattr(getattr(column, "dtype", None), "tz"):
        moments: list[Any] = np.asarray(column).astype("datetime64[us]").tolist()
        return moments
    return [_plain(value) for value in (column.tolist() if hasattr(column, "tolist") else column)]


def _plain(value: Any) -> Any:
    """The Python value of a numpy scalar; None for NaN, NaT and pandas' NA."""
    if isinstance(value, np.datetime64):
        value = value.astype("datetime64[us]")
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is ABSENT or type(value).__name__ in ("NAType", "NaTType"):
        return value if value is ABSENT else None
    return None if isinstance(value, float) and value != value else value  # noqa: PLR0124 - NaN is the only float unequal to itself
