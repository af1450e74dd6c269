"""What a measurement yields: raw numbers, and what was asked of them."""

from collections.abc import Callable
from typing import Any

Numbers = dict[str, Any]
"""JSON-able; `targets` maps what was asked to what `target` returns."""

Say = Callable[[str], None]
"""Shows what a measurement is at."""


def target(measured: float, wanted: float, *, at_least: bool) -> Numbers:
    """A target and whether it is met."""
    met = measured >= wanted if at_least else measured <= wanted
    return {"measured": round(measured, 2), "wanted": wanted, "at_least": at_least, "met": met}


class CannotMeasureError(Exception):
    """Something could not be measured; the text says what, and the command that repairs it."""
