"""What training data look like, column by column: expectations for serving."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from scoring import Contract
from scoring.contract_statistics import PROBABILITIES
from scripts.fitting.training_data import TrainingData
from scripts.json_layout import LaidOut

BINS = 10
MOST_CATEGORIES = 200

Column = np.ndarray[Any, Any]


def describe(contract: Contract, names: Iterable[str], data: TrainingData, matrix: Column) -> dict[str, Any]:
    """The section `statistics` of a contract, for its inputs and the features of these names."""
    return {
        "rows": data.rows,
        "inputs": {each.name: describe_column(data.columns[each.name]) for each in contract.inputs},
        "features": {name: describe_column(column) for name, column in zip(names, matrix.T, strict=True)},
    }


def describe_column(column: Column) -> dict[str, Any]:
    """One column as `read_columns` returns it, or one of the matrix."""
    if column.dtype == object:
        return _describe_texts(column)
    return _describe_moments(column) if column.dtype.kind == "M" else _describe_numbers(column)


def _describe_numbers(column: Column) -> dict[str, Any]:
    values = column[np.isfinite(column)]
    made: dict[str, Any] = {"count": len(values), "missing": len(column) - len(values)}
    if not len(values):
        return made
    distinct = np.unique(values)
    few = len(distinct) <= BINS  # a bin each: a flag that is rarely set has no quantile of its own
    edges = distinct[1:] if few else np.quantile(values, np.arange(1, BINS) / BINS)
    edges = np.unique(six_digits(edges)) if len(edges) else edges
    edges = edges[(edges > values.min()) & (edges <= values.max())]
    counts = np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1)
    quantiles = np.maximum.accumulate(six_digits(np.quantile(values, PROBABILITIES)))
    return made | {
        "minimum": plain(values.min()),
        "maximum": plain(values.max()),
        "mean": plain(six_digits(values.mean())),
        "std": plain(six_digits(values.std())),
        "quantiles": [plain(each) for each in quantiles],
        "edges": [plain(each) for each in edges],
        "counts": counts.tolist(),
    }


def _describe_texts(column: Column) -> dict[str, Any]:
    counts = Counter(text for text in column.tolist() if text is not None)
    present = sum(counts.values())
    made: dict[str, Any] = {"count": present, "missing": len(column) - present}
    ranked = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    if ranked:
        made["categories"] = dict(ranked[:MOST_CATEGORIES])
        made["others"] = sum(count for _, count in ranked[MOST_CATEGORIES:])
    return made


def _describe_moments(column: Column) -> dict[str, Any]:
    present = column[~np.isnat(column)]
    made: dict[str, Any] = {"count": len(present), "missing": len(column) - len(present)}
    if len(present):
        made |= {"first": present.min().item().isoformat(" "), "last": present.max().item().isoformat(" ")}
    return made


def six_digits(values: Any) -> Any:
    """Rounded to six significant digits."""
    return np.vectorize(lambda value: float(f"{value:.6g}"), otypes=[np.float64])(values)


def plain(value: Any) -> float | int:
    """A number as JSON shows it best: whole ones without a fraction."""
    number = float(value)
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def section_text(statistics: Mapping[str, Any]) -> LaidOut:
    """The section as it stands in a contract: a line for each input and each feature."""
    parts = [f'    "rows": {statistics["rows"]}']
    for kind in ("inputs", "features"):
        lines = [f"      {_json(name)}: {_json(each)}" for name, each in statistics[kind].items()]
        parts.append(f'    "{kind}": {{\n' + ",\n".join(lines) + "\n    }")
    return LaidOut("{\n" + ",\n".join(parts) + "\n  }")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
