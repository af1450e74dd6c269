"""Classes that encode categories."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn import preprocessing

from .columns import Columns, each_family, side_by_side
from .imputing import is_nan
from .refusals import CannotExpressError
from .registry import Conversion, converter

CHECK_TYPES = "give the contract's input the type that the column had in training"


def plain(value: Any) -> Any:
    """A category as a contract has it."""
    value = value.item() if isinstance(value, np.generic) else value
    if value is None or is_nan(value):
        return None
    if not isinstance(value, str | int | float | bool):
        raise CannotExpressError(f"a category is {value!r}", "make texts or numbers of the categories")
    return value


def category_lists(encoder: Any, columns: Columns, conversion: Conversion) -> list[list[Any]]:
    """The categories of each column as a contract has them, checked against its family."""
    lists = []
    for place, (found, family) in enumerate(zip(encoder.categories_, columns.families, strict=True)):
        raw = list(found)
        made = [plain(each) for each in raw]
        if made.count(None) > 1:
            raise CannotExpressError(
                f"column {place} has both None and NaN among its categories", "make one of the two of them"
            )
        present = [each for each in made if each is not None]
        if family == "datetime" or any(isinstance(each, str) != (family == "string") for each in present):
            raise CannotExpressError(
                f"column {place} is a {family} in the contract and has the categories {present[:3]}",
                CHECK_TYPES,
            )
        if None in made:
            marker = None if any(each is None for each in raw) else np.nan
            conversion.mark_absent(columns.take([place]), marker)
        lists.append(made)
    return lists


def split_infrequent(encoder: Any, lists: list[list[Any]]) -> tuple[list[list[Any]], list[list[Any]] | None]:
    """(frequent, infrequent) categories of each column; no second list if rare ones aren't grouped."""
    if not getattr(encoder, "_infrequent_enabled", False):
        return lists, None
    rare = [
        [] if each is None else [plain(value) for value in each] for each in encoder.infrequent_categories_
    ]
    frequent = [
        [value for value in known if value not in few] for known, few in zip(lists, rare, strict=True)
    ]
    return frequent, rare if any(rare) else None


UNKNOWN = {
    "error": None,
    "ignore": "ignore",
    "infrequent_if_exist": "infrequent",
    "warn": "infrequent",
}


@converter(
    preprocessing.OneHotEncoder,
    becomes="`one_hot`; `drop`, `min_frequency`, `max_categories`, every `handle_unknown` "
    "(`warn` warns nobody)",
)
def _one_hot_encoder(encoder: Any, columns: Columns, conversion: Conversion) -> Columns:
    lists = category_lists(encoder, columns, conversion)
    frequent, rare = split_infrequent(encoder, lists)
    drop = encoder.drop if isinstance(encoder.drop, str) or encoder.drop is None else _drops(encoder, lists)
    widths = list(encoder._n_features_outs)

    def convert(run: Columns, places: slice) -> Columns:
        return run.apply(
            "one_hot",
            int(sum(widths[places])),
            unknown=UNKNOWN[encoder.handle_unknown],
            drop=drop if isinstance(drop, str) or drop is None else drop[places],
            categories=frequent[places],
            infrequent=None if rare is None else rare[places],
        )

    return each_family(columns, convert)


def _drops(encoder: Any, lists: list[list[Any]]) -> list[list[Any]]:
    return [
        [] if place is None else [known[place]] for place, known in zip(encoder.drop_idx_, lists, strict=True)
    ]


@converter(
    preprocessing.OrdinalEncoder,
    becomes="`ordinal`; `unknown_value`, `encoded_missing_value`, `min_frequency`, `max_categories`",
)
def _ordinal_encoder(encoder: Any, columns: Columns, conversion: Conversion) -> Columns:
    lists = category_lists(encoder, columns, conversion)
    frequent, rare = split_infrequent(encoder, lists)
    codes = [_missing_code(encoder, raw) for raw in encoder.categories_]
    known = encoder.handle_unknown == "error"

    def convert(run: Columns, places: slice) -> Columns:
        if len(set(codes[places])) > 1:  # an operation has one number for absent values
            middle = places.start + 1
            first = convert(run.take([0]), slice(places.start, middle))
            rest = convert(run.take(range(1, run.width)), slice(middle, places.stop))
            return side_by_side([first, rest])
        return run.apply(
            "ordinal",
            unknown=None if known else "value",
            unknown_value=None if known else _finite(encoder.unknown_value),
            missing_value=codes[places.start],
            categories=frequent[places],
            infrequent=None if rare is None else rare[places],
        )

    return each_family(columns, convert)


def _missing_code(encoder: Any, raw: Any) -> float | None:
    """The number of the absent value: the encoder's own for NaN, the place among the categories for None."""
    values = list(raw)
    place = next((place for place, each in enumerate(values) if each is None), None)
    return _finite(encoder.encoded_missing_value) if place is None else place


def _finite(number: Any) -> float | None:
    """A number as a contract has it; NaN is what it means where it is left out."""
    if number is None or is_nan(number):
        return None
    return int(number) if float(number).is_integer() else float(number)


@converter(
    preprocessing.TargetEncoder,
    becomes="`target_encode`, as its `transform` (its `fit_transform` encodes training rows crosswise)",
)
def _target_encoder(encoder: Any, columns: Columns, conversion: Conversion) -> Columns:
    lists = category_lists(encoder, columns, conversion)
    several = encoder.target_type_ == "multiclass"
    classes = [str(each) for each in encoder.classes_] if several else []
    width = len(classes) or 1
    tables = [
        np.column_stack(encoder.encodings_[place * width : (place + 1) * width]).tolist()
        for place in range(columns.width)
    ]
    mean = np.atleast_1d(np.asarray(encoder.target_mean_, np.float64)).tolist()
    kind = encoder.target_type_

    def convert(run: Columns, places: slice) -> Columns:
        return run.apply(
            "target_encode",
            run.width * width,
            target_type=None if kind == "continuous" else kind,
            smooth=None if encoder.smooth == "auto" else float(encoder.smooth),
            categories=lists[places],
            encodings=tables[places],
            target_mean=mean,
            classes=classes or None,
        )

    return each_family(columns, convert)
