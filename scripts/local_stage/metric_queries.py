"""Metrics and expressions that refer to each other by id, as alarms and GetMetricData have them."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from moto.cloudwatch.models import CloudWatchBackend

from scripts.local_stage.metric_math import Scope, read_expression
from scripts.local_stage.metric_series import Metric, MetricData, Stat
from scripts.local_stage.metric_values import MathError, Series, Value, many

_SEARCH = re.compile(r"SEARCH\(\s*'\{([^,}]+)((?:,[^,}]+)*)\}([^']*)',\s*'([^']+)'(?:,\s*(\d+))?\s*\)")
_TERM = re.compile(r'(\w+)="([^"]*)"')


class Queries:
    """Values of elements by id, each found when it is asked for."""

    def __init__(self, elements: Mapping[str, Stat | str], series_of: Callable[[Stat], Series]) -> None:
        """`elements`: id → a statistic, or an expression."""
        self._elements = elements
        self._series_of = series_of
        self._open: list[str] = []

    def value(self, name: str) -> Value:
        """Return the value of an element. Raises MathError."""
        element = self._elements.get(name)
        if element is None or name in self._open:
            raise MathError(f"there is no {name}" if element is None else f"{name} refers to itself")
        if isinstance(element, Stat):
            return self._series_of(element)
        self._open.append(name)
        try:
            return read_expression(element).evaluate(Scope(self.value, self._metrics))
        finally:
            self._open.pop()

    def series(self, name: str) -> Series:
        """Return the value of an element that must be one time series. Raises MathError."""
        found = self.value(name)
        if not isinstance(found, list):
            raise MathError(f"{name} is no time series")
        return found

    def _metrics(self) -> tuple[Series, ...]:
        return tuple(self.series(name) for name, found in self._elements.items() if isinstance(found, Stat))


class Answer(NamedTuple):
    """What is found for a query of GetMetricData; of a SEARCH there are several. Oldest first."""

    id: str
    label: str
    moments: list[datetime]
    values: list[float]


class _Window(NamedTuple):
    first: datetime
    period: int
    length: int

    def moment(self, index: int) -> datetime:
        return self.first + timedelta(seconds=self.period * index)


def answer(
    backend: CloudWatchBackend, queries: list[dict[str, Any]], start: datetime, end: datetime
) -> Iterator[Answer]:
    """Answer GetMetricData. Raises MathError.

    Periods begin at multiples of their length; expressions take the longest of the metrics' ones.
    """
    start, end = _aware(start), _aware(end)
    elements = {query["Id"]: _element(query) for query in queries}
    searched = {query["Id"]: _search(backend, str(query.get("Expression", ""))) for query in queries}
    stats = [element for element in elements.values() if isinstance(element, Stat)]
    stats += [stat for several in searched.values() if several for stat in several]
    longest = max((stat.period for stat in stats), default=60)
    data = MetricData(backend, {stat.metric: start - timedelta(seconds=longest) for stat in stats}, end)

    def rows(query: Mapping[str, Any], window: _Window) -> Iterator[tuple[str, Series]]:
        def series_of(stat: Stat) -> Series:
            return data.series(
                stat._replace(period=window.period), window.moment(window.length), window.length
            )

        found, element = searched[query["Id"]], elements[query["Id"]]
        if found is not None:
            yield from ((_found_label(stat), series_of(stat)) for stat in found)
            return
        label = query.get("Label") or (_label(element) if isinstance(element, Stat) else query["Id"])
        for series in many(Queries(elements, series_of).value(query["Id"])):
            yield label, series

    for query in queries:
        if query.get("ReturnData") is False:
            continue
        element = elements[query["Id"]]
        period = element.period if isinstance(element, Stat) else int(query.get("Period") or longest)
        window = _window(start, end, period)
        for label, series in rows(query, window):
            known = [(window.moment(index), value) for index, value in enumerate(series) if value is not None]
            yield Answer(query["Id"], label, [moment for moment, _ in known], [value for _, value in known])


def _element(query: Mapping[str, Any]) -> Stat | str:
    if "MetricStat" not in query:
        return str(query["Expression"])
    stat = query["MetricStat"]
    dimensions = frozenset((d["Name"], d["Value"]) for d in stat["Metric"].get("Dimensions", []))
    metric = Metric(stat["Metric"]["Namespace"], stat["Metric"]["MetricName"], dimensions)
    return Stat(metric, stat["Stat"], int(stat["Period"]))


def _search(backend: CloudWatchBackend, expression: str) -> list[Stat] | None:
    """Find what a SEARCH asks for: a namespace, the names of all dimensions, and values of some."""
    asked = _SEARCH.fullmatch(expression.strip())
    if asked is None:
        return None
    names = {name for name in asked[2].split(",") if name}
    terms = dict(_TERM.findall(asked[3]))
    wanted = terms.pop("MetricName", None)
    metrics = {
        Metric(datum.namespace, datum.name, frozenset((d.name, d.value) for d in datum.dimensions))
        for datum in list(backend.metric_data)
        if datum.namespace == asked[1] and datum.name == (wanted or datum.name)
    }
    return [
        Stat(metric, asked[4], int(asked[5] or 60))
        for metric in sorted(metrics, key=lambda metric: sorted(map(str, metric.dimensions)))
        if {name for name, _ in metric.dimensions} == names and set(terms.items()) <= metric.dimensions
    ]


def _label(stat: Stat) -> str:
    return f"{stat.metric.name} {stat.statistic}"


def _found_label(stat: Stat) -> str:
    values = [str(value) for _, value in sorted(stat.metric.dimensions, key=str)]
    return " ".join([*values, stat.metric.name])


def _window(start: datetime, end: datetime, period: int) -> _Window:
    first = int(start.timestamp() // period) * period
    last = -int(-end.timestamp() // period) * period
    return _Window(datetime.fromtimestamp(first, UTC), period, (last - first) // period)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
