"""Classes that shift, stretch and bend each column, or each row."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn import preprocessing

from .columns import Columns
from .refusals import CannotExpressError
from .registry import Conversion, converter


def numeric(columns: Columns) -> Columns:
    """The columns, if all are numbers."""
    for part in columns.parts:
        if part.family != "number":
            what = f"the input {part.entry}" if isinstance(part.entry, str) else "a step before it"
            raise CannotExpressError(
                f"it takes numbers, and {what} gives {part.family}s", "check the type of the contract's input"
            )
    return columns


def numbers(array: Any, what: str) -> list[float]:
    """The fitted numbers as a contract has them."""
    made = np.asarray(array, np.float64)
    if not np.isfinite(made).all():
        raise CannotExpressError(
            f"its {what} holds NaN or an infinity: a column without a value in the training data",
            "drop that column, or fit on data that has it",
        )
    listed: list[float] = made.tolist()
    return listed


def off(flag: bool) -> bool | None:
    """A switch that is on by default: false, or not mentioned."""
    return None if flag else False


def on(flag: bool) -> bool | None:
    """A switch that is off by default: true, or not mentioned."""
    return True if flag else None


@converter(preprocessing.StandardScaler, becomes="`standardize`; `with_mean`, `with_std`")
def _standard_scaler(scaler: Any, columns: Columns, conversion: Conversion) -> Columns:
    return numeric(columns).apply(
        "standardize",
        with_mean=off(scaler.with_mean),
        with_std=off(scaler.with_std),
        mean=numbers(scaler.mean_, "mean_") if scaler.with_mean else None,
        scale=numbers(scaler.scale_, "scale_") if scaler.with_std else None,
    )


@converter(preprocessing.MinMaxScaler, becomes="`minmax`; `feature_range`, `clip`")
def _min_max_scaler(scaler: Any, columns: Columns, conversion: Conversion) -> Columns:
    low, high = (float(bound) for bound in scaler.feature_range)
    return numeric(columns).apply(
        "minmax",
        minimum=None if low == 0 else low,
        maximum=None if high == 1 else high,
        clip=on(scaler.clip),
        scale=numbers(scaler.scale_, "scale_"),
        offset=numbers(scaler.min_, "min_"),
    )


@converter(preprocessing.MaxAbsScaler, becomes="`max_abs`; `clip`")
def _max_abs_scaler(scaler: Any, columns: Columns, conversion: Conversion) -> Columns:
    clip = on(getattr(scaler, "clip", False))
    return numeric(columns).apply("max_abs", clip=clip, scale=numbers(scaler.scale_, "scale_"))


@converter(
    preprocessing.RobustScaler,
    becomes="`robust_scale`; `with_centering`, `with_scaling`, `quantile_range`, `unit_variance`",
)
def _robust_scaler(scaler: Any, columns: Columns, conversion: Conversion) -> Columns:
    lower, upper = (float(bound) for bound in scaler.quantile_range)
    return numeric(columns).apply(
        "robust_scale",
        with_centering=off(scaler.with_centering),
        with_scaling=off(scaler.with_scaling),
        lower=None if lower == 25 else lower,
        upper=None if upper == 75 else upper,
        unit_variance=on(scaler.unit_variance),
        center=numbers(scaler.center_, "center_") if scaler.with_centering else None,
        scale=numbers(scaler.scale_, "scale_") if scaler.with_scaling else None,
    )


@converter(preprocessing.Normalizer, becomes="`normalize`; `norm`")
def _normalizer(scaler: Any, columns: Columns, conversion: Conversion) -> Columns:
    return numeric(columns).apply("normalize", norm=None if scaler.norm == "l2" else scaler.norm)


@converter(preprocessing.QuantileTransformer, becomes="`quantile`; both `output_distribution`s")
def _quantile_transformer(transformer: Any, columns: Columns, conversion: Conversion) -> Columns:
    count, normal = int(transformer.n_quantiles_), transformer.output_distribution == "normal"
    return numeric(columns).apply(
        "quantile",
        n_quantiles=count if 2 <= count < 1000 else None,
        output_distribution="normal" if normal else None,
        quantiles=[numbers(column, "quantiles_") for column in transformer.quantiles_.T],
    )


@converter(preprocessing.PowerTransformer, becomes="`power`; both `method`s, `standardize`")
def _power_transformer(transformer: Any, columns: Columns, conversion: Conversion) -> Columns:
    inner = transformer._scaler if transformer.standardize else None
    return numeric(columns).apply(
        "power",
        method="box-cox" if transformer.method == "box-cox" else None,
        standardize=off(transformer.standardize),
        lambdas=numbers(transformer.lambdas_, "lambdas_"),
        mean=numbers(inner.mean_, "mean") if inner else None,
        scale=numbers(inner.scale_, "scale") if inner else None,
    )
