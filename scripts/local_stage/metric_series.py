"""Statistics of the metrics that moto holds, period by period."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from moto.cloudwatch.models import CloudWatchBackend, Statistics

from scripts.local_stage.metric_values import Series


class Metric(NamedTuple):
    """One metric: dimensions belong to its name, all of them."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str | None, str | None]]


class Stat(NamedTuple):
    """A statistic of a metric over periods of so many seconds."""

    metric: Metric
    statistic: str
    period: int


class MetricData:
    """What moto holds of some metrics, picked out of the rest in one go."""

    def __init__(
        self, backend: CloudWatchBackend, since: Mapping[Metric, datetime], until: datetime | None = None
    ) -> None:
        """`since`: metric → how far back its data are wanted; of others there are none."""
        names = {(metric.namespace, metric.name) for metric in since}
        self._found: dict[Metric, list[Any]] = defaultdict(list)
        for datum in list(backend.metric_data):
            if (datum.namespace, datum.name) in names:
                dimensions = frozenset((d.name, d.value) for d in datum.dimensions)
                metric, moment = Metric(datum.namespace, datum.name, dimensions), _time_of(datum)
                if metric in since and moment >= since[metric] and (until is None or moment < until):
                    self._found[metric].append(datum)

    def series(self, stat: Stat, end: datetime, count: int) -> Series:
        """Return the statistic of the last `count` periods before `end`, oldest first."""
        period = timedelta(seconds=stat.period)
        buckets: dict[int, list[Any]] = defaultdict(list)
        for datum in self._found.get(stat.metric, ()):
            age = (end - _time_of(datum) - timedelta.resolution) // period  # a period has its first moment
            if 0 <= age < count:
                buckets[count - 1 - age].append(datum)
        return [
            _statistic(buckets[at], stat.statistic, end) if at in buckets else None for at in range(count)
        ]


def _time_of(datum: Any) -> datetime:
    moment: datetime = datum.timestamp
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _statistic(data: list[Any], wanted: str, moment: datetime) -> float | None:
    statistics = Statistics([wanted], moment)
    statistics.metric_data = data
    value = statistics.get_statistics_for_type(wanted)
    return None if value is None else float(value)
