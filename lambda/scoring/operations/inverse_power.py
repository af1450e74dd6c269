"""Undo `power` of the target."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final

import numpy as np

from scoring.declarations import Field
from scoring.kinds import Choice
from scoring.number_lists import Numbers

from .inverses import TARGET, Inverse
from .registry import Block, step


@step
class InversePower(Inverse):
    """Undo `power` of the target, with its standardization if there was one.

    A score for which no value exists gives no number, and the answer is an error.
    """

    name = "inverse_power"
    formula = (
        "y = x * scale + mean; yeo-johnson: (λ y + 1)^(1 / λ) - 1 for y ≥ 0, exp(y) - 1 if λ = 0, and for "
        "y < 0 1 - (1 - (2 - λ) y)^(1 / (2 - λ)), 1 - exp(-y) if λ = 2; box-cox: (λ y + 1)^(1 / λ), "
        "exp(y) if λ = 0"
    )
    sklearn = TARGET + "PowerTransformer())"
    parameters: ClassVar[Sequence[Field]] = (
        Field("method", Choice("yeo-johnson", "box-cox"), "Which family of powers.", default="yeo-johnson"),
        Field("lambdas", Numbers(), "The power that was applied.", required=True),
        Field("mean", Numbers(), "The mean that was subtracted then; 0 if left out."),
        Field("scale", Numbers(nonzero=True), "What was divided by then; 1 if left out."),
    )
    per_column = ("lambdas", "mean", "scale")
    example: ClassVar[dict[str, Any]] = {
        "operation": "inverse_power",
        "lambdas": [0.31],
        "mean": [11.7],
        "scale": [5.2],
    }

    def apply(self, block: Block) -> Block:
        scaled = block * self._array("scale", 1) + self._array("mean", 0)
        undo = _POWERS[self.parameters_given.get("method", "yeo-johnson")]
        columns = scaled[:, np.newaxis] if block.ndim == 1 else scaled
        lambdas = self.parameters_given["lambdas"]
        made = np.column_stack([undo(columns[:, place], power) for place, power in enumerate(lambdas)])
        return made.reshape(block.shape)


def _undo_yeo_johnson(column: Block, power: float) -> Block:
    above, below = np.maximum(column, 0), np.minimum(column, 0)
    made: Block = np.where(column >= 0, _root(above, power), -_root(-below, 2 - power))
    return made


def _root(column: Block, power: float) -> Block:
    """(λ x + 1)^(1 / λ) - 1, and its limit for λ = 0."""
    straight = abs(power) <= np.spacing(1.0)
    made: Block = np.expm1(column if straight else np.log1p(column * power) / power)
    return made


def _undo_box_cox(column: Block, power: float) -> Block:
    made: Block = np.exp(column) if power == 0 else np.exp(np.log1p(column * power) / power)
    return made


_POWERS: Final[dict[str, Callable[[Block, float], Block]]] = {
    "yeo-johnson": _undo_yeo_johnson,
    "box-cox": _undo_box_cox,
}
