"""Classes that keep some of the columns."""

from __future__ import annotations

import inspect
from typing import Any

from sklearn import feature_selection
from sklearn.base import BaseEstimator
from sklearn.feature_selection import SelectorMixin

from .columns import Columns
from .refusals import CannotExpressError
from .registry import Conversion, converter

SELECTORS = tuple(
    each
    for _, each in inspect.getmembers(feature_selection, inspect.isclass)
    if issubclass(each, SelectorMixin) and issubclass(each, BaseEstimator)
)
"""Every selector there is: all tell what they keep by `get_support`."""


@converter(*SELECTORS, becomes="`select`, of the columns that it kept; none where it kept whole entries")
def _selector(selector: Any, columns: Columns, conversion: Conversion) -> Columns:
    kept = selector.get_support(indices=True).tolist()
    if not kept:
        raise CannotExpressError("it keeps no columns", "leave it out, with the columns that it is given")
    return columns.take(kept)
