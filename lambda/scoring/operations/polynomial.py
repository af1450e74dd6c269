"""Products of columns."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, combinations_with_replacement
from math import comb
from typing import Any, ClassVar

import numpy as np

from scoring.declarations import Field
from scoring.kinds import Flag, Number

from .registry import Block, Operation, feature

WIDEST = 10_000


@feature
class Polynomial(Operation):
    """Make all products of up to `degree` columns.

    Of x and y and degree 2: x, y, x², x y, y². With `interaction_only`, no column is multiplied by itself:
    x, y, x y. With `bias`, a column of ones comes first. A product with NaN is NaN.
    """

    name = "polynomial"
    formula = "products of columns, by degree, then in the order of the columns"
    sklearn = "PolynomialFeatures"
    parameters: ClassVar[Sequence[Field]] = (
        Field(
            "degree", Number(minimum=1, maximum=10, whole=True), "The most factors of a product.", default=2
        ),
        Field("minimum_degree", Number(minimum=1, maximum=10, whole=True), "The least factors.", default=1),
        Field("interaction_only", Flag(), "Whether to leave out powers.", default=False),
        Field("bias", Flag(), "Whether to add a column of ones.", default=False),
    )
    example: ClassVar[dict[str, Any]] = {
        "operation": "polynomial",
        "input": ["temp", "humidity"],
        "degree": 2,
        "interaction_only": True,
    }

    def __init__(
        self,
        degree: int = 2,
        minimum_degree: int = 1,
        *,
        interaction_only: bool = False,
        bias: bool = False,
    ) -> None:
        self.degree, self.least, self.bias = degree, minimum_degree, bias
        self.alone = interaction_only
        self.choose: Any = combinations if interaction_only else combinations_with_replacement

    @classmethod
    def disagreements(cls, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        if parameters.get("minimum_degree", 1) > parameters.get("degree", 2):
            yield "minimum_degree", f"at most the degree, {parameters.get('degree', 2)}"

    @classmethod
    def misfits(cls, parameters: Mapping[str, Any], width: int) -> Iterator[tuple[str, str]]:
        degree, alone = parameters.get("degree", 2), parameters.get("interaction_only", False)
        least = parameters.get("minimum_degree", 1)
        made = sum(comb(width if alone else width + d - 1, d) for d in range(least, degree + 1))
        if not 0 < made <= WIDEST:
            yield "input", f"columns that make 1 to {WIDEST} products (these make {made})"

    def column_names(self, names: Sequence[str]) -> tuple[str, ...]:
        terms = [
            " ".join(_power(names[index], term.count(index)) for index in sorted(set(term)))
            for degree in range(self.least, self.degree + 1)
            for term in self.choose(range(len(names)), degree)
        ]
        return (*(["1"] if self.bias else []), *terms)

    def apply(self, block: Block) -> Block:
        width = block.shape[1]
        sizes = [sum(1 for _ in self.choose(range(width), degree)) for degree in range(1, self.degree + 1)]
        made = np.empty((len(block), sum(sizes)))
        made[:, :width] = block
        before, end = [*range(width), width], width  # where products begin whose first factor is each column
        for _ in range(2, self.degree + 1):
            stop, starts = end, []
            for column in range(width):  # a product is its first factor times a product of the degree below
                starts.append(end)
                rest = made[:, before[column + 1 if self.alone else column] : stop]
                np.multiply(rest, block[:, [column]], out=made[:, end : end + rest.shape[1]])
                end += rest.shape[1]
            before = [*starts, end]
        kept: Block = made[:, sum(sizes[: self.least - 1]) :]
        return np.hstack([np.ones((len(block), 1)), kept]) if self.bias else kept


def _power(name: str, exponent: int) -> str:
    return name if exponent == 1 else f"{name}^{exponent}"
