"""Operations on datetimes."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, ClassVar, Final

import numpy as np

from scoring.declarations import Field, ListOf
from scoring.kinds import Choice

from .registry import Block, Operation, feature


class _Calendar:
    """Datetimes in whole days and in whole months, each made once for all parts that are made of it."""

    def __init__(self, moments: Block) -> None:
        self.moments = moments

    @cached_property
    def days(self) -> Block:
        return self.moments.astype("datetime64[D]")

    @cached_property
    def months(self) -> Block:
        return self.days.astype("datetime64[M]")

    def count(self, unit: str) -> Block:
        """Whole units since 1970-01-01 at midnight."""
        return _count(self.moments.astype(f"datetime64[{unit}]"))

    def days_since(self, starts: Block) -> Block:
        """Whole days since the months or years that they lie in began."""
        return _count(self.days) - _count(starts.astype("datetime64[D]"))


def _count(moments: Block) -> Block:
    """Units since 1970-01-01, a Thursday."""
    return moments.astype(np.int64)


def _iso_week(days: Block) -> Block:
    """ISO 8601: weeks start on Monday and count in the year of their Thursday; week 1 holds the first one."""
    thursdays = days - (_count(days) + 3) % 7 + 3
    since = _count(thursdays) - _count(thursdays.astype("datetime64[Y]").astype("datetime64[D]"))
    weeks: Block = since // 7 + 1
    return weeks


PARTS: Final[dict[str, tuple[Callable[[_Calendar], Block], str]]] = {
    "year": (lambda c: _count(c.months) // 12 + 1970, "1 to 9999"),
    "month": (lambda c: _count(c.months) % 12 + 1, "1 to 12"),
    "day": (lambda c: c.days_since(c.months) + 1, "of the month, 1 to 31"),
    "hour": (lambda c: c.count("h") % 24, "0 to 23"),
    "minute": (lambda c: c.count("m") % 60, "0 to 59"),
    "second": (lambda c: c.count("s") % 60, "0 to 59, without the fraction"),
    "dayofweek": (lambda c: (_count(c.days) + 3) % 7, "Monday = 0 to Sunday = 6"),
    "dayofyear": (lambda c: c.days_since(c.months.astype("datetime64[Y]")) + 1, "1 to 366"),
    "quarter": (lambda c: _count(c.months) % 12 // 3 + 1, "1 to 4"),
    "week": (lambda c: _iso_week(c.days), "of ISO 8601, 1 to 53"),
    "is_weekend": (lambda c: (_count(c.days) + 3) % 7 >= 5, "1 on Saturday and Sunday, else 0"),
}


@feature
class DatetimeParts(Operation):
    """Calendar parts of a datetime, one column each, in the order of `parts`.

    The parts are those of the input's local time (see `utc_offset`); pandas' `dt` accessor gives the same
    numbers. An absent datetime gives NaN in every part.
    """

    name = "datetime_parts"
    sklearn = "none; the numbers of pandas' Series.dt"
    formula = "; ".join(f"{part}: {doc}" for part, (_, doc) in PARTS.items())
    takes = ("datetime",)
    parameters: ClassVar[Sequence[Field]] = (
        Field(
            "parts",
            ListOf(Choice(*PARTS), at_least=1, distinct=True),
            "Which parts, in the order of the columns they become.",
            required=True,
        ),
    )
    example: ClassVar[dict[str, Any]] = {
        "operation": "datetime_parts",
        "input": "datetime",
        "parts": ["year", "month", "hour"],
    }

    def __init__(self, parts: Sequence[str]) -> None:
        self.parts = tuple(parts)

    def column_names(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(f"{name}_{part}" for name in names for part in self.parts)

    def apply(self, block: Block) -> Block:
        made = np.empty((len(block), block.shape[1] * len(self.parts)))
        absent = np.isnat(block)
        calendar = _Calendar(block)
        for index, part in enumerate(self.parts):
            made[:, index :: len(self.parts)] = PARTS[part][0](calendar)
        made[np.repeat(absent, len(self.parts), axis=1)] = np.nan
        return made
