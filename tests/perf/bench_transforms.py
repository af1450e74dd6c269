"""How long the transform takes, beside scikit-learn's own ColumnTransformer and pandas' date parts.

Both have the rows typed and in memory: arrays by column here, a DataFrame there. Times are processor time,
the best of many turns; the contenders take turns, so ratios come from one run.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter, process_time
from typing import Any

from tests.perf.result import Numbers, Say, target
from tests.perf.transform_examples import Example, make_examples

FASTER_AT = {1: 5.0, 10_000: 1.0}
"""Rows → how many times scikit-learn's speed is wanted."""
_SECONDS = {True: 0.5, False: 3.0}


def run(quick: bool, say: Say) -> Numbers:
    """`times`: milliseconds of `ours` and `theirs` by example and rows."""
    times = {}
    for example in make_examples():
        say(example.name)
        times[example.name] = {rows: _best_times(example, rows, _SECONDS[quick]) for rows in FASTER_AT}
    targets = {}
    for rows, wanted in FASTER_AT.items():
        slowest = min(found[rows]["theirs"] / found[rows]["ours"] for found in times.values())
        words = "one row" if rows == 1 else f"{rows:,} rows"
        targets[f"times scikit-learn's speed at {words}, the least of all"] = target(
            slowest, wanted, at_least=True
        )
    return {"times": times, "targets": targets}


def _best_times(example: Example, rows: int, seconds: float) -> dict[str, float]:
    columns, table = example.make_rows(rows)
    contenders: dict[str, Callable[[], Any]] = {
        "ours": lambda: example.ours(columns),
        "theirs": lambda: example.theirs(table),
    }
    best: dict[str, float] = {}
    ends = perf_counter() + seconds
    while len(best) < len(contenders) or perf_counter() < ends:
        for name, transform in contenders.items():
            began = process_time()
            transform()
            took = (process_time() - began) * 1000
            best[name] = min(took, best.get(name, took))
    return best
