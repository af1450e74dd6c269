"""Scale each row by its norm."""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from scoring.declarations import Field
from scoring.kinds import Choice

from .registry import Block, Operation, feature
from .training import without_zeros


@feature
class Normalize(Operation):
    """Divide each row by its norm, over the columns given.

    A row of zeros (a norm below 2.2e-15) stays as it is. With a NaN in it, the whole row becomes NaN.
    """

    name = "normalize"
    formula = "x / norm of the row: sum |x| (l1), sqrt(sum x²) (l2) or max |x| (max)"
    sklearn = "Normalizer"
    parameters: ClassVar[Sequence[Field]] = (
        Field("norm", Choice("l1", "l2", "max"), "Which norm becomes 1.", default="l2"),
    )
    example: ClassVar[dict[str, Any]] = {"operation": "normalize", "input": ["temp", "atemp"], "norm": "l1"}

    def __init__(self, norm: str = "l2") -> None:
        self.norm = norm

    def apply(self, block: Block) -> Block:
        if self.norm == "l2":
            norms = np.sqrt(np.einsum("ij,ij->i", block, block))
        else:
            norms = np.abs(block).sum(axis=1) if self.norm == "l1" else np.abs(block).max(axis=1)
        return block / without_zeros(norms)[:, np.newaxis]
