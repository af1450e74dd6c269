"""Rate limits and quotas.

The token bucket is our own piece: `aiolimiter` queues instead of refusing and takes its time from the loop,
`limits` and `pyrate-limiter` count in windows; none takes a rate *and* a burst with an injected clock.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any


class TokenBucket:
    """`rate` tokens a second flow in, at most `burst` stay; a request takes one.

    The algorithm AWS names for API Gateway:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
    """

    __slots__ = ("_filled_at", "_tokens", "burst", "rate")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self.rate = rate
        self.burst = burst
        self._tokens = burst
        self._filled_at = now

    def take(self, now: float) -> bool:
        """Take a token if there is one; `now` in seconds."""
        tokens = min(self.burst, self._tokens + max(0.0, now - self._filled_at) * self.rate)
        self._filled_at = now
        allowed = tokens >= 1.0
        self._tokens = tokens - 1.0 if allowed else tokens
        return allowed


class Throttles:
    """One bucket a name; a changed limit starts a new bucket."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, ...], TokenBucket] = {}

    def allow(self, name: tuple[str, ...], rate: Any, burst: Any, now: float) -> bool:
        """Whether a request may pass. A rate below zero, or none, is no limit; a rate of 0 refuses all.

        Without a burst the bucket holds a second's worth.
        """
        if rate is None or float(rate) < 0:
            return True
        rate = float(rate)
        size = float(burst) if burst is not None and float(burst) > 0 else max(1.0, rate)
        if rate == 0:
            return False
        bucket = self._buckets.get(name)
        if bucket is None or (bucket.rate, bucket.burst) != (rate, size):
            bucket = self._buckets[name] = TokenBucket(rate, size, now)
        return bucket.take(now)


class Quotas:
    """Requests a key has made in the current period of its usage plan."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, str], tuple[str, int]] = {}

    def count(self, plan_id: str, key_id: str, quota: Mapping[str, Any], now: float) -> bool:
        """Count one request; False when the quota is used up.

        `quota` has `limit`, `period` (DAY, WEEK from Sunday, MONTH, in UTC) and `offset`, which AWS
        subtracts from the limit in the first period only.
        """
        if not quota.get("limit"):
            return True
        period = _period(quota.get("period", "DAY"), now)
        start = (period, int(quota.get("offset") or 0))
        seen, used = self._used.get((plan_id, key_id), start)
        if seen != period:
            used = 0
        if used >= int(quota["limit"]):
            return False
        self._used[plan_id, key_id] = (period, used + 1)
        return True


def _period(unit: str, now: float) -> str:
    day = dt.datetime.fromtimestamp(now, dt.UTC).date()
    if unit == "MONTH":
        return f"{day:%Y-%m}"
    if unit == "WEEK":
        day -= dt.timedelta(days=day.isoweekday() % 7)
    return f"{unit} {day}"
