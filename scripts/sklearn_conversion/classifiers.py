"""From what a classifier's endpoint answers to probabilities and labels."""

from __future__ import annotations

import math
from typing import Any, Final

from sklearn import linear_model, svm

PROBABILITIES: Final = (linear_model.LogisticRegression, linear_model.LogisticRegressionCV)
DECISIONS: Final = (
    linear_model.SGDClassifier,
    linear_model.RidgeClassifier,
    linear_model.RidgeClassifierCV,
    linear_model.Perceptron,
    svm.LinearSVC,
)
ABOVE_ZERO: Final = math.nextafter(0, 1)
"""scikit-learn takes the second class where the decision is greater than zero; a threshold is "at least"."""


def classifier_outputs(model: Any) -> tuple[list[dict[str, Any]], str]:
    """The entries of `outputs`, none if the model isn't linear; and what the endpoint must answer."""
    kind, count = type(model).__name__, len(model.classes_)
    if type(model) not in (*PROBABILITIES, *DECISIONS):
        return (
            [],
            f"the {kind} isn't converted: the endpoint is to serve it; write the outputs' steps by hand",
        )
    log_loss = type(model) is linear_model.SGDClassifier and model.loss == "log_loss"
    probable = type(model) in PROBABILITIES or (log_loss and count == 2)
    formula = "w·x + b" if count == 2 else f"the {count} numbers W x + b"
    note = f"the endpoint is to answer {kind}'s decision_function, {formula}"
    if log_loss and count > 2:
        note += "; its probabilities, one class against the rest, aren't expressible"
    return (_binary if count == 2 else _several)(model.classes_, probable), note


def _binary(classes: Any, probable: bool) -> list[dict[str, Any]]:
    label: dict[str, Any] = {"operation": "threshold", "at": ABOVE_ZERO}
    output: dict[str, Any] = {"name": "label", "steps": [label]}
    values = classes.tolist()
    if all(isinstance(each, bool) for each in values):
        output["type"] = "boolean"
    elif values != [0, 1]:
        label["labels"] = [str(each) for each in values]
    return [*([{"name": "probability", "steps": [{"operation": "sigmoid"}]}] if probable else []), output]


def _several(classes: Any, probable: bool) -> list[dict[str, Any]]:
    values = classes.tolist()
    steps: list[dict[str, Any]] = [{"operation": "argmax"}]
    if values != list(range(len(values))):
        steps.append({"operation": "label_map", "labels": [str(each) for each in values]})
    share = {"name": "probabilities", "length": len(values), "steps": [{"operation": "softmax"}]}
    label = {"name": "label", "length": len(values), "steps": steps}
    return [share, label] if probable else [label]
