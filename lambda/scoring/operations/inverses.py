"""Output steps that undo what training did to its target, with the parameters that undid it there.

Each parameter is a list of one number, or of one for each number of the output's list.
"""

import math
from collections.abc import Sequence
from typing import Any, ClassVar, Final

import numpy as np

from scoring.declarations import Field, ListOf
from scoring.kinds import Choice
from scoring.number_lists import Numbers

from .registry import Block, Operation, StepError, Value, step

TARGET: Final = "TransformedTargetRegressor(transformer="


class Inverse(Operation):
    """What undoes a scaling of the target."""

    def __init__(self, **parameters: Any) -> None:
        self.parameters_given = parameters

    def result(self, value: Value) -> Value:
        made = super().result(value)
        size = value.length or 1
        for name in self.per_column:
            if len(self.parameters_given.get(name, range(size))) != size:
                raise StepError(f"{size} entries, as the value has numbers", name)
        return made

    def _array(self, name: str, default: float) -> Block:
        return np.array(self.parameters_given.get(name, (default,)), np.float64)


@step
class InverseStandardize(Inverse):
    """Undo `standardize` of the target.

    A parameter that was switched off is left out.
    """

    name = "inverse_standardize"
    formula = "x * scale + mean"
    sklearn = TARGET + "StandardScaler())"
    parameters: ClassVar[Sequence[Field]] = (
        Field("mean", Numbers(), "The mean of the target; 0 if left out."),
        Field("scale", Numbers(nonzero=True), "Its standard deviation; 1 if left out."),
    )
    per_column = ("mean", "scale")
    example: ClassVar[dict[str, Any]] = {
        "operation": "inverse_standardize",
        "mean": [191.6],
        "scale": [181.1],
    }

    def apply(self, block: Block) -> Block:
        return block * self._array("scale", 1) + self._array("mean", 0)


@step
class InverseMinMax(Inverse):
    """Undo `minmax` of the target.

    What lay at the range's minimum is again the least value of the training data.
    """

    name = "inverse_minmax"
    formula = "(x - offset) / scale"
    sklearn = TARGET + "MinMaxScaler()); scale_ and min_ there"
    parameters: ClassVar[Sequence[Field]] = (
        Field("scale", Numbers(nonzero=True), "The factor that was applied.", required=True),
        Field("offset", Numbers(), "What was added then.", required=True),
    )
    per_column = ("scale", "offset")
    example: ClassVar[dict[str, Any]] = {"operation": "inverse_minmax", "scale": [0.001], "offset": [-0.001]}

    def apply(self, block: Block) -> Block:
        return (block - self._array("offset", 0)) / self._array("scale", 1)


@step
class InverseMaxAbs(Inverse):
    """Undo `max_abs` of the target.

    What lay at 1 is again the greatest absolute value of the training data.
    """

    name = "inverse_max_abs"
    formula = "x * scale"
    sklearn = TARGET + "MaxAbsScaler())"
    parameters: ClassVar[Sequence[Field]] = (
        Field("scale", Numbers(nonzero=True), "The greatest absolute value of the target.", required=True),
    )
    per_column = ("scale",)
    example: ClassVar[dict[str, Any]] = {"operation": "inverse_max_abs", "scale": [977]}

    def apply(self, block: Block) -> Block:
        return block * self._array("scale", 1)


@step
class InverseRobustScale(Inverse):
    """Undo `robust_scale` of the target.

    A parameter that was switched off is left out.
    """

    name = "inverse_robust_scale"
    formula = "x * scale + center"
    sklearn = TARGET + "RobustScaler())"
    parameters: ClassVar[Sequence[Field]] = (
        Field("center", Numbers(), "The median of the target; 0 if left out."),
        Field("scale", Numbers(nonzero=True), "The range between its quantiles; 1 if left out."),
    )
    per_column = ("center", "scale")
    example: ClassVar[dict[str, Any]] = {"operation": "inverse_robust_scale", "center": [145], "scale": [242]}

    def apply(self, block: Block) -> Block:
        return block * self._array("scale", 1) + self._array("center", 0)


@step
class InverseQuantile(Inverse):
    """Undo `quantile` of the target: from a rank, or a normal quantile, to a value of the training data.

    Beyond the bounds it stays at the least and the greatest value.
    """

    name = "inverse_quantile"
    formula = "the quantile of rank x, between those given by interpolation; with normal: of rank Φ(x)"
    sklearn = TARGET + "QuantileTransformer())"
    parameters: ClassVar[Sequence[Field]] = (
        Field(
            "quantiles",
            ListOf(Numbers(at_least=2, ascending="weakly"), at_least=1),
            "The quantiles of the target, at equal steps from the least value to the greatest.",
            required=True,
        ),
        Field("output_distribution", Choice("uniform", "normal"), "What ranks became.", default="uniform"),
    )
    per_column = ("quantiles",)
    example: ClassVar[dict[str, Any]] = {"operation": "inverse_quantile", "quantiles": [[1, 145, 977]]}

    def apply(self, block: Block) -> Block:
        ranks = block[:, np.newaxis] if block.ndim == 1 else block
        made = np.empty(ranks.shape)
        for place, quantiles in enumerate(self.parameters_given["quantiles"]):
            column = ranks[:, place]
            if self.parameters_given.get("output_distribution") == "normal":
                column = np.array([math.erfc(-each / math.sqrt(2)) / 2 for each in column.tolist()])
            made[:, place] = np.interp(column, np.linspace(0, 1, len(quantiles)), quantiles)
        return made.reshape(block.shape)
