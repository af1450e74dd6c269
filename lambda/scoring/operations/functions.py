"""Operations that apply one function to each number, with nothing to fit."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final

import numpy as np

from scoring.declarations import Field
from scoring.kinds import Choice

from .bounds import Clipping
from .registry import Block, Operation, feature

LOGARITHMS: Final[dict[str, Callable[[Block], Block]]] = {"e": np.log, "2": np.log2, "10": np.log10}


@feature
class Log(Operation):
    """Take the logarithm.

    Of zero it is minus infinity, which no request may end in: clip before, or use `log1p`.
    Of a negative number, and of NaN, it is NaN.
    """

    name = "log"
    formula = "log(x) to base e, 2 or 10"
    sklearn = "FunctionTransformer(np.log), np.log2 or np.log10"
    parameters: ClassVar[Sequence[Field]] = (
        Field("base", Choice(*LOGARITHMS), "The logarithm's base.", default="e"),
    )
    example: ClassVar[dict[str, Any]] = {"operation": "log", "input": "price"}

    def __init__(self, base: str = "e") -> None:
        self.logarithm = LOGARITHMS[base]

    def apply(self, block: Block) -> Block:
        return self.logarithm(block)


@feature
class Log1p(Operation):
    """Take the logarithm of one more than x.

    For amounts and counts that may be zero; exact for small x too. Below -1, and of NaN, it is NaN.
    """

    name = "log1p"
    formula = "log(1 + x)"
    sklearn = "FunctionTransformer(np.log1p)"
    example: ClassVar[dict[str, Any]] = {"operation": "log1p", "input": "price"}

    def apply(self, block: Block) -> Block:
        return np.log1p(block)


@feature
class SquareRoot(Operation):
    """Take the square root.

    Of a negative number, and of NaN, it is NaN.
    """

    name = "sqrt"
    formula = "√x"
    sklearn = "FunctionTransformer(np.sqrt)"
    example: ClassVar[dict[str, Any]] = {"operation": "sqrt", "input": "area"}

    def apply(self, block: Block) -> Block:
        return np.sqrt(block)


@feature
class Square(Operation):
    """Take the square.

    NaN stays NaN.
    """

    name = "square"
    formula = "x²"
    sklearn = "FunctionTransformer(np.square)"
    example: ClassVar[dict[str, Any]] = {"operation": "square", "input": "windspeed"}

    def apply(self, block: Block) -> Block:
        return np.square(block)


@feature
class Absolute(Operation):
    """Take the absolute value.

    NaN stays NaN.
    """

    name = "abs"
    formula = "|x|"
    sklearn = "FunctionTransformer(np.abs)"
    example: ClassVar[dict[str, Any]] = {"operation": "abs", "input": "balance"}

    def apply(self, block: Block) -> Block:
        return np.abs(block)


@feature
class Exponential(Operation):
    """Take the exponential.

    Above 709.78 it is infinite, which no request may end in. NaN stays NaN.
    """

    name = "exp"
    formula = "e^x"
    sklearn = "FunctionTransformer(np.exp)"
    example: ClassVar[dict[str, Any]] = {"operation": "exp", "input": "log_odds"}

    def apply(self, block: Block) -> Block:
        return np.exp(block)


@feature
class ExponentialMinusOne(Operation):
    """Take the exponential less one, the inverse of `log1p`.

    Above 709.78 it is infinite, which no request may end in. NaN stays NaN.
    """

    name = "expm1"
    formula = "e^x - 1"
    sklearn = "FunctionTransformer(np.expm1)"
    example: ClassVar[dict[str, Any]] = {"operation": "expm1", "input": "log_price"}

    def apply(self, block: Block) -> Block:
        return np.expm1(block)


@feature
class ClipFeature(Clipping):
    """Keep values inside bounds, of which at least one is given.

    NaN stays NaN.
    """

    name = "clip"
    sklearn = 'FunctionTransformer(np.clip, kw_args={"a_min": …, "a_max": …})'
    example: ClassVar[dict[str, Any]] = {
        "operation": "clip",
        "input": "windspeed",
        "minimum": 0,
        "maximum": 60,
    }
