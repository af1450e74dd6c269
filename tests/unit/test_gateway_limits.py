"""Token buckets and quotas of the local gateway, with the clock in hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.local_stage.gateway.limits import Quotas, Throttles

pytestmark = pytest.mark.unit

THURSDAY_NOON = 1_767_268_800.0
"""2026-01-01 12:00:00 UTC."""
HOUR = 3600.0


def _uses(quotas: Quotas, period: str, times: list[float], **quota: int) -> list[bool]:
    return [quotas.count("plan", "key", {"limit": 1, "period": period, **quota}, time) for time in times]


def test_a_week_begins_on_sunday() -> None:
    """Saturday's last second belongs to the old week."""
    sunday = THURSDAY_NOON + 2.5 * 24 * HOUR

    assert _uses(Quotas(), "WEEK", [THURSDAY_NOON, sunday - 1, sunday]) == [True, False, True]


def test_a_month_begins_on_its_first() -> None:
    """In UTC."""
    february = THURSDAY_NOON + 30.5 * 24 * HOUR

    assert _uses(Quotas(), "MONTH", [THURSDAY_NOON, february - 1, february]) == [True, False, True]


def test_an_offset_counts_in_the_first_period_only() -> None:
    """AWS: subtracted from the limit in the initial period."""
    times = [THURSDAY_NOON, THURSDAY_NOON, THURSDAY_NOON + 24 * HOUR, THURSDAY_NOON + 24 * HOUR]

    assert _uses(Quotas(), "DAY", times, limit=2, offset=1) == [True, False, True, True]


@pytest.mark.parametrize(("rate", "passes"), [(None, True), (-1, True), (0, False)])
def test_special_rates(rate: float | None, passes: bool) -> None:
    """None and -1 are no limit, 0 lets nothing through."""
    assert Throttles().allow(("a",), rate, 5, 0.0) is passes


def test_a_changed_limit_works_at_once() -> None:
    """A new bucket, full."""
    throttles = Throttles()
    assert [throttles.allow(("a",), 1, 1, 0.0) for _ in range(2)] == [True, False]

    assert [throttles.allow(("a",), 1, 2, 0.0) for _ in range(3)] == [True, True, False]


@given(
    rate=st.floats(0.5, 100),
    burst=st.integers(1, 50),
    steps=st.lists(st.floats(0, 3), min_size=1, max_size=200),
)
def test_never_more_than_burst_plus_rate_times_time(rate: float, burst: int, steps: list[float]) -> None:
    """The bucket's promise, whatever the arrivals."""
    throttles, now, passed = Throttles(), 0.0, 0
    for step in steps:
        now += step
        passed += throttles.allow(("a",), rate, burst, now)

    assert passed <= burst + rate * now + 1e-6
