"""Pipelines, unions and column transformers: where columns go."""

from __future__ import annotations

from typing import Any

from sklearn.compose import ColumnTransformer
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import FeatureUnion, Pipeline

from .columns import Columns, side_by_side
from .refusals import CannotExpressError
from .registry import Conversion, converter


@converter(Pipeline, becomes="its steps, one inside another")
def _pipeline(transformer: Any, columns: Columns, conversion: Conversion) -> Columns:
    return chain(transformer.steps, columns, conversion)


def chain(steps: Any, columns: Columns, conversion: Conversion) -> Columns:
    """What (name, transformer) after (name, transformer) make."""
    for name, step in steps:
        if step is not None and not isinstance(step, str):
            columns = conversion.convert(step, columns, name)
    return columns


@converter(
    ColumnTransformer,
    becomes="its transformers side by side; columns by name, place, slice, mask or selector, as they "
    "were fitted; `remainder`, `passthrough`, `drop`, `transformer_weights`",
)
def _column_transformer(transformer: Any, columns: Columns, conversion: Conversion) -> Columns:
    places = transformer._transformer_to_input_indices
    blocks = []
    for name, step, written in transformer.transformers_:
        taken = columns.take(places[name])
        if (isinstance(step, str) and step == "drop") or not taken.parts:
            continue
        if _is_one_column(written):
            taken = Columns(taken.parts, flat=True)
        blocks.append(_part(transformer, name, step, taken, conversion))
    return side_by_side(blocks)


@converter(
    FeatureUnion, becomes="its transformers side by side; `passthrough`, `drop`, `transformer_weights`"
)
def _feature_union(transformer: Any, columns: Columns, conversion: Conversion) -> Columns:
    steps = [(name, step) for name, step in transformer.transformer_list if not _is(step, "drop")]
    return side_by_side([_part(transformer, name, step, columns, conversion) for name, step in steps])


@converter(FrozenEstimator, becomes="what it holds")
def _frozen(transformer: Any, columns: Columns, conversion: Conversion) -> Columns:
    return conversion.convert(transformer.estimator, columns, "estimator")


def _part(whole: Any, name: str, step: Any, columns: Columns, conversion: Conversion) -> Columns:
    made = columns.named(name) if _is(step, "passthrough") else conversion.convert(step, columns, name)
    weight = (whole.transformer_weights or {}).get(name)
    if weight is None:
        return made
    if set(made.families) - {"number"}:
        raise CannotExpressError(f"the weight of {name} multiplies texts")
    factors, zeros = [float(weight)] * made.width, [0.0] * made.width
    return made.apply("minmax", scale=factors, offset=zeros).named(name)


def _is(step: Any, word: str) -> bool:
    return isinstance(step, str) and step == word


def _is_one_column(written: Any) -> bool:
    """Whether a column is given by itself and not in a list: then the transformer gets one dimension."""
    return isinstance(written, str | int) or (hasattr(written, "dtype") and written.ndim == 0)
