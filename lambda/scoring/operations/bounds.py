"""What the operations with a minimum and a maximum share, of which at least one is given."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from scoring.declarations import Field
from scoring.kinds import Number

from .registry import Block, Operation


class Bounded(Operation):
    """What takes `minimum`, `maximum` or both."""

    @classmethod
    def disagreements(cls, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        if not parameters:
            yield "", 'the key "minimum", "maximum" or both'
        elif parameters.get("minimum", -np.inf) > parameters.get("maximum", np.inf):
            yield "minimum", f"at most the maximum, {parameters['maximum']}"


class Clipping(Bounded):
    """What keeps values inside the bounds; NaN stays NaN."""

    formula = "min(max(x, minimum), maximum)"
    parameters: ClassVar[Sequence[Field]] = (
        Field("minimum", Number(), "The least value; without it there is no lower bound."),
        Field("maximum", Number(), "The greatest value; without it there is no upper bound."),
    )

    def __init__(self, minimum: float | None = None, maximum: float | None = None) -> None:
        self.minimum, self.maximum = minimum, maximum

    def apply(self, block: Block) -> Block:
        return np.clip(block, self.minimum, self.maximum)
