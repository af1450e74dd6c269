"""Operations from what the model answers to what clients get."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from scoring.declarations import Field
from scoring.kinds import Number

from .bounds import Clipping
from .registry import Block, Operation, step


@step
class Expm1(Operation):
    """Undo a target of log(1 + y).

    Exact for small scores too, where exp(x) - 1 loses digits.
    """

    name = "expm1"
    sklearn = "TransformedTargetRegressor(func=np.log1p, inverse_func=np.expm1)"
    formula = "exp(x) - 1"
    example: ClassVar[dict[str, Any]] = {"operation": "expm1"}

    def apply(self, block: Block) -> Block:
        return np.expm1(block)


@step
class Exp(Operation):
    """Undo a target of log(y).

    Above 709.78 it would be infinite, and the answer an error.
    """

    name = "exp"
    formula = "exp(x)"
    sklearn = "TransformedTargetRegressor(func=np.log, inverse_func=np.exp)"
    example: ClassVar[dict[str, Any]] = {"operation": "exp"}

    def apply(self, block: Block) -> Block:
        return np.exp(block)


@step
class Square(Operation):
    """Undo a target of sqrt(y).

    A negative score, which no root is, gives the square of its size.
    """

    name = "square"
    formula = "x²"
    sklearn = "TransformedTargetRegressor(func=np.sqrt, inverse_func=np.square)"
    example: ClassVar[dict[str, Any]] = {"operation": "square"}

    def apply(self, block: Block) -> Block:
        return np.square(block)


@step
class Sigmoid(Operation):
    """Turn log-odds into a probability.

    Computed so that neither end overflows: of -800 it is 0, of 800 it is 1.
    """

    name = "sigmoid"
    formula = "1 / (1 + exp(-x))"
    sklearn = "LogisticRegression, from decision_function to predict_proba's second column"
    example: ClassVar[dict[str, Any]] = {"operation": "sigmoid"}

    def apply(self, block: Block) -> Block:
        small = np.exp(-np.abs(block))
        made: Block = np.where(block < 0, small, 1.0) / (1.0 + small)
        return made


@step
class Scale(Operation):
    """Multiply, then add: from one unit to another.

    Of a list, each number alike.
    """

    name = "scale"
    sklearn = "TransformedTargetRegressor with a linear inverse_func"
    formula = "x * factor + offset"
    parameters: ClassVar[Sequence[Field]] = (
        Field("factor", Number(), "What to multiply by.", default=1),
        Field("offset", Number(), "What to add then.", default=0),
    )
    example: ClassVar[dict[str, Any]] = {"operation": "scale", "factor": 1.8, "offset": 32}

    def __init__(self, factor: float = 1, offset: float = 0) -> None:
        self.factor, self.offset = factor, offset

    def apply(self, block: Block) -> Block:
        return block * self.factor + self.offset


@step
class Clip(Clipping):
    """Keep values inside bounds, of which at least one is given.

    For quantities that can't be negative, or that a plant can't exceed.
    """

    name = "clip"
    sklearn = "none; np.clip of what predict returns"
    example: ClassVar[dict[str, Any]] = {"operation": "clip", "minimum": 0}


@step
class Round(Operation):
    """Round to decimal digits, halves to the even neighbour.

    As numpy and IEEE 754 do it; a negative zero becomes zero.
    """

    name = "round"
    sklearn = "none; np.round of what predict returns"
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
