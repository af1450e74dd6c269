"""What the `fit` of several operations shares: training columns as they are, and numbers as JSON has them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from .registry import Block, FitError


def present_values(block: Block) -> list[Block]:
    """The values of each column that aren't NaN; raises FitError if there are none, or infinite ones."""
    columns = []
    for index, column in enumerate(block.T):
        present = column[~np.isnan(column)]
        if not present.size:
            raise FitError(f"column {index} of its input has no value at all")
        if np.isinf(present).any():
            row = int(np.flatnonzero(np.isinf(column))[0])
            raise FitError(f"column {index} of its input is infinite in row {row}")
        columns.append(present)
    return columns


def without_zeros(scale: Block, constant: Block | None = None) -> Block:
    """The scales, 1 for columns that are as good as constant, as scikit-learn judges it."""
    judged = scale < 10 * np.finfo(np.float64).eps if constant is None else constant
    return np.where(judged, 1.0, scale)


def as_json(**parameters: Block) -> Mapping[str, Any]:
    """Arrays as (nested) lists of plain numbers."""
    return {name: array.tolist() for name, array in parameters.items()}
