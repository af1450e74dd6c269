"""Time one function. Of the standard library alone: the SageMaker SDK's environment imports it, too."""

from collections.abc import Callable
from time import perf_counter, process_time
from typing import Any

_TURN_SECONDS = 0.001
"""A turn lasts this long at least: now and then the clock of processor time stands still for some µs."""


def best_ms(function: Callable[[], Any], seconds: float) -> float:
    """Milliseconds of processor time of one call: the best of as many turns as fit in `seconds`."""
    calls = 1
    while _turn(function, calls) < _TURN_SECONDS:
        calls *= 2
    best = float("inf")
    ends = perf_counter() + seconds
    while True:
        best = min(best, _turn(function, calls) / calls)
        if perf_counter() > ends:
            return best * 1000


def _turn(function: Callable[[], Any], calls: int) -> float:
    began = process_time()
    for _ in range(calls):
        function()
    return process_time() - began
