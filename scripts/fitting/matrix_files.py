"""The transformed training data in a file: .npz for Python, .csv or .libsvm for SageMaker's algorithms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

Matrix = np.ndarray[Any, Any]


def write_matrix(path: Path, names: Sequence[str], matrix: Matrix, target: Matrix | None) -> None:
    """Write (n_rows, n_features) and the target by the ending of the path; raises ValueError for others."""
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        raise ValueError(f"{path.name} ends in none of {', '.join(WRITERS)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    writer(path, names, matrix, target)


def _write_npz(path: Path, names: Sequence[str], matrix: Matrix, target: Matrix | None) -> None:
    """Arrays `matrix`, `feature_names` and, with a target, `target`."""
    arrays = {"matrix": matrix, "feature_names": np.array(names)}
    np.savez_compressed(path, **arrays, **({} if target is None else {"target": target}))  # type: ignore[arg-type]


def _write_csv(path: Path, names: Sequence[str], matrix: Matrix, target: Matrix | None) -> None:
    """Without a header, the target first, as SageMaker's algorithms want it; NaN is an empty cell."""
    whole = matrix if target is None else np.column_stack([target, matrix])
    with path.open("w", encoding="ascii") as file:
        for row in whole.tolist():
            file.write(",".join(map(_cell, row)) + "\n")


def _write_libsvm(path: Path, names: Sequence[str], matrix: Matrix, target: Matrix | None) -> None:
    """Columns from 0; zeros are written and NaN left out, as XGBoost takes what is left out for missing."""
    labels = np.zeros(len(matrix)) if target is None else target
    with path.open("w", encoding="ascii") as file:
        for label, row in zip(labels.tolist(), matrix.tolist(), strict=True):
            cells = [f"{place}:{cell}" for place, cell in enumerate(map(_cell, row)) if cell]
            file.write(" ".join([_cell(label), *cells]) + "\n")


def _cell(value: float) -> str:
    """The shortest text that reads as the same float64; nothing for NaN."""
    if value != value:  # noqa: PLR0124 - NaN alone is unequal to itself
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


WRITERS: Final[dict[str, Callable[[Path, Sequence[str], Matrix, Matrix | None], None]]] = {
    ".npz": _write_npz,
    ".csv": _write_csv,
    ".libsvm": _write_libsvm,
}
