"""Classes that encode categories."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn import preprocessing

from .columns import Columns, each_family
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
