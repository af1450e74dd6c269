"""Power transforms, that make skewed data look more normal."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final

import numpy as np

from scoring.declarations import Field
from scoring.kinds import Choice, Flag
from scoring.number_lists import Numbers

from .registry import Block, FitError, Operation, feature
from .scalers import mean_and_scale
from .training import as_json, present_values

SMALLEST: Final = np.spacing(1.0)


@feature
class Power(Operation):
    """Raise each column to the power that makes it most like a normal distribution, then standardize it.

    Yeo-Johnson takes any number. Box-Cox takes positive ones: of a negative number it makes NaN, of zero an
    infinity or a bound. The power (lambda) is found by maximum likelihood, between -10 and 10.
    NaN stays NaN and isn't counted when fitting.
    """

    name = "power"
    formula = (
        "yeo-johnson: ((x + 1)^λ - 1) / λ for x ≥ 0, log(x + 1) if λ = 0, and for x < 0 "
        "-((1 - x)^(2 - λ) - 1) / (2 - λ), -log(1 - x) if λ = 2; box-cox: (x^λ - 1) / λ, log(x) if λ = 0; "
        "then (y - mean) / scale"
    )
    sklearn = "PowerTransformer"
    parameters: ClassVar[Sequence[Field]] = (
        Field("method", Choice("yeo-johnson", "box-cox"), "Which family of powers.", default="yeo-johnson"),
        Field("standardize", Flag(), "Whether to standardize then.", default=True),
        Field("lambdas", Numbers(), "The power of each column.", required=True, fitted=True),
        Field("mean", Numbers(), "The mean of each column then.", required=True, fitted=True),
        Field(
            "scale", Numbers(nonzero=True), "The standard deviation of each then, or 1.", True, fitted=True
        ),
    )
    per_column = ("lambdas", "mean", "scale")
    example: ClassVar[dict[str, Any]] = {
        "operation": "power",
        "input": "windspeed",
        "standardize": False,
        "lambdas": [0.561],
    }

    def __init__(
        self,
        lambdas: Sequence[float],
        *,
        method: str = "yeo-johnson",
        standardize: bool = True,
        mean: Sequence[float] = (),
        scale: Sequence[float] = (),
    ) -> None:
        self.lambdas = lambdas
        self.transform = METHODS[method]
        self.after = (np.array(mean, np.float64), np.array(scale, np.float64)) if standardize else None

    @classmethod
    def needs(cls, parameters: Mapping[str, Any]) -> Sequence[str]:
        return ["lambdas", "mean", "scale"] if parameters.get("standardize", True) else ["lambdas"]

    @classmethod
    def fit(
        cls, block: Block, parameters: Mapping[str, Any], target: Block | None = None
    ) -> Mapping[str, Any]:
        method = parameters.get("method", "yeo-johnson")
        columns = present_values(block)
        if method == "box-cox" and any(column.min() <= 0 for column in columns):
            raise FitError("box-cox takes positive numbers only")
        lambdas = np.array([_most_likely(column, method) for column in columns])
        if not parameters.get("standardize", True):
            return as_json(lambdas=lambdas)
        made = np.column_stack(
            [METHODS[method](column, power) for column, power in zip(block.T, lambdas, strict=True)]
        )
        mean, scale = mean_and_scale(made)
        return as_json(lambdas=lambdas, mean=mean, scale=scale)

    def apply(self, block: Block) -> Block:
        made = np.empty(block.shape)
        for index, power in enumerate(self.lambdas):
            made[:, index] = self.transform(np.ascontiguousarray(block[:, index]), power)
        return made if self.after is None else (made - self.after[0]) / self.after[1]


def yeo_johnson(x: Block, power: float) -> Block:
    """(n,) → (n,); I.-K. Yeo and R. A. Johnson, Biometrika 87 (2000) 954-959."""
    made = np.empty_like(x)
    positive = x >= 0
    above, below = x[positive], x[~positive]
    made[positive] = np.log1p(above) if abs(power) < SMALLEST else (np.power(above + 1, power) - 1) / power
    made[~positive] = (
        -(np.power(-below + 1, 2 - power) - 1) / (2 - power)
        if abs(power - 2) > SMALLEST
        else -np.log1p(-below)
    )
    return made


def box_cox(x: Block, power: float) -> Block:
    """(n,) → (n,); G. E. P. Box and D. R. Cox, JRSS B 26 (1964) 211-252."""
    if abs(power) < 1e-19:
        return np.log(x)
    made: Block = np.expm1(power * np.log(x)) / power
    return made


METHODS: Final[dict[str, Callable[[Block, float], Block]]] = {"yeo-johnson": yeo_johnson, "box-cox": box_cox}


def _most_likely(column: Block, method: str) -> float:
    """The power of the greatest likelihood: first the best of a grid, then by golden section beside it."""
    if column.min() == column.max():
        if method == "box-cox":
            raise FitError("a constant column has no most likely power")
        return 1.0
    weight = np.sum(np.sign(column) * np.log1p(np.abs(column)) if method == "yeo-johnson" else np.log(column))
    transform = METHODS[method]

    def cost(power: float) -> float:
        variance = transform(column, power).var()
        if not np.finfo(np.float64).tiny <= variance < np.inf:
            return np.inf
        return float(len(column) / 2 * np.log(variance) - (power - 1) * weight)

    grid = np.linspace(-10, 10, 81)
    best = int(np.argmin([cost(power) for power in grid]))
    return _minimum(cost, float(grid[max(best - 1, 0)]), float(grid[min(best + 1, 80)]))


def _minimum(cost: Callable[[float], float], low: float, high: float) -> float:
    """Where a function with one minimum in the interval has it, by golden section."""
    golden = (5**0.5 - 1) / 2
    left, right = high - golden * (high - low), low + golden * (high - low)
    at_left, at_right = cost(left), cost(right)
    while high - low > 1e-9:
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - golden * (high - low)
            at_left = cost(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + golden * (high - low)
            at_right = cost(right)
    return (low + high) / 2
