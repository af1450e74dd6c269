"""A fitted pipeline → the features of a contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scoring.contract_features import FAMILIES
from scoring.contract_sections import Input

from . import (  # noqa: F401 - each registers its converters
    categorical,
    functions,
    imputing,
    numeric,
    operation,
    scaling,
    selecting,
    text,
)
from .columns import Columns, Entry, Part
from .composition import chain
from .final_model import Ending, split_ending
from .refusals import ConversionError
from .registry import Conversion
from .unique_names import with_unique_names


@dataclass(frozen=True)
class Converted:
    """What a contract takes over from a pipeline."""

    features: list[Entry]
    ending: Ending
    absent: dict[str, Any]
    """Input → None where the pipeline knows absent texts as None; NaN is meant elsewhere."""
    order: tuple[str, ...]
    """The inputs in the order of the columns the pipeline was fitted on."""
    names_known: bool
    """Whether the pipeline knows its columns by name: it was fitted on a DataFrame."""
    one_dimension: bool
    """Whether the pipeline takes a list of texts in place of a table."""


def convert(estimator: Any, inputs: Sequence[Input]) -> Converted:
    """Convert an estimator for these inputs; raises ConversionError, and NotExpressibleError by step."""
    ending = split_ending(estimator)
    if not ending.steps:
        raise ConversionError("there is no preprocessing to convert", "write the inputs' names as features")
    declared = {each.name: each for each in inputs}
    names, one_dimension = _columns_of(ending, list(declared))
    lacking = [name for name in names if name not in declared]
    if lacking:
        raise ConversionError(
            f"the pipeline was fitted on columns that are no inputs: {', '.join(lacking)}",
            "add them to the contract's inputs under these names, or draft inputs with --new --data",
        )
    parts = tuple(Part(name, 1, FAMILIES[declared[name].type]) for name in names)
    conversion = Conversion()
    made = chain(ending.steps, Columns(parts, flat=one_dimension), conversion)
    if not made.parts:
        raise ConversionError("the pipeline makes no columns at all", "look at what its selectors drop")
    features = with_unique_names(made.parts, inputs)
    known = _names_of(ending) is not None
    return Converted(features, ending, conversion.absent, tuple(names), known, one_dimension)


def _names_of(ending: Ending) -> list[str] | None:
    for known in (ending.estimator, *(step for _, step in ending.steps)):
        names = getattr(known, "feature_names_in_", None)
        if names is not None:
            return [str(name) for name in names]
    return None


def fitted_names(estimator: Any) -> list[str] | None:
    """Names of the columns that an estimator was fitted on; None if it knows none."""
    return _names_of(split_ending(estimator))


def _columns_of(ending: Ending, inputs: list[str]) -> tuple[list[str], bool]:
    """Names of the columns the pipeline was fitted on, or all inputs in order if it knows no names."""
    names = _names_of(ending)
    if names is not None:
        return names, False
    counts = [getattr(step, "n_features_in_", None) for _, step in ending.steps]
    count = counts[0] if counts[0] is not None else 1
    if count != len(inputs):
        raise ConversionError(
            f"the pipeline was fitted on {count} columns without names, and the contract has {len(inputs)} "
            "inputs",
            "fit it on a DataFrame, whose columns have names",
        )
    return inputs, counts[0] is None
