"""What a difference is measured against."""

from __future__ import annotations

from typing import Any

import numpy as np

from scoring import Contract
from scoring.columns import Columns

Matrix = np.ndarray[Any, Any]


def magnitudes(contract: Contract, columns: Columns, expected: Matrix) -> Matrix:
    """(n_rows, n_features): the expected values' sizes."""
    return np.abs(expected)
