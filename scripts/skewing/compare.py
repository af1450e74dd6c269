"""Captured columns against what a contract says of its training data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from scripts.skewing.stability import index, noise

Column = np.ndarray[Any, Any]

VERDICTS = ("ok", "ignored", "few", "warn", "fail")
"""From good to bad."""
SHOWN = 5


@dataclass(frozen=True)
class Thresholds:
    """From where on a difference is worth a look (warn) and stops a pipeline (fail)."""

    psi: tuple[float, float] = (0.1, 0.25)
    share: tuple[float, float] = (0.01, 0.05)
    """Of the rows: how many more than in training are missing; how many are out of range, or unseen."""
    minimum: int = 200
    """Rows below which nothing is judged."""


@dataclass(frozen=True)
class Comparison:
    """One input or feature, in training and now."""

    kind: str
    name: str
    rows: int
    missing: float
    """Share of the rows without a value; NaN and infinite numbers have none."""
    missing_before: float
    labels: Sequence[str] = ()
    """Of the bins."""
    before: Sequence[int] = ()
    """Training rows in each bin."""
    now: Sequence[int] = ()
    psi: float | None = None
    """None where there is but one bin, and of datetimes."""
    noise: float = 0.0
    """The index that chance explains; a smaller one is never judged."""
    outside: float | None = None
    """Of numbers and datetimes: share of the values outside the training data's range."""
    unseen: float | None = None
    """Of texts: share of the values that training had not among its categories."""
    unseen_values: Sequence[str] = ()
    verdict: str = "ok"
    reasons: Sequence[str] = field(default=())


def compare_columns(
    kind: str,
    statistics: Mapping[str, Mapping[str, Any]],
    columns: Mapping[str, Column],
    thresholds: Thresholds,
    ignored: Iterable[str] = (),
) -> list[Comparison]:
    """Compare each column of which the contract has statistics, in the contract's order."""
    leave = set(ignored)
    found = []
    for name, expected in statistics.items():
        if name in columns:
            measured = measure(kind, name, expected, columns[name])
            found.append(judge(measured, thresholds, ignored=name in leave))
    return found


def measure(kind: str, name: str, expected: Mapping[str, Any], column: Column) -> Comparison:
    """Measure one column; it is as `read_columns` returns it, or one of the matrix."""
    measurer = {"O": _texts, "M": _moments}.get(column.dtype.kind, _numbers)
    seen = expected["count"] + expected["missing"]
    more = measurer(expected, column)
    present = more.pop("present")
    missing = (len(column) - present) / len(column) if len(column) else 0.0
    if more.get("before") and len(more["before"]) > 1 and present:
        more["psi"] = index(more["before"], more["now"])
        more["noise"] = noise(len(more["before"]), sum(more["before"]), present)
    before = expected["missing"] / seen if seen else 0.0
    return Comparison(kind, name, len(column), missing, before, **more)


def _numbers(expected: Mapping[str, Any], column: Column) -> dict[str, Any]:
    values = column[np.isfinite(column)]
    made: dict[str, Any] = {"present": len(values)}
    if "minimum" in expected and len(values):
        wrong = (values < expected["minimum"]) | (values > expected["maximum"])
        made["outside"] = float(wrong.mean())
    if "edges" in expected:
        edges = np.array(expected["edges"], np.float64)
        counts = np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1)
        made |= {"before": tuple(expected["counts"]), "now": tuple(counts.tolist()), "labels": _bins(edges)}
    return made


def _bins(edges: Column) -> list[str]:
    """Names of n + 1 bins that hold the edge on their left."""
    texts = [f"{edge:g}" for edge in edges]
    if not texts:
        return ["all"]
    between = [f"{low} to {high}" for low, high in pairwise(texts)]
    return [f"below {texts[0]}", *between, f"from {texts[-1]}"]


def _texts(expected: Mapping[str, Any], column: Column) -> dict[str, Any]:
    counts = Counter(text for text in column.tolist() if text is not None)
    present = counts.total()
    known: Mapping[str, int] = expected.get("categories", {})
    strange = Counter({text: count for text, count in counts.items() if text not in known})
    others = expected.get("others", 0)
    made: dict[str, Any] = {
        "present": present,
        "labels": [*known, "others"],
        "before": (*known.values(), others),
        "now": (*(counts.get(text, 0) for text in known), strange.total()),
    }
    if present and not others:  # else they may have been among the others
        made["unseen"] = strange.total() / present
        made["unseen_values"] = [text for text, _ in strange.most_common(SHOWN)]
    return made


def _moments(expected: Mapping[str, Any], column: Column) -> dict[str, Any]:
    """Time moves on: what lies outside the training data's time is told, but not judged."""
    values = column[~np.isnat(column)]
    made: dict[str, Any] = {"present": len(values)}
    if "first" in expected and len(values):
        first, last = (np.datetime64(expected[end], "us") for end in ("first", "last"))
        made["outside"] = float(((values < first) | (values > last)).mean())
        made["labels"] = (str(values.min()), str(values.max()))
    return made


def judge(found: Comparison, thresholds: Thresholds, *, ignored: bool = False) -> Comparison:
    """The comparison with its verdict and the reasons for it."""
    measures = [
        ("missing", found.missing - found.missing_before, thresholds.share, "{:+.1%} missing"),
        ("unseen", found.unseen, thresholds.share, "{:.1%} unseen in training"),
    ]
    if found.before:  # no datetime
        measures.append(("outside", found.outside, thresholds.share, "{:.1%} outside training's range"))
    if found.psi is not None and found.psi > found.noise:
        measures.append(("psi", found.psi, thresholds.psi, "PSI {:.3f}"))
    worst, reasons = "ok", []
    for _, value, (warn, fail), text in measures:
        if value is not None and value >= warn:
            worst = "fail" if value >= fail or worst == "fail" else "warn"
            reasons.append(text.format(value))
    if ignored:
        worst = "ignored"
    elif found.rows < thresholds.minimum:
        worst, reasons = "few", [f"{found.rows} rows, {thresholds.minimum} are needed"]
    return Comparison(**{**vars(found), "verdict": worst, "reasons": tuple(reasons)})
