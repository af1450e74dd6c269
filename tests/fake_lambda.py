"""Lambda's context object, with a clock that the test winds."""

from collections.abc import Callable
from time import monotonic


class FakeContext:
    """What a handler may ask of its context; anything else raises AttributeError."""

    aws_request_id = "8f507cfc-xmpl-4697-b07a-ac58fc914c95"
    function_name = "bike-rental-dev"
    function_version = "7"

    def __init__(self, seconds: float = 29.0, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._ends = clock() + seconds

    def get_remaining_time_in_millis(self) -> int:
        return max(int((self._ends - self._clock()) * 1000), 0)
