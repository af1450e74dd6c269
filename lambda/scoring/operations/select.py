"""Some columns of many."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from scoring.declarations import Field, ListOf
from scoring.kinds import Number

from .registry import Block, FitError, Operation, feature


@feature
class Select(Operation):
    """Keep some columns, in the order given.

    They are given, or found in training data: those whose variance (of the population, without NaN) is
    greater than `variance_above`.
    """

    name = "select"
    formula = "the columns x[columns]"
    sklearn = "VarianceThreshold, SelectKBest and all others that keep columns"
    takes = ("number", "string", "datetime")
    makes = ""
    parameters: ClassVar[Sequence[Field]] = (
        Field("variance_above", Number(minimum=0), "Keep the columns that vary more than this."),
        Field(
            "columns",
            ListOf(Number(minimum=0, whole=True), at_least=1, distinct=True),
            "Which columns of the input to keep, from 0.",
            required=True,
            fitted=True,
        ),
    )
    example: ClassVar[dict[str, Any]] = {
        "operation": "select",
        "input": {"operation": "polynomial", "input": ["temp", "humidity"], "degree": 2},
        "columns": [0, 3],
    }

    def __init__(self, columns: Sequence[int], **_: Any) -> None:
        self.columns = list(columns)

    @classmethod
    def disagreements(cls, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        if not parameters:
            yield "", 'the key "columns", or "variance_above" to find them in training data'

    @classmethod
    def misfits(cls, parameters: Mapping[str, Any], width: int) -> Iterator[tuple[str, str]]:
        if any(index >= width for index in parameters.get("columns", ())):
            yield "columns", f"indices below {width}, the number of input columns"

    @classmethod
    def fit(
        cls, block: Block, parameters: Mapping[str, Any], target: Block | None = None
    ) -> Mapping[str, Any]:
        if block.dtype != np.float64:
            raise FitError("texts and datetimes have no variance")
        limit = parameters["variance_above"]
        present = [column[~np.isnan(column)] for column in block.T]
        columns = [index for index, values in enumerate(present) if _variance(values, limit) > limit]
        if not columns:
            raise FitError(f"no column varies more than {limit}")
        return {"columns": columns}

    def column_names(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(names[index] for index in self.columns)

    def apply(self, block: Block) -> Block:
        return block[:, self.columns]


def _variance(values: Block, limit: float) -> float:
    """The variance; if any counts, never more than the range: that of a constant column is exactly 0."""
    if not values.size:
        return 0.0
    return float(min(values.var(), np.ptp(values)) if limit == 0 else values.var())
