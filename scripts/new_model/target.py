"""What is predicted: an amount, one of two classes, or one of several; and what clients get of it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from scripts.fitting.training_data import DataError
from scripts.training.rows import label_of

KINDS: Final = ("regression", "binary", "multiclass")
OBJECTIVES: Final = {
    "regression": "reg:squarederror",
    "binary": "binary:logistic",
    "multiclass": "multi:softprob",
}
MOST_CLASSES: Final = 50
UNDECIDED: Final = 20
"""Up to so many different whole numbers may be amounts as well as classes."""
LISTED: Final = 3
"""So many of the likeliest classes are listed with their probability."""


@dataclass(frozen=True)
class Target:
    """The column to predict."""

    name: str
    kind: str
    labels: tuple[str, ...] = ()
    """The classes in the order of their numbers; of two, the second is the one whose probability is given."""
    digits: int = 0
    """Of an amount: digits behind the point that six significant ones have."""


def read_kind(name: str, cells: Sequence[Any], kind: str | None, positive: str | None) -> Target:
    """What kind of target a column is; raises DataError for one that none is, or that may be two."""
    for row, cell in enumerate(cells):
        if cell is None:
            raise DataError(
                f"the target {name} has no value in row {row + 1} (and {_more(cells)})",
                "drop the rows without one: what is to be learnt must be known",
            )
    labels = Counter(label_of(cell) or "" for cell in cells)
    if len(labels) == 1:
        raise DataError(
            f"the target {name} is always {next(iter(labels))!r}: there is nothing to predict",
            "TARGET=another column",
        )
    amounts = _amounts(cells)
    kind = kind or _kind_of(name, labels, amounts)
    if kind == "regression":
        return _regression(name, cells, amounts)
    if kind == "binary" and len(labels) != 2:
        raise DataError(
            f"the target {name} has {len(labels)} values, not two", "--kind multiclass, or regression"
        )
    if len(labels) > MOST_CLASSES:
        raise DataError(
            f"the target {name} has {len(labels)} different values: too many for classes",
            "--kind regression if they are amounts; else TARGET=another column",
        )
    ordered = _ordered(labels, amounts)
    if positive is not None:
        if kind != "binary" or positive not in ordered:
            raise DataError(f"--positive {positive} is none of two classes", f"one of {', '.join(ordered)}")
        ordered.sort(key=lambda label: label == positive)
    rare = [label for label in ordered if labels[label] < 2]
    if rare:
        row = next(row for row, cell in enumerate(cells) if label_of(cell) == rare[0])
        raise DataError(
            f"the class {rare[0]!r} of {name} occurs once, in row {row + 1}: too few to learn and test",
            "bring more rows of it, or leave that row out"
            + ("; or --kind regression" if amounts is not None else ""),
        )
    return Target(name, kind, tuple(ordered))


def _more(cells: Sequence[Any]) -> str:
    count = sum(cell is None for cell in cells)
    return f"{count} of {len(cells)} rows in all"


def _amounts(cells: Sequence[Any]) -> list[float] | None:
    if any(isinstance(cell, bool) for cell in cells):
        return None
    try:
        made = [float(cell) for cell in cells]
    except (TypeError, ValueError):
        return None
    return made if all(map(math.isfinite, made)) else None


def _kind_of(name: str, labels: Counter[str], amounts: list[float] | None) -> str:
    if len(labels) == 2:
        return "binary"
    if amounts is None:
        return "multiclass"
    if len(labels) > UNDECIDED or not all(map(float.is_integer, amounts)):
        return "regression"
    raise DataError(
        f"the target {name} holds {len(labels)} different whole numbers, {min(amounts):g} to "
        f"{max(amounts):g}: they may be classes or amounts",
        "say which: --kind multiclass or --kind regression",
    )


def _regression(name: str, cells: Sequence[Any], amounts: list[float] | None) -> Target:
    if amounts is None:
        row, cell = next((row, cell) for row, cell in enumerate(cells) if _amounts([cell]) is None)
        raise DataError(
            f"the target {name} holds {cell!r} in row {row + 1}, which is no number",
            "mend it; or --kind multiclass if these are classes",
        )
    largest = float(np.quantile(np.abs(amounts), 0.99)) or 1.0
    return Target(name, "regression", digits=min(max(5 - math.floor(math.log10(largest)), 0), 12))


def _ordered(labels: Counter[str], amounts: list[float] | None) -> list[str]:
    return sorted(labels) if amounts is None else sorted(labels, key=float)


def declare_outputs(target: Target, name: str, file: str) -> list[dict[str, Any]]:
    """The entries of `outputs`; the first is named after the target."""
    if target.kind == "regression":
        return [
            {
                "name": name,
                "type": "number",
                "description": f"Predicted {target.name}, as in {file}.",
                "steps": [{"operation": "round", "digits": target.digits}],
            }
        ]
    return DECLARE[target.kind](target, name)


def _binary(target: Target, name: str) -> list[dict[str, Any]]:
    below, above = target.labels
    step: dict[str, Any] = {"operation": "threshold", "at": 0.5}
    first: dict[str, Any] = {"name": name}
    if (below.lower(), above.lower()) == ("false", "true"):
        first["type"] = "boolean"
    elif target.labels != ("0", "1"):
        step["labels"] = [below, above]
    first |= {"description": f"{above} from a probability of 0.5, else {below}.", "steps": [step]}
    return [
        first,
        {
            "name": _free("probability", name),
            "type": "number",
            "description": f"Estimated probability of {above}, from 0 to 1.",
            "steps": [{"operation": "round", "digits": 6}],
        },
    ]


def _multiclass(target: Target, name: str) -> list[dict[str, Any]]:
    labels = list(target.labels)
    numbered = labels == [str(place) for place in range(len(labels))]
    steps: list[dict[str, Any]] = [{"operation": "argmax"}]
    return [
        {
            "name": name,
            "description": "The likeliest class.",
            "length": len(labels),
            "steps": steps if numbered else [*steps, {"operation": "label_map", "labels": labels}],
        },
        {
            "name": _free("classes", name),
            "description": "The likeliest classes with their estimated probabilities.",
            "length": len(labels),
            "steps": [{"operation": "top_k", "k": min(LISTED, len(labels)), "labels": labels}],
        },
    ]


DECLARE: Final = {"binary": _binary, "multiclass": _multiclass}


def _free(name: str, taken: str) -> str:
    return f"{name}_" if name == taken else name
