"""Numbers → a basis of smooth curves, so that a linear model can follow a bend."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from scoring.declarations import Field, ListOf
from scoring.kinds import Choice, Flag, Number
from scoring.number_lists import Numbers

from .registry import Block, Operation, RefusalError, feature
from .training import present_values


@feature
class Spline(Operation):
    """Make the B-splines of each column: curves over neighbouring knots, whose sum is 1.

    n knots make n + degree - 1 columns, or n - 1 periodic ones; without `bias` the last of them is left out.
    Beyond the first and last knot, `extrapolation` goes on with the value there (constant), with the slope
    there (linear), with the curves as they are (continue), from the first knot again (periodic), or refuses
    the request (error). NaN makes NaN in all columns of its input, or zeros.
    """

    name = "spline"
    formula = "B_j,degree(x) by the recursion of Cox and de Boor, over the knots"
    sklearn = "SplineTransformer"
    parameters: ClassVar[Sequence[Field]] = (
        Field("degree", Number(minimum=0, maximum=10, whole=True), "The degree of the curves.", default=3),
        Field("n_knots", Number(minimum=2, maximum=1000, whole=True), "How many knots to find.", default=5),
        Field(
            "placing",
            Choice("uniform", "quantile"),
            "At equal steps, or over as many values.",
            default="uniform",
        ),
        Field(
            "extrapolation",
            Choice("constant", "linear", "continue", "periodic", "error"),
            "How it goes on beyond the knots.",
            default="constant",
        ),
        Field("bias", Flag(), "Whether to keep the last column, which the others imply.", default=True),
        Field("missing", Choice("nan", "zeros"), "What NaN makes.", default="nan"),
        Field(
            "knots",
            ListOf(Numbers(at_least=2, ascending="strictly"), at_least=1),
            "The knots of each column, as many of each.",
            required=True,
            fitted=True,
        ),
    )
    per_column = ("knots",)
    example: ClassVar[dict[str, Any]] = {
        "operation": "spline",
        "input": "hour",
        "degree": 2,
        "extrapolation": "periodic",
        "knots": [[0, 6, 12, 18, 24]],
    }

    def __init__(
        self,
        knots: Sequence[Sequence[float]],
        *,
        degree: int = 3,
        extrapolation: str = "constant",
        bias: bool = True,
        missing: str = "nan",
        **_: Any,
    ) -> None:
        self.degree, self.extrapolation = degree, extrapolation
        base = np.array(knots, np.float64).T
        self.knots = np.ascontiguousarray(extend_knots(base, degree, extrapolation == "periodic").T)
        self.width = len(base) - 1 + (0 if extrapolation == "periodic" else degree)
        self.kept = self.width if bias else self.width - 1
        self.absent = np.nan if missing == "nan" else 0.0

    @classmethod
    def disagreements(cls, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        knots = parameters.get("knots", ())
        if len(set(map(len, knots))) > 1:
            yield "knots", "as many knots of each column"
        count, degree = len(knots[0]) if knots else parameters.get("n_knots", 5), parameters.get("degree", 3)
        if parameters.get("extrapolation") == "periodic" and count <= degree:
            yield (
                "knots" if knots else "extrapolation",
                f"more knots than the degree, {degree}, to be periodic",
            )
        if not parameters.get("bias", True) and count == 2 and degree == 0:
            yield "bias", "true, since one column is all there is"

    @classmethod
    def fit(
        cls, block: Block, parameters: Mapping[str, Any], target: Block | None = None
    ) -> Mapping[str, Any]:
        shares = np.linspace(0, 1, parameters.get("n_knots", 5))
        knots = []
        for column in present_values(block):
            if parameters.get("placing") == "quantile":
                knots.append(np.percentile(column, 100 * shares).tolist())
            else:
                knots.append(np.linspace(column.min(), column.max(), len(shares)).tolist())
        return {"knots": knots}

    def column_names(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(f"{name}_sp_{index}" for name in names for index in range(self.kept))

    def apply(self, block: Block) -> Block:
        made = np.empty((len(block), block.shape[1] * self.kept))
        for index, knots in enumerate(self.knots):
            column = np.ascontiguousarray(block[:, index])
            if self.extrapolation == "error":
                self._refuse_beyond(index, column, knots)
            curves = self._curves(column, knots)
            curves[np.isnan(column)] = self.absent
            made[:, index * self.kept : (index + 1) * self.kept] = curves[:, : self.kept]
        return made

    def _refuse_beyond(self, index: int, x: Block, knots: Block) -> None:
        first, last = knots[self.degree], knots[-self.degree - 1]
        beyond = np.flatnonzero((x < first) | (x > last)).tolist()
        if beyond:
            raise RefusalError(
                index, beyond, [f"must be from {first} to {last}, not {x[row]}" for row in beyond]
            )

    def _curves(self, x: Block, knots: Block) -> Block:
        """(n,) → (n, width)."""
        degree = self.degree
        first, last = knots[degree], knots[-degree - 1]
        if self.extrapolation == "periodic":
            return basis(first + (x - first) % (last - first), knots, degree, self.width)
        if self.extrapolation == "continue":
            return basis(x, knots, degree, self.width)
        curves = basis(np.clip(x, first, last), knots, degree, self.width)
        if self.extrapolation == "linear":
            slopes = basis(np.array([first, last]), knots, degree, self.width, derivative=min(degree, 1))
            slopes = slopes if degree else np.zeros_like(slopes)
            for beyond, bound, slope in ((x < first, first, slopes[0]), (x > last, last, slopes[1])):
                curves[beyond] += (x[beyond] - bound)[:, np.newaxis] * slope
        return curves


def extend_knots(base: Block, degree: int, periodic: bool) -> Block:
    """(n_knots, k) → (n_knots + 2 degree, k): equal steps, or the period's own, as `SplineTransformer`."""
    if periodic:
        period = base[-1] - base[0]
        before, after = base[-(degree + 1) : -1] - period, base[1 : degree + 1] + period
    else:
        first, last = base[1] - base[0], base[-1] - base[-2]
        before = np.linspace(base[0] - degree * first, base[0] - first, num=degree)
        after = np.linspace(base[-1] + last, base[-1] + degree * last, num=degree)
    return np.concatenate([before, base, after])


def basis(x: Block, knots: Block, degree: int, width: int, derivative: int = 0) -> Block:
    """(n, width): the B-splines at x, or their derivative; columns from `width` on wrap around to the first.

    The recursion of de Boor, A Practical Guide to Splines, in the order of FITPACK's and scipy's.
    """
    last = len(knots) - degree - 2
    place = np.clip(np.searchsorted(knots, x, side="right") - 1, degree, last)
    values = [np.ones(len(x))]
    for order in range(1, degree + 1):
        before, values = values, [np.zeros(len(x)) for _ in range(order + 1)]
        for index in range(1, order + 1):
            above, below = knots[place + index], knots[place + index - order]
            if order <= degree - derivative:
                weight = before[index - 1] / (above - below)
                values[index - 1] += weight * (above - x)
                values[index] = weight * (x - below)
            else:
                weight = order * before[index - 1] / (above - below)
                values[index - 1] -= weight
                values[index] = weight
    made, rows = np.zeros((len(x), width)), np.arange(len(x))
    for index, value in enumerate(values):
        made[rows, (place - degree + index) % width] += value
    return made
