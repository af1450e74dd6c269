"""Lines of logs and numbers of metrics as people read them."""

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from scripts.watch.durations import parse_duration
from scripts.watch.log_lines import describe, is_platform, level_of
from scripts.watch.log_tail import OVERLAP_MS, LogEvent, LogTail
from scripts.watch.metric_data import Window, add_up
from scripts.watch.metric_data import describe as describe_metrics

pytestmark = pytest.mark.unit

REQUEST = {
    "level": "WARNING",
    "message": "request",
    "route": "POST /predict",
    "status": 422,
    "Code": "invalid_instances",
    "Rows": 1,
    "Latency": 12.34,
    "request_id": "id-1",
    "_aws": {"Timestamp": 1, "CloudWatchMetrics": []},
}
ACCESS = {
    "request_id": "id-1",
    "extended_request_id": "-",
    "source_ip": "127.0.0.1",
    "api_key_id": "-",
    "method": "POST",
    "resource": "/predict",
    "status": "403",
    "latency_ms": "2",
    "refusal": "INVALID_API_KEY",
}


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("10m", 600), ("2h", 7200), ("1d", 86400)])
def test_durations(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["5", "0m", "1w", "-1h", "1.5h", ""])
def test_what_is_no_duration_is_refused_with_examples(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="such as 30s, 10m, 2h or 1d"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (json.dumps(REQUEST), "WARNING POST /predict 422 invalid_instances 1 row 12.3 ms id-1"),
        (
            json.dumps(
                {**REQUEST, "level": "INFO", "status": 200, "Code": "", "Rows": 7, "ModelLatency": 8.0}
            ),
            "INFO POST /predict 200 7 rows 12.3 ms (model 8.0 ms) id-1",
        ),
        (
            json.dumps({**REQUEST, "exception": "KeyError", "reason": "why"}),
            "WARNING POST /predict 422 invalid_instances 1 row 12.3 ms KeyError why id-1",
        ),
        (json.dumps(ACCESS), "POST /predict 403 INVALID_API_KEY 2 ms from 127.0.0.1 id-1"),
        (
            json.dumps({**ACCESS, "api_key_id": "k1", "status": "200", "refusal": "-"}),
            "POST /predict 200 2 ms key k1 from 127.0.0.1 id-1",
        ),
        ("REPORT RequestId: 1\tDuration: 2 ms\n", "REPORT RequestId: 1\tDuration: 2 ms"),
        ('{"a": 1}', '{"a": 1}'),
        ("{broken", "{broken"),
    ],
)
def test_a_line_says_what_happened(message: str, text: str) -> None:
    """The two shapes that we write in words, everything else as it is."""
    assert describe(message) == text


def test_a_line_without_a_level_has_that_of_its_status() -> None:
    assert level_of(json.dumps(REQUEST)) == "WARNING"
    assert [level_of(json.dumps({**ACCESS, "status": status})) for status in ("200", "403", "502")] == [
        "INFO",
        "WARNING",
        "ERROR",
    ]
    assert level_of("START RequestId: 1") == "INFO"


def test_only_beginning_and_end_of_a_request_are_the_platforms() -> None:
    messages = ("START RequestId: 1 Version: 1", "END RequestId: 1", "REPORT RequestId: 1", "START")
    assert [is_platform(LogEvent("f", 0, message)) for message in messages] == [True, True, False, False]


class Logs:
    """CloudWatch Logs with one page a question; events may arrive late."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str, int]] = []
        self.asked: list[int] = []

    def get_paginator(self, operation: str) -> "Logs":
        assert operation == "filter_log_events"
        return self

    def paginate(self, *, logGroupName: str, startTime: int) -> Iterator[dict[str, Any]]:  # noqa: N803
        self.asked.append(startTime)
        found = [event for event in self.events if event[0] == logGroupName and event[2] >= startTime]
        yield {"events": [{"eventId": it[1], "timestamp": it[2], "message": it[1]} for it in found]}


def test_events_of_several_groups_come_in_the_order_of_their_times() -> None:
    logs = Logs()
    logs.events = [("a", "2", 2000), ("a", "3", 3000), ("b", "1", 1000)]
    tail = LogTail(logs, {"one": "a", "two": "b"}, 0)
    assert tail.read() == [LogEvent("two", 1000, "1"), LogEvent("one", 2000, "2"), LogEvent("one", 3000, "3")]


def test_no_event_comes_twice_and_a_late_one_still_comes() -> None:
    """Each question goes back a little behind the newest event."""
    logs = Logs()
    tail = LogTail(logs, {"one": "a"}, 0)
    logs.events = [("a", "new", 100_000)]
    assert [event.message for event in tail.read()] == ["new"]
    logs.events.append(("a", "late", 100_000 - OVERLAP_MS))
    assert [event.message for event in tail.read()] == ["late"]
    assert tail.read() == []
    assert logs.asked == [0, 100_000 - OVERLAP_MS, 100_000 - OVERLAP_MS]


@pytest.mark.parametrize(
    ("seconds", "start", "end", "period"),
    [
        (600, "11:56", "12:07", 60),
        (3600, "11:05", "12:10", 300),
        (86400, "12:00", "13:00", 3600),
    ],
)
def test_a_window_begins_and_ends_where_a_period_does(
    seconds: int, start: str, end: str, period: int
) -> None:
    """CloudWatch's periods do, and half a period would count half."""
    window = Window.back_from(datetime(2026, 1, 2, 12, 6, 30, tzinfo=UTC), seconds)
    assert (f"{window.start:%H:%M}", f"{window.end:%H:%M}", window.period) == (start, end, period)


def test_periods_add_up_to_sums_maxima_and_weighted_averages() -> None:
    """An average of averages would be wrong, a percentile of percentiles there is none."""
    first = {("requests", "Sum"): 1.0, ("latency_ms", "Sum"): 100.0, ("latency_ms", "SampleCount"): 1.0}
    second = {("requests", "Sum"): 3.0, ("latency_ms", "Sum"): 60.0, ("latency_ms", "SampleCount"): 3.0}
    extremes = {("latency_ms", "Maximum"): 30.0, ("latency_ms", "p99"): 30.0}
    whole = describe_metrics(add_up([first, {**second, **extremes}]))
    assert (whole["requests"], whole["rows"], whole["errors"]) == (4, 0, 0)
    assert whole["latency_ms"] == {"average": 40.0, "p99": None, "maximum": 30.0}
    assert whole["model_latency_ms"] == {"average": None, "p99": None, "maximum": None}
