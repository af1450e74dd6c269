"""Raw values as clients send them → typed columns, checked against the contract's inputs."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from .contract_sections import Input

Columns = dict[str, np.ndarray[Any, Any]]


class Absent:
    """The type of `ABSENT`."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent()
"""Stands in a column where a row doesn't have the field at all; None is an explicit null."""


def read_columns(inputs: Sequence[Input], cells: Mapping[str, Sequence[Any]], *, text: bool = False) -> Columns:
    """Check every cell against its input and return typed columns; skeleton, the body follows."""
    raise NotImplementedError
