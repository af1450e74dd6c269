"""Conditions as 1 and 0, and the choice between two columns by one."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from scoring.declarations import Field
from scoring.kinds import Number

from .bounds import Bounded
from .categories import Categories, CodeTable, strangers
from .registry import Block, Operation, feature


@feature
class Equals(Operation):
    """Say whether a value is one of those given: 1 if so, else 0.

    An absent value is 1 if null is among them, else 0.
    """

    name = "equals"
    sklearn = "none of its own; a FunctionTransformer of np.isin"
    formula = "1 if x is one of values, else 0"
    takes = ("string", "number")
    parameters: ClassVar[Sequence[Field]] = (
        Field("values", Categories(), "The values; null is the absent value.", required=True),
    )
    example: ClassVar[dict[str, Any]] = {
        "operation": "equals",
        "input": "weather",
        "values": ["rain", "snow"],
    }

    def __init__(self, values: Sequence[Any]) -> None:
        self._table = CodeTable(dict.fromkeys(values, 1), 0)

    @classmethod
    def disagreements(cls, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        if not parameters["values"]:
            yield "values", "at least one value"

    @classmethod
    def unsuited(cls, parameters: Mapping[str, Any], family: str) -> Iterator[tuple[str, str]]:
        for _, expected in strangers({"values": [parameters["values"]]}, family, "values"):
            yield "values", expected

    def column_names(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(f"{name}_equals" for name in names)

    def apply(self, block: Block) -> Block:
        made = np.empty(block.shape)
        for column in range(block.shape[1]):
            made[:, column] = self._table.look_up(block[:, column])
        return made


@feature
class Between(Bounded):
    """Say whether a number lies inside bounds, of which at least one is given: 1 if so, else 0.

    An absent number gives NaN.
    """

    name = "between"
    sklearn = "none of its own; a FunctionTransformer of two comparisons"
    formula = "1 if minimum <= x <= maximum, else 0"
    parameters: ClassVar[Sequence[Field]] = (
        Field("minimum", Number(), "The least number inside; without it there is no lower bound."),
        Field("maximum", Number(), "The greatest number inside; without it there is no upper bound."),
    )
    example: ClassVar[dict[str, Any]] = {"operation": "between", "input": "temp", "minimum": 30}

    def __init__(self, minimum: float = -np.inf, maximum: float = np.inf) -> None:
        self._minimum, self._maximum = minimum, maximum

    def column_names(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(f"{name}_between" for name in names)

    def apply(self, block: Block) -> Block:
        inside = (block >= self._minimum) & (block <= self._maximum)
        made: Block = np.where(np.isnan(block), np.nan, inside)
        return made


@feature
class When(Operation):
    """Choose between two values by a condition.

    The first column is the condition, the second what is taken where it holds, and the third what is taken
    elsewhere; or the number `otherwise` is, if there are only two columns.
    A condition holds where it isn't 0, as `equals` and `between` give it; an absent condition gives NaN, and
    an absent value matters only where it is taken.
    """

    name = "when"
    sklearn = "none of its own; a FunctionTransformer of three columns and np.where"
    formula = "a where the condition isn't 0, else b"
    parameters: ClassVar[Sequence[Field]] = (
        Field("otherwise", Number(), "What is taken elsewhere, in place of a third column."),
    )
    example: ClassVar[dict[str, Any]] = {
        "operation": "when",
        "input": [{"operation": "equals", "input": "heating", "values": ["gas"]}, "gas_price", "oil_price"],
    }

    def __init__(self, otherwise: float | None = None) -> None:
        self._otherwise = otherwise

    @classmethod
    def misfits(cls, parameters: Mapping[str, Any], width: int) -> Iterator[tuple[str, str]]:
        if "otherwise" in parameters and width != 2:
            yield "input", "two columns, a condition and a value, beside otherwise"
        elif "otherwise" not in parameters and width != 3:
            yield "input", "three columns: a condition, a value, and another"

    def column_names(self, names: Sequence[str]) -> tuple[str, ...]:
        return (f"{names[1]}_when_{names[0]}",)

    def apply(self, block: Block) -> Block:
        condition = block[:, :1]
        otherwise: Any = block[:, 2:] if self._otherwise is None else self._otherwise
        chosen = np.where(condition != 0, block[:, 1:2], otherwise)
        made: Block = np.where(np.isnan(condition), np.nan, chosen)
        return made
