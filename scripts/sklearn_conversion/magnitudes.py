"""What a difference is measured against: the expected value, or the terms it is the sum of.

A sum's rounding is as large as its terms, and where they cancel, little but rounding is left: scikit-learn's
own PCA differs from itself by that much when BLAS adds in another order. So behind operations whose numbers
aren't those of scikit-learn bit by bit (`INEXACT`), a difference is taken relative to Σ|terms|.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from scoring import Contract
from scoring.columns import Columns
from scoring.features import Applied, Node, side_by_side

Matrix = np.ndarray[Any, Any]

INEXACT: Final = ("project", "power", "quantile", "spline")


def magnitudes(contract: Contract, columns: Columns, expected: Matrix) -> Matrix:
    """(n_rows, n_features): the size that each difference is relative to."""
    made = np.abs(expected)
    place = 0
    with np.errstate(all="ignore"):
        for node in contract._features.nodes if contract._features else ():
            width = len(node.names)
            if _is_inexact(node):
                part = made[:, place : place + width]
                np.fmax(part, _terms(node, columns), out=part)
            place += width
    return made


def _is_inexact(node: Node) -> bool:
    return isinstance(node, Applied) and (
        node.operation.name in INEXACT or any(_is_inexact(source) for source in node.sources)
    )


def _terms(node: Node, columns: Columns) -> Matrix:
    """(n_rows, width): the sum of the sizes of what is added up to the node's values."""
    if not isinstance(node, Applied) or not _is_inexact(node):
        return np.abs(node.evaluate(columns).astype(np.float64))
    operation: Any = node.operation
    if operation.name in SUMS:
        before = np.hstack([_terms(source, columns) for source in node.sources])
        return np.asarray(SUMS[operation.name](operation, before))
    values = np.abs(operation.apply(side_by_side(node.sources, columns)))
    if operation.name == "power":  # (x^λ - 1) / λ is a difference, and standardizing another
        mean, scale = operation.after or (0.0, 1.0)
        return np.asarray(values + (1 + 2 * np.abs(mean)) / np.abs(scale))
    finite = np.where(np.isfinite(values), values, 0.0)
    return np.broadcast_to(finite.max(axis=0, initial=0.0), values.shape)


def _size(shift: Matrix | None, default: float = 0.0) -> Any:
    return default if shift is None else np.abs(shift)


SUMS: Final[dict[str, Callable[[Any, Matrix], Any]]] = {
    "project": lambda it, x: (
        (x @ np.abs(it.transposed) + _size(it.shift)) / _size(it.scale, 1) + _size(it.offset)
    ),
    "standardize": lambda it, x: (x + _size(it.mean)) / _size(it.scale, 1),
    "robust_scale": lambda it, x: (x + _size(it.center)) / _size(it.scale, 1),
    "minmax": lambda it, x: x * np.abs(it.scale) + np.abs(it.offset),
    "max_abs": lambda it, x: x / it.scale,
    "select": lambda it, x: x[:, it.columns],
}
"""Operations that add up what they get → the sum of the sizes; others: the greatest value of a column."""
