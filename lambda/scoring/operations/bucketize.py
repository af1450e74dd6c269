"""Numbers → the bin they lie in."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from scoring.declarations import Field, ListOf
from scoring.kinds import Choice, Number
from scoring.number_lists import Numbers

from .registry import Block, Operation, feature
from .training import present_values

NARROWEST = 1e-8
"""Bins of quantiles that are no wider are dropped, as scikit-learn does."""


@feature
class Bucketize(Operation):
    """Number the bin that each value lies in, or make a 0/1 column of each bin.

    The edges lie between bins: n edges make n + 1 bins, of which the first and the last are open. They are
    given, or found in training data: `bins` of equal width, or of as many values each. NaN stays NaN as a
    number, and lies in no bin of `one_hot`.
    """

    name = "bucketize"
    formula = "how many edges are ≤ x (closed left) or < x (closed right)"
    sklearn = "KBinsDiscretizer (ordinal, onehot-dense), or pandas.cut"
    parameters: ClassVar[Sequence[Field]] = (
        Field(
            "bins",
            Number(minimum=2, maximum=1000, whole=True),
            "How many bins to find; without it, edges are given.",
        ),
        Field(
            "strategy",
            Choice("quantile", "uniform"),
            "Bins of as many values, or of equal width.",
            default="quantile",
        ),
        Field(
            "encode",
            Choice("ordinal", "one_hot"),
            "One number a column, or a column a bin.",
            default="ordinal",
        ),
        Field("closed", Choice("left", "right"), "The side on which a bin holds its edge.", default="left"),
        Field(
            "edges",
            ListOf(Numbers(at_least=0, ascending="strictly"), at_least=1),
            "The edges between the bins of each column.",
            required=True,
            fitted=True,
        ),
    )
    per_column = ("edges",)
    example: ClassVar[dict[str, Any]] = {
        "operation": "bucketize",
        "input": "temp",
        "encode": "one_hot",
        "edges": [[0, 10, 25]],
    }

    def __init__(
        self, edges: Sequence[Sequence[float]], *, encode: str = "ordinal", closed: str = "left", **_: Any
    ) -> None:
        self.edges = [np.array(each, np.float64) for each in edges]
        self.one_hot = encode == "one_hot"
        self.side: Any = "right" if closed == "left" else "left"

    @classmethod
    def disagreements(cls, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        if "bins" not in parameters and "edges" not in parameters:
            yield "", 'the key "edges", or "bins" to find edges in training data'
        if "strategy" in parameters and "bins" not in parameters:
            yield "strategy", 'no such key without "bins"'

    @classmethod
    def fit(
        cls, block: Block, parameters: Mapping[str, Any], target: Block | None = None
    ) -> Mapping[str, Any]:
        bins, uniform = parameters["bins"], parameters.get("strategy") == "uniform"
        return {"edges": [_find_edges(column, bins, uniform=uniform) for column in present_values(block)]}

    def column_names(self, names: Sequence[str]) -> tuple[str, ...]:
        if not self.one_hot:
            return tuple(names)
        return tuple(
            f"{name}_{index}"
            for name, edges in zip(names, self.edges, strict=True)
            for index in range(len(edges) + 1)
        )

    def apply(self, block: Block) -> Block:
        made = np.empty(block.shape)
        for index, edges in enumerate(self.edges):
            made[:, index] = np.searchsorted(edges, block[:, index], side=self.side)
        made[np.isnan(block)] = np.nan
        if not self.one_hot:
            return made
        bins = [made[:, [index]] == np.arange(len(edges) + 1) for index, edges in enumerate(self.edges)]
        return np.hstack(bins).astype(np.float64)


def _find_edges(column: Block, bins: int, *, uniform: bool) -> list[float]:
    least, greatest = column.min(), column.max()
    if least == greatest:
        return []
    if uniform:
        edges = np.linspace(least, greatest, bins + 1)
    else:
        edges = np.percentile(column, np.linspace(0, 100, bins + 1))
        edges = edges[np.ediff1d(edges, to_begin=np.inf) > NARROWEST]
    inner: list[float] = edges[1:-1].tolist()
    return inner
