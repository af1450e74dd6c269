"""Operations that shift and stretch each column by its mean, its range or its greatest value."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from scoring.declarations import Field
from scoring.kinds import Flag, Number
from scoring.number_lists import Numbers

from .registry import Block, Operation, feature
from .training import as_json, present_values, without_zeros


@feature
class Standardize(Operation):
    """Shift each column to mean 0 and stretch it to standard deviation 1.

    The standard deviation is the population's (divided by n). A constant column is only shifted.
    NaN stays NaN and isn't counted when fitting.
    """

    name = "standardize"
    formula = "(x - mean) / scale"
    sklearn = "StandardScaler"
    parameters: ClassVar[Sequence[Field]] = (
        Field("with_mean", Flag(), "Whether to shift by the mean.", default=True),
        Field("with_std", Flag(), "Whether to divide by the scale.", default=True),
        Field("mean", Numbers(), "The mean of each column.", required=True, fitted=True),
        Field("scale", Numbers(nonzero=True), "The standard deviation of each, or 1.", True, fitted=True),
    )
    per_column = ("mean", "scale")
    example: ClassVar[dict[str, Any]] = {
        "operation": "standardize",
        "input": ["temp", "humidity"],
        "mean": [20.23086, 61.88646],
        "scale": [7.791232, 19.24415],
    }

    def __init__(
        self,
        *,
        with_mean: bool = True,
        with_std: bool = True,
        mean: Sequence[float] = (),
        scale: Sequence[float] = (),
    ) -> None:
        self.mean = np.array(mean, np.float64) if with_mean else None
        self.scale = np.array(scale, np.float64) if with_std else None

    @classmethod
    def needs(cls, parameters: Mapping[str, Any]) -> Sequence[str]:
        switches = {"mean": "with_mean", "scale": "with_std"}
        return [name for name, switch in switches.items() if parameters.get(switch, True)]

    @classmethod
    def fit(
        cls, block: Block, parameters: Mapping[str, Any], target: Block | None = None
    ) -> Mapping[str, Any]:
        """As `StandardScaler` does: two passes, corrected (Chan, Golub, LeVeque 1983)."""
        mean, scale = mean_and_scale(block)
        found = as_json(mean=mean, scale=scale)
        return {name: found[name] for name in cls.needs(parameters)}

    def apply(self, block: Block) -> Block:
        return shift_and_divide(block, self.mean, self.scale)


def shift_and_divide(block: Block, shift: Block | None, scale: Block | None) -> Block:
    """(x - shift) / scale, each part if given."""
    if shift is None:
        return block if scale is None else block / scale
    made: Block = block - shift
    if scale is not None:
        made /= scale
    return made


def mean_and_scale(block: Block) -> tuple[Block, Block]:
    """Mean and standard deviation of each column, 1 for a constant one; NaN isn't counted."""
    present_values(block)
    total = np.nansum if np.isnan(block).any() else np.sum
    count = len(block) - np.isnan(block).sum(axis=0)
    mean = total(block, axis=0) / count
    rest = block - mean
    variance = (total(rest**2, axis=0) - total(rest, axis=0) ** 2 / count) / count
    eps = np.finfo(np.float64).eps
    constant = variance <= count * eps * variance + (count * mean * eps) ** 2
    return mean, without_zeros(np.sqrt(variance), constant)


@feature
class MinMax(Operation):
    """Stretch each column so that the training data's range becomes a given range.

    Values beyond the training data's range go beyond the given one, unless `clip` is set.
    A constant column becomes the range's minimum. NaN stays NaN and isn't counted when fitting.
    """

    name = "minmax"
    formula = "x * scale + offset; then, with clip: min(max(x, minimum), maximum)"
    sklearn = "MinMaxScaler"
    parameters: ClassVar[Sequence[Field]] = (
        Field("minimum", Number(), "The least value after fitting.", default=0),
        Field("maximum", Number(), "The greatest value after fitting.", default=1),
        Field("clip", Flag(), "Whether to keep new values inside the range.", default=False),
        Field("scale", Numbers(), "The factor of each column.", required=True, fitted=True),
        Field("offset", Numbers(), "What is added to each column then.", required=True, fitted=True),
    )
    per_column = ("scale", "offset")
    example: ClassVar[dict[str, Any]] = {
        "operation": "minmax",
        "input": "humidity",
        "scale": [0.01],
        "offset": [0],
    }

    def __init__(
        self,
        scale: Sequence[float],
        offset: Sequence[float],
        *,
        minimum: float = 0,
        maximum: float = 1,
        clip: bool = False,
    ) -> None:
        self.scale, self.offset = np.array(scale, np.float64), np.array(offset, np.float64)
        self.bounds = (float(minimum), float(maximum)) if clip else None

    @classmethod
    def disagreements(cls, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        low, high = parameters.get("minimum", 0), parameters.get("maximum", 1)
        if low >= high:
            yield "minimum" if "minimum" in parameters else "maximum", "a minimum below the maximum"

    @classmethod
    def fit(
        cls, block: Block, parameters: Mapping[str, Any], target: Block | None = None
    ) -> Mapping[str, Any]:
        low, high = parameters.get("minimum", 0), parameters.get("maximum", 1)
        columns = present_values(block)
        least = np.array([column.min() for column in columns])
        greatest = np.array([column.max() for column in columns])
        scale = (high - low) / without_zeros(greatest - least)
        return as_json(scale=scale, offset=low - least * scale)

    def apply(self, block: Block) -> Block:
        made = block * self.scale
        made += self.offset
        return np.clip(made, *self.bounds) if self.bounds else made


@feature
class MaxAbs(Operation):
    """Divide each column by its greatest absolute value, so that zero stays zero.

    A column of zeros stays as it is. NaN stays NaN and isn't counted when fitting.
    """

    name = "max_abs"
    formula = "x / scale; then, with clip: min(max(x, -1), 1)"
    sklearn = "MaxAbsScaler"
    parameters: ClassVar[Sequence[Field]] = (
        Field("clip", Flag(), "Whether to keep new values between -1 and 1.", default=False),
        Field("scale", Numbers(nonzero=True), "The greatest absolute value of each.", True, fitted=True),
    )
    per_column = ("scale",)
    example: ClassVar[dict[str, Any]] = {"operation": "max_abs", "input": "windspeed", "scale": [56.9969]}

    def __init__(self, scale: Sequence[float], *, clip: bool = False) -> None:
        self.scale, self.clip = np.array(scale, np.float64), clip

    @classmethod
    def fit(
        cls, block: Block, parameters: Mapping[str, Any], target: Block | None = None
    ) -> Mapping[str, Any]:
        greatest = np.array([np.abs(column).max() for column in present_values(block)])
        return as_json(scale=without_zeros(greatest))

    def apply(self, block: Block) -> Block:
        made = block / self.scale
        return np.clip(made, -1.0, 1.0) if self.clip else made
