"""What a pipeline ends in: the model, which is served elsewhere, and what undoes a transformed target."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sklearn.pipeline import Pipeline


@dataclass(frozen=True)
class Ending:
    """A pipeline taken apart."""

    estimator: Any
    """The whole."""
    steps: list[tuple[str, Any]]
    """The transformers before the model."""
    model: Any = None
    outputs: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What the model's part of it means, for people."""


def split_ending(estimator: Any) -> Ending:
    """Take a fitted estimator apart."""
    steps, last = ([], estimator)
    if isinstance(estimator, Pipeline):
        *steps, (_, last) = estimator.steps
    if hasattr(last, "predict") and not hasattr(last, "transform"):
        return Ending(estimator, steps, last)
    if isinstance(estimator, Pipeline):
        return Ending(estimator, estimator.steps)
    return Ending(estimator, [(type(estimator).__name__, estimator)])
