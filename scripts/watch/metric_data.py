"""A function's own metrics (lambda/scoring/observe.py writes them as log lines), asked of CloudWatch."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

PERIODS = (60, 300, 900, 3600, 21600, 86400)
"""Seconds that a row may stand for; CloudWatch knows multiples of a minute."""
MOST_ROWS = 24
QUERIES_PER_CALL = 500

COUNTS = {"requests": "Requests", "rows": "Rows", "model_calls": "ModelCalls", "errors": "Errors"}
LATENCIES = {"latency_ms": "Latency", "model_latency_ms": "ModelLatency"}
"""Our name → metric."""
STATISTICS = {
    **{(name, "Sum"): metric for name, metric in COUNTS.items()},
    **{
        (name, statistic): metric
        for name, metric in LATENCIES.items()
        for statistic in ("Sum", "SampleCount", "p99", "Maximum")
    },
}
"""(Our name, statistic) → metric."""

Values = Mapping[tuple[str, str], float]
"""What CloudWatch answered for one period; what it has no data for is absent."""


@dataclass(frozen=True)
class Window:
    """A span of time in periods of equal length; it begins and ends where a period does."""

    start: datetime
    end: datetime
    period: int

    @classmethod
    def back_from(cls, now: datetime, seconds: int) -> "Window":
        """Make the window of the last `seconds`, in at most 24 periods unless it is longer than 24 days."""
        period = next((p for p in PERIODS if seconds / p <= MOST_ROWS), PERIODS[-1])
        end = math.ceil(now.timestamp() / period) * period
        start = math.floor((now.timestamp() - seconds) / period) * period
        return cls(datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC), period)


@dataclass(frozen=True)
class Metrics:
    """What was counted: values by period, and errors by code over the whole window."""

    window: Window
    periods: Mapping[datetime, Values]
    errors_by_code: Mapping[str, int] = field(default_factory=dict)


def read_metrics(cloudwatch: Any, namespace: str, function: str, window: Window) -> Metrics:
    """Ask for all metrics of a function. Raises ClientError, BotoCoreError."""
    function_only = {"FunctionName": function}
    queries = [
        _query(f"q{index}", namespace, metric, function_only, statistic, window.period)
        for index, ((_, statistic), metric) in enumerate(STATISTICS.items())
    ]
    codes = _error_codes(cloudwatch, namespace, function)
    queries += [
        _query(f"c{index}", namespace, "Errors", {**function_only, "Code": code}, "Sum", window.period)
        for index, code in enumerate(codes)
    ]
    found = _ask(cloudwatch, queries, window)
    periods: dict[datetime, dict[tuple[str, str], float]] = {}
    for index, key in enumerate(STATISTICS):
        for moment, value in found[f"q{index}"]:
            periods.setdefault(moment, {})[key] = value
    by_code = {code: sum(value for _, value in found[f"c{index}"]) for index, code in enumerate(codes)}
    counted = {code: int(count) for code, count in by_code.items() if count}
    return Metrics(window, dict(sorted(periods.items())), counted)


def add_up(periods: Iterable[Values]) -> Values:
    """Make one period of several; a 99th percentile of several 99th percentiles there is none."""
    whole: dict[tuple[str, str], float] = {}
    for values in periods:
        for (name, statistic), value in values.items():
            key = (name, statistic)
            if statistic == "Maximum":
                whole[key] = max(whole.get(key, value), value)
            elif statistic != "p99":
                whole[key] = whole.get(key, 0.0) + value
    return whole


def describe(values: Values) -> dict[str, Any]:
    """Name what a period holds: counts, and of each latency its average, 99th percentile and maximum."""
    record: dict[str, Any] = {name: int(values.get((name, "Sum"), 0)) for name in COUNTS}
    for name in LATENCIES:
        count = values.get((name, "SampleCount"), 0)
        record[name] = {
            "average": round(values[name, "Sum"] / count, 3) if count else None,
            "p99": values.get((name, "p99")),
            "maximum": values.get((name, "Maximum")),
        }
    return record


def _error_codes(cloudwatch: Any, namespace: str, function: str) -> Sequence[str]:
    pages = cloudwatch.get_paginator("list_metrics").paginate(
        Namespace=namespace, MetricName="Errors", Dimensions=[{"Name": "FunctionName", "Value": function}]
    )
    dimensions = (
        {each["Name"]: each["Value"] for each in metric["Dimensions"]}
        for page in pages
        for metric in page["Metrics"]
    )
    return sorted({found["Code"] for found in dimensions if set(found) == {"FunctionName", "Code"}})


def _query(
    identity: str, namespace: str, metric: str, dimensions: Mapping[str, str], statistic: str, period: int
) -> dict[str, Any]:
    named = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    return {
        "Id": identity,
        "MetricStat": {
            "Metric": {"Namespace": namespace, "MetricName": metric, "Dimensions": named},
            "Period": period,
            "Stat": statistic,
        },
    }


def _ask(
    cloudwatch: Any, queries: Sequence[Mapping[str, Any]], window: Window
) -> dict[str, list[tuple[datetime, float]]]:
    found: dict[str, list[tuple[datetime, float]]] = {query["Id"]: [] for query in queries}
    pages = cloudwatch.get_paginator("get_metric_data")
    for first in range(0, len(queries), QUERIES_PER_CALL):
        some = list(queries[first : first + QUERIES_PER_CALL])
        for page in pages.paginate(
            MetricDataQueries=some, StartTime=window.start, EndTime=window.end, ScanBy="TimestampAscending"
        ):
            for result in page["MetricDataResults"]:
                found[result["Id"]] += zip(result["Timestamps"], result["Values"], strict=True)
    return found
