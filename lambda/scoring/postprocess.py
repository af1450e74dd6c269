"""What the model answers → what clients get: the contract's outputs, compiled once."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .contract_sections import Output
from .errors import MalformedReply, PredictionNotFinite
from .operations import Operation

Values = np.ndarray[Any, Any]


class CompiledOutput:
    """One output with its steps ready to run."""

    def __init__(self, output: Output, steps: Sequence[Operation], source_length: int | None = None) -> None:
        """`source_length` is how many numbers the model's value holds; None for a single one."""
        self.output = output
        self.source_length = source_length
        self.steps = tuple(steps)

    def postprocess(self, values: Values) -> list[Any]:
        """The output of each row: a plain float, int, bool, text, or dictionary, or a list of them.

        `values` is (n_rows,) or, for a source with a length, (n_rows, length) float64.
        Raises PredictionNotFinite and MalformedReply.
        """
        width = values.shape[1] if values.ndim > 1 else None
        if width != self.source_length:
            raise MalformedReply(
                reason=f"output {self.output.name}: {_numbers(width)}, not {_numbers(self.source_length)}"
            )
        self._check_finite(values, "before")  # `clip` would make a fine number of an infinity
        with np.errstate(all="ignore"):
            for step in self.steps:
                values = step.apply(values)
        if values.dtype != object:
            self._check_finite(values, "after")
            values = self._typed(values)
        plain: list[Any] = values.tolist()
        return plain

    def _typed(self, values: Values) -> Values:
        """Numbers as the output's type has them."""
        if self.output.type == "boolean":
            return np.not_equal(values, 0)
        if self.output.type != "integer":
            return values
        whole = np.rint(values)
        if (whole != values).any() or (np.abs(whole) > 2**53).any():
            raise MalformedReply(reason=f"output {self.output.name} is no integer after its steps")
        return whole.astype(np.int64)

    def _check_finite(self, values: Values, when: str) -> None:
        if not np.isfinite(values).all():
            raise PredictionNotFinite(
                reason=f"output {self.output.name}: NaN or an infinity {when} its steps"
            )


def postprocess(outputs: Sequence[CompiledOutput], values: Mapping[str, Values]) -> dict[str, list[Any]]:
    """One list for each output, a value a row, from the reply's values by name."""
    return {each.output.name: each.postprocess(values[each.output.source]) for each in outputs}


def _numbers(length: int | None) -> str:
    return "a single number a row" if length is None else f"a list of {length} a row"
