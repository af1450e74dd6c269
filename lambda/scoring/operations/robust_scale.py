"""Scale by median and quantiles, which outliers hardly move."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from scoring.declarations import Field
from scoring.kinds import Flag, Number
from scoring.number_lists import Numbers

from .registry import Block, Operation, feature
from .scalers import shift_and_divide
from .training import as_json, present_values, without_zeros


@feature
class RobustScale(Operation):
    """Shift each column to median 0 and divide it by the range between two of its quantiles.

    Outliers hardly move either. A column whose range is zero is only shifted.
    NaN stays NaN and isn't counted when fitting.
    """

    name = "robust_scale"
    formula = "(x - center) / scale"
    sklearn = "RobustScaler"
    parameters: ClassVar[Sequence[Field]] = (
        Field("with_centering", Flag(), "Whether to shift by the median.", default=True),
        Field("with_scaling", Flag(), "Whether to divide by the range.", default=True),
        Field("lower", Number(minimum=0, maximum=100), "Percentile where the range starts.", default=25),
        Field("upper", Number(minimum=0, maximum=100), "Percentile where the range ends.", default=75),
        Field("unit_variance", Flag(), "Whether normal data get standard deviation 1.", default=False),
        Field("center", Numbers(), "The median of each column.", required=True, fitted=True),
        Field("scale", Numbers(nonzero=True), "The range of each column, or 1.", True, fitted=True),
    )
    per_column = ("center", "scale")
    example: ClassVar[dict[str, Any]] = {
        "operation": "robust_scale",
        "input": "windspeed",
        "center": [12.998],
        "scale": [9.9964],
    }

    def __init__(
        self,
        *,
        center: Sequence[float] = (),
        scale: Sequence[float] = (),
        with_centering: bool = True,
        with_scaling: bool = True,
        **_: Any,
    ) -> None:
        self.center = np.array(center, np.float64) if with_centering else None
        self.scale = np.array(scale, np.float64) if with_scaling else None

    @classmethod
    def needs(cls, parameters: Mapping[str, Any]) -> Sequence[str]:
        switches = {"center": "with_centering", "scale": "with_scaling"}
        return [name for name, switch in switches.items() if parameters.get(switch, True)]

    @classmethod
    def disagreements(cls, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        lower, upper = parameters.get("lower", 25), parameters.get("upper", 75)
        if lower >= upper:
            yield "lower" if "lower" in parameters else "upper", "a lower percentile below the upper"
        elif parameters.get("unit_variance") and not 0 < lower < upper < 100:
            yield "unit_variance", "false, or percentiles between 0 and 100, where a normal range has a bound"

    @classmethod
    def fit(
        cls, block: Block, parameters: Mapping[str, Any], target: Block | None = None
    ) -> Mapping[str, Any]:
        columns = present_values(block)
        ranks = parameters.get("lower", 25), parameters.get("upper", 75)
        lower, upper = np.transpose([np.percentile(column, ranks) for column in columns])
        scale = without_zeros(upper - lower)
        if parameters.get("unit_variance"):
            from statistics import NormalDist  # noqa: PLC0415 - serving never needs it

            normal = NormalDist()
            scale = scale / (normal.inv_cdf(ranks[1] / 100) - normal.inv_cdf(ranks[0] / 100))
        found = as_json(center=np.array([np.median(column) for column in columns]), scale=scale)
        return {name: found[name] for name in cls.needs(parameters)}

    def apply(self, block: Block) -> Block:
        return shift_and_divide(block, self.center, self.scale)
