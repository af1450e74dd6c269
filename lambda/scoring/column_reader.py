"""What every reader of a column shares: absent cells, defaults, and the wording of a problem."""

from collections.abc import Sequence
from typing import Any, ClassVar, Final

import numpy as np

from .contract_problems import show, some_of
from .contract_sections import Input
from .errors import MAXIMUM_PROBLEMS

Column = np.ndarray[Any, Any]

FEW_ROWS: Final = 8
"""Below this, reading one by one is faster than numpy's fixed cost for each call (measured)."""


class Absent:
    """The type of `ABSENT`."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent()
"""Stands in a column where a row doesn't have the field at all; None is an explicit null."""


class Reader:
    """What all types share: absent values, defaults, and the wording of a problem."""

    dtype: ClassVar[str]
    missing: ClassVar[Any]
    noun: ClassVar[str]

    def __init__(self, declared: Input) -> None:
        self.required = declared.required
        self.minimum, self.maximum, self.enum = declared.minimum, declared.maximum, declared.enum
        self.expected = self._expectation(declared)
        self.fallback = self.read_one(declared.default) if declared.has_default else self.missing

    def read(self, values: Sequence[Any], *, text: bool) -> tuple[Column, list[tuple[int, str]], int]:
        """The column, the first problems as (row, detail), and how many there are."""
        column = self.read_all(values, text=text) if len(values) >= FEW_ROWS else None
        return self._read_each(values, text=text) if column is None else (column, [], 0)

    def absent(self, n_rows: int) -> tuple[Column, list[tuple[int, str]], int]:
        """As `read`, for a column that no row has."""
        return self.read((ABSENT,) * n_rows, text=False)

    def read_all(self, values: Sequence[Any], *, text: bool) -> Column | None:
        """The whole column at once, or None if any value needs a closer look."""
        raise NotImplementedError

    def read_one(self, value: Any) -> Any:
        """One value as its column holds it; raises ValueError with the reason, if there is more to say."""
        raise NotImplementedError

    def from_text(self, cell: str) -> Any:
        """What a cell of a CSV row or a query string stands for: "" for an absent value."""
        return cell.strip(" ") or ABSENT

    def _read_each(self, values: Sequence[Any], *, text: bool) -> tuple[Column, list[tuple[int, str]], int]:
        cells: list[Any] = []
        problems: list[tuple[int, str]] = []
        total = 0
        for row, written in enumerate(values):
            value = self.from_text(written) if text and type(written) is str else written
            try:
                if value is None or value is ABSENT:
                    if self.required:
                        raise ValueError
                    cells.append(self.fallback)
                else:
                    cells.append(self.read_one(value))
            except ValueError as refusal:
                total += 1
                if total <= MAXIMUM_PROBLEMS:
                    problems.append((row, self._detail(value, str(refusal))))
        return np.array([] if problems else cells, self.dtype), problems, total

    def _detail(self, value: Any, reason: str) -> str:
        if value is ABSENT:
            return f"is missing: must be {self.expected}"
        return f"must be {self.expected}, not {show(value)}{f': {reason}' if reason else ''}"

    def _expectation(self, declared: Input) -> str:
        if self.enum:
            return some_of(self.enum)
        unit = f" {declared.unit}" if declared.unit else ""
        match declared.minimum is not None, declared.maximum is not None:
            case True, True:
                return f"{self.noun} from {declared.minimum} to {declared.maximum}{unit}"
            case True, False:
                return f"{self.noun} of at least {declared.minimum}{unit}"
            case False, True:
                return f"{self.noun} of at most {declared.maximum}{unit}"
        return self.noun
