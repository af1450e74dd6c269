"""What a contract takes, from what was seen: wider, so that new values pass and slips of the pen don't.

The observed range is widened at each end by its own width, and rounded outwards to one digit of that width.
It stays at or above zero (or below) if everything seen is, and within 0 to 1 or 0 to 100 where the values
reach both ends exactly, as shares and percentages do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

NATURAL: Final = ((0, 1), (0, 100))
LARGEST: Final = 2**53 - 1
YEARS_BEFORE: Final = 10
YEARS_AFTER: Final = 100


def widened(values: Sequence[float], *, whole: bool = False) -> tuple[float, float]:
    """The range to accept for numbers whose least and greatest differ; integers if `whole`."""
    low, high = min(values), max(values)
    if (low, high) in NATURAL:
        return (int(low), int(high))
    width = high - low
    exponent = math.floor(math.log10(width))
    if whole:
        exponent = max(exponent, 0)
    below = 0 if low >= 0 and low - width < 0 else outwards(low - width, exponent, math.floor)
    above = 0 if high <= 0 and high + width > 0 else outwards(high + width, exponent, math.ceil)
    if whole:
        return max(int(below), -LARGEST), min(int(above), LARGEST)
    return below, above


def outwards(value: float, exponent: int, to: Callable[[Decimal], int]) -> float:
    """The multiple of 10^exponent next to the value, below (math.floor) or above (math.ceil)."""
    steps = to(Decimal(repr(value)).scaleb(-exponent))
    made = float(Decimal(steps).scaleb(exponent))
    return int(made) if made.is_integer() and abs(made) < 1e15 else made


def widened_years(moments: Sequence[datetime]) -> tuple[str, str]:
    """First and last moment to accept: wide, for data grow older, but not so wide that year 0202 passes."""
    first = max(min(moments).year - YEARS_BEFORE, 1)
    last = min(max(moments).year + YEARS_AFTER, 9999)
    return f"{first:04}-01-01 00:00:00", f"{last:04}-12-31 23:59:59"
