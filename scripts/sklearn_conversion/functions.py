"""FunctionTransformer, of numpy's functions that an operation computes alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from sklearn import preprocessing

from .columns import Columns, each_family
from .refusals import CannotExpressError
from .registry import BY_HAND, Conversion, converter
from .scaling import numeric

OPERATIONS: Final[dict[Any, dict[str, Any]]] = {
    np.log: {"operation": "log"},
    np.log2: {"operation": "log", "base": "2"},
    np.log10: {"operation": "log", "base": "10"},
    np.log1p: {"operation": "log1p"},
    np.sqrt: {"operation": "sqrt"},
    np.square: {"operation": "square"},
    np.abs: {"operation": "abs"},
    np.fabs: {"operation": "abs"},
    np.exp: {"operation": "exp"},
    np.expm1: {"operation": "expm1"},
}
"""Functions of one argument → the operation."""
FLATTEN: Final = (np.ravel, np.squeeze)
"""What hands one column on as a list, as vectorizers of text take it."""
BOUNDS: Final = {"a_min": "minimum", "min": "minimum", "a_max": "maximum", "max": "maximum"}


@converter(
    preprocessing.FunctionTransformer,
    becomes="the operation of `np.log`, `log2`, `log10`, `log1p`, `sqrt`, `square`, `abs`, `fabs`, `exp`, "
    "`expm1`, `negative`, `isnan`, or of `np.clip` with `kw_args`; nothing if it has no function; "
    "`np.ravel` and `np.squeeze` before a vectorizer",
)
def _function_transformer(transformer: Any, columns: Columns, conversion: Conversion) -> Columns:
    function, arguments = transformer.func, dict(transformer.kw_args or {})
    if function is None:
        return columns
    if function is np.clip:
        return numeric(columns).apply("clip", None, **_bounds(arguments))
    if arguments:
        raise CannotExpressError(f"kw_args of {_name(function)} aren't known", BY_HAND)
    if function in FLATTEN and columns.width == 1:
        return Columns(columns.parts, flat=True)
    if function is np.isnan:
        return each_family(numeric(columns), lambda run, _: run.apply("missing"))
    if function is np.negative:
        ones = [-1.0] * columns.width
        return numeric(columns).apply("minmax", scale=ones, offset=[0.0] * columns.width)
    if _hashable(function) and function in OPERATIONS:
        return numeric(columns).apply(**OPERATIONS[function])
    raise CannotExpressError(
        f"the function {_name(function)} isn't known; known are numpy's {', '.join(sorted(known_names()))}",
        f"use one of those, or {BY_HAND}",
    )


def known_names() -> set[str]:
    """The names of all functions that are converted."""
    return {"clip", "negative", "isnan", *(function.__name__ for function in (*OPERATIONS, *FLATTEN))}


def _bounds(arguments: dict[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in arguments.items() if value is not None}
    if not given or not given.keys() <= BOUNDS.keys():
        raise CannotExpressError(
            f"np.clip has the kw_args {arguments}", 'name its bounds: {"a_min": …, "a_max": …}'
        )
    made = {}
    for name, value in given.items():
        if np.ndim(value):
            raise CannotExpressError(f"the {name} of np.clip is a list", "use one transformer for each bound")
        made[BOUNDS[name]] = float(value)
    return made


def _name(function: Callable[..., Any]) -> str:
    module, name = getattr(function, "__module__", ""), getattr(function, "__name__", repr(function))
    return f"{module}.{name}" if module else name


def _hashable(function: Any) -> bool:
    return getattr(function, "__hash__", None) is not None
