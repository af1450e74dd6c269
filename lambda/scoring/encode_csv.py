"""A matrix as text/csv without a header, which every built-in algorithm of SageMaker takes.

https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-inference.html
"""

import json
from collections.abc import Callable
from typing import Any

import numpy as np

from .contract import PayloadOptions

_LARGEST_EXACT = 2**53
_FEW_ROWS = 64
_FEW_NUMBERS = 128
"""Below this, writing all whole numbers of a range is faster than finding out which of them there are."""

Matrix = np.ndarray[Any, Any]


def make_encoder(_essence: str, _options: PayloadOptions) -> tuple[Callable[[Matrix], bytes], bool]:
    """CSV leaves no choice; an empty field is a missing value."""
    return encode_csv, True


def encode_csv(matrix: Matrix) -> bytes:
    """CSV without a header: whole numbers without a point, others as Python's shortest exact repr, NaN as "".

    Of many rows, each distinct value of a column is written once: hours, flags and categories repeat, and
    writing numbers takes longer than all the rest.
    The rows are then put together as records of fixed width, out of which the padding is dropped.
    """
    matrix = matrix + 0.0  # makes -0.0 a plain 0
    if len(matrix) < _FEW_ROWS:
        rows = _write_json(matrix.tolist())[2:-2].replace("],[", ",\n")
        return as_text(rows + ",").replace(",\n", "\n")[:-1].encode("ascii")
    columns = np.ascontiguousarray(matrix.T)
    ends = [","] * (len(columns) - 1) + ["\n"]
    return join_cells(number_cells(columns, [""] * len(columns), ends))[:-1]


def number_cells(columns: Matrix, before: list[str], behind: list[str]) -> list[Matrix]:
    """For each column (n,) bytes, padded with NUL: each number as text between those of its column."""
    return list(map(_column_cells, columns, _whole_numbers(columns), before, behind))


def join_cells(cells: list[Matrix]) -> bytes:
    """Rows of cells behind one another."""
    records = np.empty(len(cells[0]), [(str(place), column.dtype) for place, column in enumerate(cells)])
    for place, column in enumerate(cells):
        records[str(place)] = column
    return records.tobytes().translate(None, b"\0")


def _whole_numbers(columns: Matrix) -> list[range | None]:
    """For each column the numbers from its least to its greatest, if it holds whole ones and few of them."""
    low, high = columns.min(axis=1), columns.max(axis=1)  # with a NaN both are NaN, and compare as false
    few = (high < low + _FEW_NUMBERS) & (np.abs(low) < _LARGEST_EXACT)
    few[few] = (np.floor(columns[few]) == columns[few]).all(axis=1)
    return [range(int(a), int(b) + 1) if fits else None for a, b, fits in zip(low, high, few, strict=True)]


def _column_cells(column: Matrix, whole: range | None, before: str, behind: str) -> Matrix:
    if whole is not None:
        distinct, places = list(whole), column.astype(np.int64) - whole.start
    else:
        values, places = np.unique(column, return_inverse=True)
        distinct = values.tolist()
    text = before + as_text(_write_json(distinct)[1:-1] + ",")
    words = text.replace(",", f"{behind}\t{before}").encode("ascii").split(b"\t")[:-1]
    cells: Matrix = np.array(words)[places]
    return cells


def number_texts(row: Matrix) -> list[str]:
    """(n,) numbers as they stand in CSV."""
    return as_text(_write_json(row.tolist())[1:-1] + ",").split(",")[:-1]


def as_text(text: str) -> str:
    """Numbers of JSON, each with a comma behind it, as CSV has them."""
    return text.replace(".0,", ",").replace("NaN,", ",")


_write_json = json.JSONEncoder(separators=(",", ":")).encode
