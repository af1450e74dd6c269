"""A matrix as text/libsvm: `label index:value index:value …`, a row a line, with 0 for the label.

XGBoost's reader takes a line's first token for the label, so there has to be one; it plays no part in a
prediction. A feature that a line leaves out is missing for XGBoost, and 0 for most other readers.
https://xgboost.readthedocs.io/en/stable/tutorials/input_format.html
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from .contract import PayloadOptions
from .encode_csv import join_cells, number_cells, number_texts

Matrix = np.ndarray[Any, Any]
_FEW_ROWS = 64


def make_encoder(_essence: str, options: PayloadOptions) -> tuple[Callable[[Matrix], bytes], bool]:
    """Absent features are missing, unless the contract says that they are zero."""
    zeros = options.absent == "zero"
    return lambda matrix: encode_libsvm(matrix, options.index_base, leave_out_zeros=zeros), not zeros


def encode_libsvm(matrix: Matrix, index_base: int = 0, *, leave_out_zeros: bool = False) -> bytes:
    """Every number, as `encode_csv` writes it; left out are NaN or, on demand, zeros."""
    matrix = matrix + 0.0
    absent = matrix == 0 if leave_out_zeros else np.isnan(matrix)
    before = [f" {index}:" for index in range(index_base, index_base + matrix.shape[1])]
    if len(matrix) < _FEW_ROWS:
        return b"\n".join(map(_line, matrix, absent, [before] * len(matrix)))
    columns = np.ascontiguousarray(matrix.T)
    cells = number_cells(columns, before, [""] * len(columns))
    for column, gaps in zip(cells, absent.T, strict=True):
        if gaps.any():
            column[gaps] = b""
    return join_cells([_all(b"0", matrix), *cells, _all(b"\n", matrix)])[:-1]


def _line(row: Matrix, absent: Matrix, before: list[str]) -> bytes:
    cells = zip(before, number_texts(row), absent.tolist(), strict=True)
    written = (index + value for index, value, gap in cells if not gap)
    return f"0{''.join(written)}".encode("ascii")


def _all(text: bytes, matrix: Matrix) -> Matrix:
    return np.full(len(matrix), text)
