"""The steps that undo what a TransformedTargetRegressor did to its target."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from sklearn import preprocessing
from sklearn.pipeline import Pipeline

from .refusals import CannotExpressError, NotExpressibleError
from .scaling import numbers

INVERSE_FUNCTIONS: Final[dict[Any, str]] = {np.expm1: "expm1", np.exp: "exp", np.square: "square"}
Steps = list[dict[str, Any]]


def undo_target(regressor: Any, path: tuple[str, ...]) -> Steps:
    """The steps from the inner regressor's answer to the target; raises NotExpressibleError."""
    try:
        return _undo(regressor.transformer_)
    except CannotExpressError as refusal:
        outer = (*path, "TransformedTargetRegressor")
        raise NotExpressibleError(outer, str(refusal), refusal.repair) from None


def _undo(transformer: Any) -> Steps:
    if isinstance(transformer, Pipeline):
        return [step for _, each in reversed(transformer.steps) for step in _undo(each)]
    found = UNDO.get(type(transformer))
    if found is None:
        raise CannotExpressError(
            f"the inverse of {type(transformer).__name__} is no step",
            f"transform the target by one of {', '.join(sorted(each.__name__ for each in UNDO))}",
        )
    return found(transformer)


def _function(transformer: Any) -> Steps:
    inverse = transformer.inverse_func
    if inverse is None:
        return []
    if (
        transformer.inv_kw_args
        or getattr(inverse, "__hash__", None) is None
        or inverse not in INVERSE_FUNCTIONS
    ):
        name = getattr(inverse, "__name__", repr(inverse))
        known = ", ".join(f"np.{each}" for each in INVERSE_FUNCTIONS.values())
        raise CannotExpressError(f"the inverse_func {name} is no step; known are {known}", "use one of those")
    return [{"operation": INVERSE_FUNCTIONS[inverse]}]


def _standard(scaler: Any) -> Steps:
    mean = {"mean": numbers(scaler.mean_, "mean_")} if scaler.with_mean else {}
    scale = {"scale": numbers(scaler.scale_, "scale_")} if scaler.with_std else {}
    return [{"operation": "inverse_standardize", **mean, **scale}]


def _min_max(scaler: Any) -> Steps:
    scale, offset = numbers(scaler.scale_, "scale_"), numbers(scaler.min_, "min_")
    return [{"operation": "inverse_minmax", "scale": scale, "offset": offset}]


def _max_abs(scaler: Any) -> Steps:
    return [{"operation": "inverse_max_abs", "scale": numbers(scaler.scale_, "scale_")}]


def _robust(scaler: Any) -> Steps:
    center = {"center": numbers(scaler.center_, "center_")} if scaler.with_centering else {}
    scale = {"scale": numbers(scaler.scale_, "scale_")} if scaler.with_scaling else {}
    return [{"operation": "inverse_robust_scale", **center, **scale}]


def _power(transformer: Any) -> Steps:
    step: dict[str, Any] = {"operation": "inverse_power"}
    step |= {"method": "box-cox"} if transformer.method == "box-cox" else {}
    step["lambdas"] = numbers(transformer.lambdas_, "lambdas_")
    if transformer.standardize:
        step["mean"] = numbers(transformer._scaler.mean_, "mean")
        step["scale"] = numbers(transformer._scaler.scale_, "scale")
    return [step]


def _quantile(transformer: Any) -> Steps:
    step: dict[str, Any] = {"operation": "inverse_quantile"}
    step["quantiles"] = [numbers(column, "quantiles_") for column in transformer.quantiles_.T]
    step |= {"output_distribution": "normal"} if transformer.output_distribution == "normal" else {}
    return [step]


UNDO: Final[dict[type, Callable[[Any], Steps]]] = {
    preprocessing.FunctionTransformer: _function,
    preprocessing.StandardScaler: _standard,
    preprocessing.MinMaxScaler: _min_max,
    preprocessing.MaxAbsScaler: _max_abs,
    preprocessing.RobustScaler: _robust,
    preprocessing.PowerTransformer: _power,
    preprocessing.QuantileTransformer: _quantile,
}
