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
        first, last = self.knots[:, self.degree], self.knots[:, -self.degree - 1]
        if self.extrapolation == "error":
            _refuse_beyond(block, first, last)
        curves = self._curves(block, first, last)
        curves[np.isnan(block)] = self.absent
        return curves[:, :, : self.kept].reshape(len(block), block.shape[1] * self.kept)

    def _curves(self, x: Block, first: Block, last: Block) -> Block:
        """(n, k) → (n, k, width)."""
        if self.extrapolation == "periodic":
            return self._basis(first + (x - first) % (last - first))
        if self.extrapolation == "continue":
            return self._basis(x)
        curves = self._basis(np.clip(x, first, last))
        if self.extrapolation == "linear" and self.degree:
            slopes = self._basis(np.array([first, last]), derivative=1)
            for beyond, bound, slope in ((x < first, first, slopes[0]), (x > last, last, slopes[1])):
                if beyond.any():
                    curves += np.where(beyond, x - bound, 0.0)[:, :, np.newaxis] * slope
        return curves

    def _basis(self, x: Block, derivative: int = 0) -> Block:
        """(n, k) → (n, k, width): the B-splines at x, or their derivative; further ones wrap to the first.

        The recursion of de Boor, A Practical Guide to Splines, in the order of FITPACK's and scipy's.
        """
        degree, count = self.degree, self.knots.shape[1]
        places = [np.searchsorted(knots, x[:, index], side="right") for index, knots in enumerate(self.knots)]
        place = np.clip(np.column_stack(places) - 1, degree, count - degree - 2)
        knots, here = self.knots.ravel(), place + np.arange(len(self.knots)) * count
        values = [np.ones(x.shape)]
        for order in range(1, degree + 1):
            before, values = values, [np.zeros(x.shape) for _ in range(order + 1)]
            for index in range(1, order + 1):
                above, below = knots[here + index], knots[here + (index - order)]
                if order <= degree - derivative:
                    weight = before[index - 1] / (above - below)
                    values[index - 1] += weight * (above - x)
                    values[index] = weight * (x - below)
                else:
                    weight = order * before[index - 1] / (above - below)
                    values[index - 1] -= weight
                    values[index] = weight
        made = np.zeros((*x.shape, self.width))
        rows, columns = np.ogrid[: x.shape[0], : x.shape[1]]
        for index, value in enumerate(values):
            made[rows, columns, (place - degree + index) % self.width] += value
        return made


def _refuse_beyond(block: Block, first: Block, last: Block) -> None:
    for index in range(block.shape[1]):
        x = block[:, index]
        beyond = np.flatnonzero((x < first[index]) | (x > last[index])).tolist()
        if beyond:
            expected = f"must be from {first[index]} to {last[index]}"
            raise RefusalError(index, beyond, [f"{expected}, not {x[row]}" for row in beyond])


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
