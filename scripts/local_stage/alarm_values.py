"""What an alarm compares with what: the values of its metric or expression, and its threshold or band.

A band is mean ± k standard deviations of what the metric was before, over two weeks at most; CloudWatch's own
model also knows hours and weekdays: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Anomaly_Detection.html
"""

import re
import statistics
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from moto.cloudwatch.models import Alarm, CloudWatchBackend, MetricDataQuery

from scripts.local_stage.metric_math import read_expression
from scripts.local_stage.metric_queries import Queries
from scripts.local_stage.metric_series import Metric, MetricData, Stat
from scripts.local_stage.metric_values import MathError, Series

LEARNT = timedelta(days=14)
LEAST_LEARNT = 15
"""Periods with data without which a band says nothing."""

_BAND = re.compile(r"\s*ANOMALY_DETECTION_BAND\(\s*(\w+)\s*(?:,\s*(\d+(?:\.\d+)?)\s*)?\)\s*")


class Bounds(NamedTuple):
    """What is usual; an alarm on a threshold has it on both sides."""

    lower: float
    upper: float


def period_of(alarm: Alarm) -> int:
    """Seconds of a period; the metrics of an expression share one."""
    if alarm.period:
        return int(alarm.period)
    stats = [int(query.metric_stat.period) for query in alarm.metric_data_queries if query.metric_stat]
    return max([*stats, *(int(query.period) for query in alarm.metric_data_queries if query.period), 60])


def read_data(backend: CloudWatchBackend, alarms: list[Alarm], end: datetime) -> MetricData:
    """Pick out what the alarms watch, as far back as each looks."""
    since: dict[Metric, datetime] = {}
    for alarm in alarms:
        window = timedelta(seconds=period_of(alarm) * int(alarm.evaluation_periods))
        first = end - window - (LEARNT if alarm.threshold_metric_id else timedelta())
        for stat in _stats_of(alarm):
            since[stat.metric] = min(first, since.get(stat.metric, first))
    return MetricData(backend, since)


def values_of(alarm: Alarm, data: MetricData, end: datetime) -> Series:
    """Return the values that an alarm watches, a period each, oldest first. Raises MathError."""
    if alarm.metric_name:
        (stat,) = _stats_of(alarm)
        return data.series(stat, end, int(alarm.evaluation_periods))
    watched = [query for query in alarm.metric_data_queries if _is_returned(query)]
    watched = [query for query in watched if query.id != alarm.threshold_metric_id]
    if len(watched) != 1:
        raise MathError(f"an alarm watches one time series, not {len(watched)}")
    return _queries(alarm, data, end, int(alarm.evaluation_periods)).series(watched[0].id)


def bounds_of(alarm: Alarm, data: MetricData, end: datetime) -> Bounds | None:
    """Return the threshold, or the band; None while too little is known for one. Raises MathError."""
    if not alarm.threshold_metric_id:
        return Bounds(float(alarm.threshold), float(alarm.threshold))
    queries = {query.id: query.expression or "" for query in alarm.metric_data_queries}
    band = _BAND.fullmatch(queries.get(alarm.threshold_metric_id, ""))
    if band is None:
        raise MathError(f"{alarm.threshold_metric_id} is no ANOMALY_DETECTION_BAND")
    count = int(LEARNT.total_seconds()) // period_of(alarm)
    before = end - timedelta(seconds=period_of(alarm) * int(alarm.evaluation_periods))
    past = [value for value in _queries(alarm, data, before, count).series(band[1]) if value is not None]
    if len(past) < LEAST_LEARNT:
        return None
    middle, width = statistics.fmean(past), float(band[2] or 2) * statistics.pstdev(past)
    return Bounds(middle - width, middle + width)


def check_queries(queries: list[MetricDataQuery], threshold_id: str | None) -> None:
    """Raise MathError for what CloudWatch would refuse: no expression, an unknown id, too many answers."""
    ids = {query.id for query in queries}
    for query in queries:
        if query.expression and not _BAND.fullmatch(query.expression):
            for name in sorted(read_expression(query.expression).names - ids):
                raise MathError(f"{name} is no id of a metric or an expression of this alarm")
    answers = [query.id for query in queries if _is_returned(query) and query.id != threshold_id]
    if len(answers) != 1:
        raise MathError(f"exactly one element returns data, not {len(answers)}")
    if threshold_id is not None and threshold_id not in ids:
        raise MathError(f"{threshold_id} is no id of this alarm")


def _queries(alarm: Alarm, data: MetricData, end: datetime, count: int) -> Queries:
    period = period_of(alarm)
    elements = {
        query.id: _stat_of(query, period) if query.metric_stat else str(query.expression)
        for query in alarm.metric_data_queries
    }
    return Queries(elements, lambda stat: data.series(stat, end, count))


def _stats_of(alarm: Alarm) -> Iterator[Stat]:
    if alarm.metric_name:
        dimensions = frozenset((d.name, d.value) for d in alarm.dimensions)
        metric = Metric(alarm.namespace, alarm.metric_name, dimensions)
        yield Stat(metric, alarm.statistic or alarm.extended_statistic or "", int(alarm.period))
    for query in alarm.metric_data_queries:
        if query.metric_stat:
            yield _stat_of(query, period_of(alarm))


def _stat_of(query: MetricDataQuery, period: int) -> Stat:
    stat: Any = query.metric_stat
    dimensions = frozenset((d.name, d.value) for d in stat.metric.dimensions)
    return Stat(Metric(stat.metric.namespace, stat.metric.metric_name, dimensions), stat.stat, period)


def _is_returned(query: MetricDataQuery) -> bool:
    return str(True if query.return_data is None else query.return_data).lower() == "true"
