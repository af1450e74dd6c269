"""Numbers → their rank in the training data."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

import numpy as np

from scoring.declarations import Field, ListOf
from scoring.kinds import Choice, Number
from scoring.number_lists import Numbers

from .normal import normal_quantile
from .registry import Block, Operation, feature
from .training import as_json, present_values

THRESHOLD: Final = 1e-7
FURTHEST: Final = THRESHOLD - np.spacing(1)
"""A rank this near to 0 or 1 is taken for it, so that a normal quantile stays finite (scikit-learn's)."""


@feature
class Quantile(Operation):
    """Replace each value by its rank in the training data, from 0 to 1, or by that rank's normal quantile.

    Between the quantiles of the training data it interpolates, forwards and backwards, and takes the mean of
    both, for the sake of values that occur often. Beyond the training data's range it stays at the bounds:
    0 and 1, or ±5.2. NaN stays NaN and isn't counted when fitting. All training rows are used.
    """

    name = "quantile"
    formula = "F(x), the share of training values below x; with normal: Φ⁻¹(F(x))"
    sklearn = "QuantileTransformer"
    parameters: ClassVar[Sequence[Field]] = (
        Field(
            "n_quantiles", Number(minimum=2, maximum=10_000, whole=True), "How many to find.", default=1000
        ),
        Field("output_distribution", Choice("uniform", "normal"), "What ranks become.", default="uniform"),
        Field(
            "quantiles",
            ListOf(Numbers(ascending="weakly"), at_least=1),
            "The quantiles of each column, at equal steps from the least value to the greatest.",
            required=True,
            fitted=True,
        ),
    )
    per_column = ("quantiles",)
    example: ClassVar[dict[str, Any]] = {
        "operation": "quantile",
        "input": "windspeed",
        "n_quantiles": 5,
        "quantiles": [[0, 7.0015, 12.998, 16.9979, 56.9969]],
    }

    def __init__(
        self, quantiles: Sequence[Sequence[float]], *, output_distribution: str = "uniform", **_: Any
    ) -> None:
        self.quantiles = [np.array(each, np.float64) for each in quantiles]
        self.normal = output_distribution == "normal"

    @classmethod
    def fit(
        cls, block: Block, parameters: Mapping[str, Any], target: Block | None = None
    ) -> Mapping[str, Any]:
        columns = present_values(block)
        percent = np.linspace(0, 1, min(parameters.get("n_quantiles", 1000), len(block))) * 100
        return as_json(quantiles=np.array([np.percentile(column, percent) for column in columns]))

    def apply(self, block: Block) -> Block:
        made = np.empty(block.shape)
        for index, quantiles in enumerate(self.quantiles):
            made[:, index] = self._ranks(np.ascontiguousarray(block[:, index]), quantiles)
        return normal_quantile(np.clip(made, FURTHEST, 1 - FURTHEST)) if self.normal else made

    def _ranks(self, column: Block, quantiles: Block) -> Block:
        steps = np.linspace(0, 1, len(quantiles))
        forwards = np.interp(column, quantiles, steps)
        backwards = np.interp(-column, -quantiles[::-1], -steps[::-1])
        ranks: Block = 0.5 * (forwards - backwards)
        slack = THRESHOLD if self.normal else 0.0
        least, greatest = quantiles[0], quantiles[-1]
        ranks[column + slack > greatest if slack else column == greatest] = 1.0
        ranks[column - slack < least if slack else column == least] = 0.0
        return ranks
