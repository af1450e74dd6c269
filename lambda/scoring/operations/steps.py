"""Operations from what the model answers to what clients get."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from scoring.declarations import Field
from scoring.kinds import Number

from .registry import Block, Operation, step


@step
class Expm1(Operation):
    """Undo a target of log(1 + y).

    Exact for small scores too, where exp(x) - 1 loses digits.
    """

    name = "expm1"
    formula = "exp(x) - 1"
    example: ClassVar[dict[str, Any]] = {"operation": "expm1"}

    def apply(self, block: Block) -> Block:
        return np.expm1(block)


@step
class Clip(Operation):
    """Keep values inside bounds, of which at least one is given.

    For quantities that can't be negative, or that a plant can't exceed.
    """

    name = "clip"
    formula = "min(max(x, minimum), maximum)"
    parameters: ClassVar[Sequence[Field]] = (
        Field("minimum", Number(), "The least value; without it there is no lower bound."),
        Field("maximum", Number(), "The greatest value; without it there is no upper bound."),
    )
    example: ClassVar[dict[str, Any]] = {"operation": "clip", "minimum": 0}

    def __init__(self, minimum: float | None = None, maximum: float | None = None) -> None:
        self.minimum, self.maximum = minimum, maximum

    @classmethod
    def disagreements(cls, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        if not parameters:
            yield "", 'the key "minimum", "maximum" or both'
        elif parameters.get("minimum", -np.inf) > parameters.get("maximum", np.inf):
            yield "minimum", f"at most the maximum, {parameters['maximum']}"

    def apply(self, block: Block) -> Block:
        return np.clip(block, self.minimum, self.maximum)


@step
class Round(Operation):
    """Round to decimal digits, halves to the even neighbour.

    As numpy and IEEE 754 do it; a negative zero becomes zero.
    """

    name = "round"
    formula = "the multiple of 10^-digits nearest to x"
    parameters: ClassVar[Sequence[Field]] = (
        Field(
            "digits", Number(minimum=0, maximum=15, whole=True), "Digits behind the decimal point.", default=0
        ),
    )
    example: ClassVar[dict[str, Any]] = {"operation": "round", "digits": 4}

    def __init__(self, digits: int = 0) -> None:
        self.digits = digits

    def apply(self, block: Block) -> Block:
        return np.round(block, self.digits) + 0.0
