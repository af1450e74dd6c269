"""Operations on datetimes."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final

import numpy as np

from scoring.declarations import Field, ListOf
from scoring.kinds import Choice

from .registry import Block, Operation, feature


def _since(moments: Block, unit: str, whole: str) -> Block:
    """Whole units, from 0, since the start of the larger unit that a moment lies in."""
    begun = moments.astype(f"datetime64[{unit}]")
    start = moments.astype(f"datetime64[{whole}]").astype(begun.dtype)
    since: Block = begun.astype(np.int64) - start.astype(np.int64)
    return since


def _days(moments: Block) -> Block:
    """Days since 1970-01-01, a Thursday."""
    return moments.astype("datetime64[D]").astype(np.int64)


def _iso_week(moments: Block) -> Block:
    """ISO 8601: weeks start on Monday and count in the year of their Thursday; week 1 holds the first one."""
    days = _days(moments)
    thursdays = (days - (days + 3) % 7 + 3).astype("datetime64[D]")
    weeks: Block = (thursdays - thursdays.astype("datetime64[Y]").astype("datetime64[D]")).astype(
        np.int64
    ) // 7 + 1
    return weeks


def _months(moments: Block) -> Block:
    return moments.astype("datetime64[M]").astype(np.int64)


PARTS: Final[dict[str, tuple[Callable[[Block], Block], str]]] = {
    "year": (lambda m: m.astype("datetime64[Y]").astype(np.int64) + 1970, "1 to 9999"),
    "month": (lambda m: _months(m) % 12 + 1, "1 to 12"),
    "day": (lambda m: _since(m, "D", "M") + 1, "of the month, 1 to 31"),
    "hour": (lambda m: _since(m, "h", "D"), "0 to 23"),
    "minute": (lambda m: _since(m, "m", "h"), "0 to 59"),
    "second": (lambda m: _since(m, "s", "m"), "0 to 59, without the fraction"),
    "dayofweek": (lambda m: (_days(m) + 3) % 7, "Monday = 0 to Sunday = 6"),
    "dayofyear": (lambda m: _since(m, "D", "Y") + 1, "1 to 366"),
    "quarter": (lambda m: _months(m) % 12 // 3 + 1, "1 to 4"),
    "week": (_iso_week, "of ISO 8601, 1 to 53"),
    "is_weekend": (lambda m: (_days(m) + 3) % 7 >= 5, "1 on Saturday and Sunday, else 0"),
}


@feature
class DatetimeParts(Operation):
    """Calendar parts of a datetime, one column each, in the order of `parts`.

    The parts are those of the input's local time (see `utc_offset`); pandas' `dt` accessor gives the same
    numbers. An absent datetime gives NaN in every part.
    """

    name = "datetime_parts"
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
        for index, part in enumerate(self.parts):
            made[:, index :: len(self.parts)] = PARTS[part][0](block)
        made[np.repeat(absent, len(self.parts), axis=1)] = np.nan
        return made
