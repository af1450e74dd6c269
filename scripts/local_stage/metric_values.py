"""What metric math computes with: scalars, series of values by period, and its operators and functions.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
A value that is missing on either side of an operator is missing in the result; so is what is divided by zero.
"""

import math
import operator
import statistics
from collections.abc import Callable, Sequence
from typing import Any

Series = list[float | None]
"""A value for each period, oldest first; None where there is none."""
Many = tuple[Series, ...]
Value = float | None | Series | Many | str
"""A scalar, a series, several series; a string only as a function's argument."""


class MathError(ValueError):
    """An expression can't be read, or not be evaluated here."""


def each(combine: Callable[..., float | None], *values: Value) -> Value:
    """Apply to scalars, to each period of series, to each of several series; what is shorter is repeated."""
    if any(isinstance(value, str) for value in values):
        raise MathError("a text stands where a number is expected")
    if any(isinstance(value, tuple) for value in values):
        count = max(len(value) for value in values if isinstance(value, tuple))
        rows = [value if isinstance(value, tuple) else (value,) * count for value in values]
        return tuple(_series(each(combine, *row)) for row in zip(*rows, strict=True))
    if any(isinstance(value, list) for value in values):
        length = max(len(value) for value in values if isinstance(value, list))
        columns = [value if isinstance(value, list) else [value] * length for value in values]
        return [_one_value(combine, row) for row in zip(*columns, strict=True)]
    return _one_value(combine, values)


def _one_value(combine: Callable[..., float | None], values: Sequence[Any]) -> float | None:
    if any(value is None for value in values):
        return None
    try:
        return combine(*values)
    except (OverflowError, ZeroDivisionError):
        return None


def _series(value: Value) -> Series:
    if not isinstance(value, list):
        raise MathError("a time series is expected")
    return value


def many(value: Value) -> Many:
    """Take one series for several of one."""
    return value if isinstance(value, tuple) else (_series(value),)


def power(base: float, exponent: float) -> float | None:
    """Raise to a power; what is no real number is missing."""
    found = base**exponent
    return None if isinstance(found, complex) else found


def _fold(fold: Callable[[list[float]], float]) -> Callable[[Value], Value]:
    """Fold one series to a scalar, several to one series; periods without any value have none."""

    def folded(value: Value) -> Value:
        if isinstance(value, tuple):
            return [_folded(fold, row) for row in zip(*value, strict=True)]
        return _folded(fold, value if isinstance(value, list) else [_number(value)])

    return folded


def _folded(fold: Callable[[list[float]], float], values: Sequence[float | None]) -> float | None:
    present = [value for value in values if value is not None]
    return fold(present) if present else None


def _number(value: Value) -> float | None:
    if isinstance(value, float | None):
        return value
    raise MathError("a number is expected")


def _fill(value: Value, filling: Value) -> Value:
    """Give missing periods a number, the value before (REPEAT), or one between its neighbours (LINEAR)."""
    if isinstance(value, tuple):
        return tuple(_series(_fill(series, filling)) for series in value)
    series = _series(value)
    if isinstance(filling, list):
        return [other if own is None else own for own, other in zip(series, filling, strict=True)]
    if not isinstance(filling, str):
        return [_number(filling) if own is None else own for own in series]
    known = [index for index, own in enumerate(series) if own is not None]
    return [_between(series, known, index, linear=filling == "LINEAR") for index in range(len(series))]


def _between(series: Series, known: list[int], index: int, *, linear: bool) -> float | None:
    before = max((at for at in known if at <= index), default=None)
    after = min((at for at in known if at >= index), default=None)
    if before is None:
        return None
    first = series[before]
    if not linear or before == index:
        return first
    if after is None or first is None:
        return None
    return first + (float(series[after] or 0) - first) * (index - before) / (after - before)


def _band(*_: Value) -> Value:
    raise MathError("ANOMALY_DETECTION_BAND gives a band, no values")


OPERATORS: dict[str, Callable[[float, float], float | None]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "==": lambda a, b: float(a == b),
    "!=": lambda a, b: float(a != b),
    "<": lambda a, b: float(a < b),
    ">": lambda a, b: float(a > b),
    "<=": lambda a, b: float(a <= b),
    ">=": lambda a, b: float(a >= b),
    **dict.fromkeys(("AND", "&&"), lambda a, b: float(bool(a) and bool(b))),
    **dict.fromkeys(("OR", "||"), lambda a, b: float(bool(a) or bool(b))),
}
FUNCTIONS: dict[str, Callable[..., Value]] = {
    "ABS": lambda value: each(abs, value),
    "CEIL": lambda value: each(lambda one: float(math.ceil(one)), value),
    "FLOOR": lambda value: each(lambda one: float(math.floor(one)), value),
    "AVG": _fold(statistics.fmean),
    "MAX": _fold(max),
    "MIN": _fold(min),
    "SUM": _fold(math.fsum),
    "STDDEV": _fold(statistics.pstdev),
    "FILL": _fill,
    "IF": lambda condition, yes, no: each(lambda c, y, n: y if c else n, condition, yes, no),
    "ANOMALY_DETECTION_BAND": _band,
}
