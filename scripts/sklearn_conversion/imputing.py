"""Classes for missing values."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn import impute

from .columns import Columns, Part, each_family, side_by_side
from .refusals import CannotExpressError
from .registry import Conversion, converter

REPLACE = "replace that value by NaN (None in texts) in the data, and fit again"


def is_nan(value: Any) -> bool:
    """Whether a value is a NaN float."""
    return isinstance(value, float | np.floating) and bool(np.isnan(value))


def check_marker(marker: Any, columns: Columns, conversion: Conversion) -> None:
    """What counts as missing must be what a contract knows as absent."""
    if marker is not None and not is_nan(marker):
        raise CannotExpressError(f"its missing_values is {marker!r}; a contract knows NaN and null", REPLACE)
    if marker is None and "number" in columns.families:
        raise CannotExpressError(
            "its missing_values is None, which numbers never are", "use missing_values=np.nan"
        )
    conversion.mark_absent(columns, None if marker is None else np.nan)


@converter(
    impute.SimpleImputer,
    becomes="`impute`, with `add_indicator` too; columns without a value in training are dropped as there; "
    "`missing_values` NaN or None",
)
def _simple_imputer(imputer: Any, columns: Columns, conversion: Conversion) -> Columns:
    check_marker(imputer.missing_values, columns, conversion)
    statistics = np.asarray(imputer.statistics_, object)
    kept = [place for place, each in enumerate(statistics.tolist()) if not is_nan(each) and each is not None]
    if imputer.keep_empty_features and len(kept) < len(statistics):
        raise CannotExpressError("it keeps a column without a value", "drop that column, and fit again")
    indicated = imputer.indicator_.features_.tolist() if imputer.add_indicator else []
    filled = columns.take(kept)
    values = [statistics[place] for place in kept]
    inside = indicated if set(indicated) <= set(kept) and set(columns.families) == {"number"} else []
    made = each_family(filled, lambda run, places: _filled(imputer, run, values[places]))
    if inside:
        entry = dict(_entry(made)) | {"indicator": True, "indicated": [kept.index(each) for each in inside]}
        return Columns((Part(entry, made.width + len(inside), "number"),))
    return side_by_side([made, missing(columns, indicated)])


def _entry(columns: Columns) -> dict[str, Any]:
    entry = columns.parts[0].entry
    if isinstance(entry, str):
        raise TypeError(entry)
    return entry


def _filled(imputer: Any, run: Columns, values: list[Any]) -> Columns:
    family = run.families[0]
    if family == "datetime":
        raise CannotExpressError("a contract doesn't impute datetimes", "impute what is made of them")
    plain = [value if isinstance(value, str) else float(value) for value in values]
    if any(isinstance(value, str) != (family == "string") for value in plain):
        raise CannotExpressError(f"it puts {plain} into columns of {family}s", "check the inputs' types")
    strategy = imputer.strategy if imputer.strategy in ("mean", "median", "most_frequent") else "constant"
    if not isinstance(imputer.strategy, str):
        raise CannotExpressError("its strategy is a function", "use mean, median, most_frequent or constant")
    if strategy == "constant" and len(set(plain)) == 1:
        return run.apply("impute", family=family, strategy="constant", value=plain[0])
    named = None if strategy in ("mean", "constant") else strategy
    return run.apply("impute", family=family, strategy=named, values=plain)


def missing(columns: Columns, places: list[int]) -> Columns:
    """Columns that tell where those at the places are missing."""
    if not places:
        return Columns(())
    return each_family(columns.take(places), lambda run, _: run.apply("missing"))


@converter(impute.MissingIndicator, becomes="`missing`, on the columns it kept; `missing_values` NaN or None")
def _missing_indicator(indicator: Any, columns: Columns, conversion: Conversion) -> Columns:
    check_marker(indicator.missing_values, columns, conversion)
    return missing(columns, indicator.features_.tolist())
