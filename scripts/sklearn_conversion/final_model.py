"""What a pipeline ends in: the model, which is served elsewhere, and what its answers become."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sklearn.base import is_classifier, is_regressor
from sklearn.compose import TransformedTargetRegressor
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline

from .classifiers import classifier_outputs
from .registry import CONVERTERS
from .targets import undo_target


@dataclass(frozen=True)
class Ending:
    """A pipeline taken apart."""

    estimator: Any
    """The whole."""
    steps: list[tuple[str, Any]]
    """The transformers before the model."""
    model: Any = None
    outputs: list[dict[str, Any]] = field(default_factory=list)
    """What clients get, with the steps from the endpoint's answer; empty if that can't be told."""
    notes: list[str] = field(default_factory=list)
    """What the endpoint must answer, for people."""


def split_ending(estimator: Any) -> Ending:
    """Take a fitted estimator apart; raises NotExpressibleError for a target that can't be undone."""
    steps: list[tuple[str, Any]] = []
    undo: list[dict[str, Any]] = []
    name, last = type(estimator).__name__, estimator
    path: tuple[str, ...] = ()
    while True:
        if isinstance(last, Pipeline):
            steps += last.steps[:-1]
            name, last = last.steps[-1]
            path = (*path, name)
        elif isinstance(last, TransformedTargetRegressor):
            undo = undo_target(last, path or (name,)) + undo
            name, last = "regressor", last.regressor_
            path = (*path, name)
        elif isinstance(last, FrozenEstimator):
            last = last.estimator
        elif hasattr(last, "best_estimator_"):
            last = last.best_estimator_
        else:
            break
    if last is None or isinstance(last, str):
        return Ending(estimator, steps)
    if type(last) in CONVERTERS or not hasattr(last, "predict"):
        return Ending(estimator, [*steps, (name, last)])
    return _with_model(estimator, steps, last, undo)


def _with_model(
    estimator: Any, steps: list[tuple[str, Any]], model: Any, undo: list[dict[str, Any]]
) -> Ending:
    kind = type(model).__name__
    if is_regressor(model):
        output: dict[str, Any] = {"name": "prediction"}
        count = getattr(model, "coef_", None)
        if count is not None and count.ndim == 2 and len(count) > 1:
            output["length"] = len(count)
        output |= {"steps": undo} if undo else {}
        done = "; the output's steps undo the target's transformation" if undo else ""
        note = f"the endpoint is to serve the {kind} alone, and to answer what its predict answers{done}"
        return Ending(estimator, steps, model, [output], [note])
    if is_classifier(model):
        outputs, note = classifier_outputs(model)
        return Ending(estimator, steps, model, outputs, [note])
    note = f"the {kind} isn't converted: the endpoint is to serve it; write the outputs' steps by hand"
    return Ending(estimator, steps, model, [], [note])
