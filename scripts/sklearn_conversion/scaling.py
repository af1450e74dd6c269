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
