"""How good predictions are, to be read beside those of a baseline that knows nothing of the row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

COSTS: Final = ("RMSE", "log loss")
"""Of these, less is better."""

Floats = np.ndarray[Any, Any]
LEAST: Final = 1e-15
"""A probability of zero would cost infinitely much."""


def measure_amounts(actual: Floats, predicted: Floats) -> dict[str, float]:
    """RMSE and MAE in the target's unit, R²."""
    squares = (predicted - actual) ** 2
    spread = float(((actual - actual.mean()) ** 2).sum())
    return {
        "RMSE": float(squares.mean() ** 0.5),
        "MAE": float(np.abs(predicted - actual).mean()),
        "R²": 1 - float(squares.sum()) / spread if spread else float("nan"),
    }


def measure_classes(actual: Floats, probabilities: Floats) -> dict[str, float]:
    """Accuracy, and log loss in nats; `probabilities` is (n_rows, n_classes)."""
    classes = actual.astype(int)
    own = np.clip(probabilities[np.arange(len(classes)), classes], LEAST, 1.0)
    return {
        "accuracy": float((probabilities.argmax(axis=1) == classes).mean()),
        "log loss": float(-np.log(own).mean()),
    }


def print_measures(title: str, rows: Mapping[str, Mapping[str, float]]) -> None:
    """A line for each of `rows`, a column for each measure; and whether the first beats the last."""
    measures = list(next(iter(rows.values())))
    print(f"  {title:28}" + "".join(f"{measure:>12}" for measure in measures))
    for name, values in rows.items():
        print(f"  {name:28}" + "".join(f"{values[measure]:12.4g}" for measure in measures))
    cost = next(measure for measure in measures if measure in COSTS)
    (model, first), *_, (baseline, last) = rows.items()
    if first[cost] >= last[cost]:
        print(f"  {model} is no better than the {baseline}: look at the columns before you publish it")
