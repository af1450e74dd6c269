"""What in the training data a person should look at before training: nothing here stops a fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from scoring import Contract
from scripts.fitting.training_data import TrainingData

RARE = 10
"""Categories with fewer rows."""
NEARLY_ALL = 0.99
"""The share of the target's variance that one column alone may not explain."""
ROWS_A_BIN = 20

Column = np.ndarray[Any, Any]


def find_all(
    contract: Contract, data: TrainingData, statistics: Mapping[str, Any], matrix: Column
) -> list[str]:
    """Sentences, each about one input or feature."""
    found = [*_constant(statistics), *_rare(contract, data, statistics), *_never_seen(contract, data)]
    if data.target is not None:
        found += _leaking(contract, data, list(statistics["features"]), matrix)
    infinite = {
        name: int(np.isinf(column).sum())
        for name, column in zip(statistics["features"], matrix.T, strict=True)
    }
    return found + [
        f"feature {name} is infinite in {count} rows; serving refuses such rows"
        for name, count in infinite.items()
        if count
    ]


def _constant(statistics: Mapping[str, Any]) -> Iterator[str]:
    for kind in ("input", "feature"):
        for name, each in statistics[f"{kind}s"].items():
            if not each["count"]:
                yield f"{kind} {name} has no value at all"
            elif each.get("minimum", 0) == each.get("maximum", 1) and not (
                kind == "input" and each["missing"]
            ):
                yield f"{kind} {name} is constant: {each['minimum']}"
            elif len(each.get("categories", "ab")) == 1 and not each["missing"]:
                yield f"{kind} {name} is constant: {next(iter(each['categories']))}"


def _rare(contract: Contract, data: TrainingData, statistics: Mapping[str, Any]) -> Iterator[str]:
    for declared in contract.inputs:
        counts = statistics["inputs"][declared.name].get("categories", {})
        if declared.enum and not counts:
            values = data.columns[declared.name].tolist()
            counts = {str(value): values.count(value) for value in declared.enum if value in values}
        rare = [text for text, count in counts.items() if count < RARE]
        if rare and data.rows >= 10 * RARE:
            shown = ", ".join(rare[:5]) + (", …" if len(rare) > 5 else "")
            yield f"input {declared.name}: {len(rare)} categories have fewer than {RARE} rows: {shown}"


def _never_seen(contract: Contract, data: TrainingData) -> Iterator[str]:
    for declared in contract.inputs:
        if declared.enum:
            missing = set(declared.enum) - set(data.columns[declared.name].tolist())
            if missing:
                shown = ", ".join(sorted(map(str, missing)))
                yield f"input {declared.name}: the contract allows {shown}, which never occurs in the data"


def _leaking(contract: Contract, data: TrainingData, names: list[str], matrix: Column) -> Iterator[str]:
    target = data.target
    if target is None or target.min() == target.max():
        return
    columns = [(f"feature {name}", column) for name, column in zip(names, matrix.T, strict=True)]
    for declared in contract.inputs:
        raw = data.columns[declared.name]
        if raw.dtype == object:
            columns.append(
                (f"input {declared.name}", np.unique(raw.astype(str), return_inverse=True)[1] * 1.0)
            )
    for name, column in columns:
        share = explained(column, target)
        if share >= NEARLY_ALL:
            yield f"{name} alone explains {100 * share:.1f} % of the target: is it known before the outcome?"


def explained(column: Column, target: Column) -> float:
    """The share of the target's variance that knowing one column explains, from 0 to 1.

    The greatest of: a straight line through values, one through ranks, and the mean of each value (or, of
    many values, of each of a number of bins).
    """
    known = np.isfinite(column)
    x, y = column[known], target[known]
    if len(x) < 3 or x.min() == x.max() or y.min() == y.max():
        return 0.0
    distinct, group = np.unique(x, return_inverse=True)
    bins = max(2, len(x) // ROWS_A_BIN)
    if len(distinct) > bins:
        edges = np.unique(np.quantile(x, np.arange(1, bins) / bins))
        group = np.searchsorted(edges, x, side="right")
    sizes = np.bincount(group)
    sums = np.bincount(group, y - y.mean())
    between = float((sums[sizes > 0] ** 2 / sizes[sizes > 0]).sum() / ((y - y.mean()) ** 2).sum())
    lines = (_correlation(x, y), _correlation(_ranks(x), _ranks(y)))
    return max(between, *(line**2 for line in lines))


def _correlation(x: Column, y: Column) -> float:
    with np.errstate(all="ignore"):
        found = float(np.corrcoef(x, y)[0, 1])
    return found if np.isfinite(found) else 0.0


def _ranks(values: Column) -> Column:
    _, group, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: Column = (ends - (counts - 1) / 2)[group]
    return ranks
