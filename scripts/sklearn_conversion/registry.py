"""Which scikit-learn class is converted by which function.

To add one: write `def _name(transformer, columns, conversion) -> Columns` in the module of its family,
decorate it with `@converter(TheClass, becomes="…")`, and import the module in `convert.py` if it is new.
docs/from-sklearn.md is rendered from this register.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from .columns import Columns
from .refusals import CannotExpressError, NotExpressibleError

Convert = Callable[[Any, Columns, "Conversion"], Columns]


@dataclass(frozen=True)
class Converter:
    """How one class is converted."""

    convert: Convert
    becomes: str
    """What it becomes in a contract, and what of it isn't covered."""


CONVERTERS: Final[dict[type, Converter]] = {}


def converter(*classes: type, becomes: str) -> Callable[[Convert], Convert]:
    """Register a function for these very classes; a subclass may mean something else, so it is refused."""

    def register(function: Convert) -> Convert:
        for each in classes:
            CONVERTERS[each] = Converter(function, becomes)
        return function

    return register


@dataclass
class Conversion:
    """What is known while a pipeline is converted."""

    absent: dict[str, Any] = field(default_factory=dict)
    """Input → how the pipeline knows an absent text: None, or NaN if it doesn't stand here."""
    path: tuple[str, ...] = ()

    def convert(self, transformer: Any, columns: Columns, name: str) -> Columns:
        """What a transformer makes of columns; raises NotExpressibleError with the path to it."""
        outside, self.path = self.path, (*self.path, name)
        try:
            found = CONVERTERS.get(type(transformer))
            if found is None:
                raise unknown(transformer)
            made = found.convert(transformer, columns, self)
            return made.named("" if name == type(transformer).__name__ else name)
        except CannotExpressError as refusal:
            kind = type(transformer).__name__
            path = self.path if self.path[-1] == kind else (*self.path, kind)
            raise NotExpressibleError(path, str(refusal), refusal.repair) from None
        finally:
            self.path = outside

    def mark_absent(self, columns: Columns, marker: Any) -> None:
        """Note how a step knows an absent text of these inputs; another step must know it alike."""
        for part in columns.parts:
            if part.family != "string" or not isinstance(part.entry, str):
                continue
            known = self.absent.setdefault(part.entry, marker)
            if (known is None) != (marker is None):
                raise CannotExpressError(
                    f"absent texts of {part.entry} are None for one step and NaN for another",
                    "replace one by the other in the training data, and fit again",
                )


HINTS: Final = {
    "KNNImputer": "SimpleImputer with add_indicator, or impute inside the model",
    "IterativeImputer": "SimpleImputer with add_indicator, or impute inside the model",
    "LabelEncoder": "OrdinalEncoder, which is the one for features",
    "LabelBinarizer": "OneHotEncoder, which is the one for features",
    "MultiLabelBinarizer": "CountVectorizer over the joined labels",
    "DictVectorizer": "OneHotEncoder on columns",
}
BY_HAND: Final = (
    "make it part of the served model, or write it as ContractOperation (scripts/training) "
    "with an operation of docs/contract.md"
)


def unknown(transformer: Any) -> CannotExpressError:
    """The refusal of a class that no converter is registered for."""
    name = type(transformer).__name__
    for known in CONVERTERS:
        if isinstance(transformer, known):
            reason = f"not expressible; it is a subclass of {known.__name__} and may do something else"
            return CannotExpressError(reason, f"use {known.__name__} itself")
    hint = HINTS.get(name)
    return CannotExpressError("not expressible", f"use {hint}" if hint else BY_HAND)
