"""Operations that make one column of several, row by row. An absent value in any of them gives NaN."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from scoring.declarations import Field
from scoring.kinds import Number

from .registry import Block, Operation, feature


class OfTwo(Operation):
    """What takes exactly two columns."""

    between: ClassVar[str]
    """The word between the names of the two in the name of the new one."""

    @classmethod
    def misfits(cls, parameters: Mapping[str, Any], width: int) -> Iterator[tuple[str, str]]:
        if width != 2:
            yield "input", "two columns"

    def column_names(self, names: Sequence[str]) -> tuple[str, ...]:
        return (f"{names[0]}_{self.between}_{names[1]}",)


@feature
class Ratio(OfTwo):
    """Divide the first column by the second.

    Where the second is 0, the ratio is `zero_division`; left out, it is NaN, a missing value, and no
    infinity. An absent value gives NaN.
    """

    name = "ratio"
    sklearn = "none of its own; a FunctionTransformer of two columns and np.divide"
    formula = "a / b; zero_division where b = 0"
    between = "per"
    parameters: ClassVar[Sequence[Field]] = (
        Field("zero_division", Number(), "The ratio where the second column is 0; NaN if left out."),
    )
    example: ClassVar[dict[str, Any]] = {
        "operation": "ratio",
        "input": ["income", "persons"],
        "zero_division": 0,
    }

    def __init__(self, zero_division: float = np.nan) -> None:
        self._zero_division = zero_division

    def apply(self, block: Block) -> Block:
        over, under = block[:, :1], block[:, 1:]
        zero = (under == 0) & ~np.isnan(over)
        made: Block = np.where(zero, self._zero_division, over / under)
        return made


@feature
class Difference(OfTwo):
    """Subtract the second column from the first.

    An absent value in either gives NaN. For datetimes there is `elapsed_since`.
    """

    name = "difference"
    sklearn = "none of its own; a FunctionTransformer of two columns and np.subtract"
    formula = "a - b"
    between = "minus"
    example: ClassVar[dict[str, Any]] = {"operation": "difference", "input": ["temp", "atemp"]}

    def apply(self, block: Block) -> Block:
        made: Block = block[:, :1] - block[:, 1:]
        return made


class OfSeveral(Operation):
    """What takes two or more columns, from left to right."""

    between: ClassVar[str]
    combine: ClassVar[np.ufunc]

    @classmethod
    def misfits(cls, parameters: Mapping[str, Any], width: int) -> Iterator[tuple[str, str]]:
        if width < 2:
            yield "input", "two columns or more"

    def column_names(self, names: Sequence[str]) -> tuple[str, ...]:
        return (f"_{self.between}_".join(names),)

    def apply(self, block: Block) -> Block:
        made = block[:, :1]
        for column in range(1, block.shape[1]):
            made = self.combine(made, block[:, column : column + 1])
        return made


@feature
class Product(OfSeveral):
    """Multiply two or more columns.

    From left to right; an absent value in any of them gives NaN.
    """

    name = "product"
    formula = "a b c …"
    between = "times"
    combine = np.multiply
    sklearn = "PolynomialFeatures(interaction_only=True), one of its columns"
    example: ClassVar[dict[str, Any]] = {"operation": "product", "input": ["width", "height"]}


@feature
class Sum(OfSeveral):
    """Add two or more columns.

    From left to right; an absent value in any of them gives NaN.
    """

    name = "sum"
    sklearn = "none of its own; a FunctionTransformer of np.sum(axis=1)"
    formula = "a + b + c + …"
    between = "plus"
    combine = np.add
    example: ClassVar[dict[str, Any]] = {"operation": "sum", "input": ["adults", "children"]}
