"""The contract's typed columns → what the pipeline was fitted on: a DataFrame, an array, a list of texts."""

from __future__ import annotations

from typing import Any

import numpy as np

from scoring.columns import Columns

from .convert import Converted


def to_sklearn(converted: Converted, columns: Columns, booleans: frozenset[str]) -> Any:
    """The same rows as the pipeline knows them, absent values as it knows them."""
    cells = {
        name: _cells(columns[name], name in booleans, converted.absent.get(name, np.nan))
        for name in converted.order
    }
    if converted.one_dimension:
        return next(iter(cells.values())).tolist()
    if converted.names_known:
        import pandas as pd  # noqa: PLC0415 - an array needs none

        return pd.DataFrame(cells)
    blocks = list(cells.values())
    dtype = np.result_type(*blocks)
    return np.column_stack([block.astype(dtype) for block in blocks])


def run(converted: Converted, table: Any) -> np.ndarray[Any, Any]:
    """(n_rows, width) float64 of what the steps before the model make."""
    for _, step in converted.ending.steps:
        if step is not None and not isinstance(step, str):
            table = step.transform(table)
    made = table.toarray() if hasattr(table, "toarray") else table
    return np.asarray(made, np.float64)


def _cells(column: np.ndarray[Any, Any], boolean: bool, absent: Any) -> np.ndarray[Any, Any]:
    if column.dtype == object:
        gaps = np.array([each is None for each in column.tolist()], bool)
        made = column.copy()
        made[gaps] = absent
        return made
    if boolean:
        gaps = np.isnan(column)
        truths: np.ndarray[Any, Any] = np.equal(column, 1)
        return np.where(gaps, np.nan, truths.astype(object)) if gaps.any() else truths
    return column
