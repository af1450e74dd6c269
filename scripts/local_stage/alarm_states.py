"""What state alarms are in, from the metrics that the local stage has.

Metric alarms on one metric are evaluated as CloudWatch does, over a window that ends with the current minute:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
Those on metric math keep the state that they have. A state set by SetAlarmState stands for a minute.
Composite alarms follow their rules. Actions (SNS) are not taken.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from moto.cloudwatch.models import Alarm, CloudWatchBackend, Statistics

from scripts.local_stage.alarm_rules import RuleError, holds

HELD_SECONDS = 60.0
"""AWS evaluates again "quickly, within seconds for most"; a person needs a moment to look."""

_HELD_UNTIL = "held_until"

_BREACHES: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}

Key = tuple[str, str, frozenset[tuple[str | None, str | None]]]
Points = dict[Key, list[Any]]


class _State(NamedTuple):
    value: str
    reason: str


def refresh(backend: CloudWatchBackend, now: datetime | None = None) -> None:
    """Bring every alarm of a region to the state that it is in now."""
    moment = now or datetime.now(UTC)
    alarms = list(backend.alarms.values())
    simple = [alarm for alarm in alarms if alarm.rule is None and alarm.metric_name and not _is_held(alarm)]
    points = _points(backend, simple, moment)
    for alarm in simple:
        _bring(alarm, _evaluate(alarm, points.get(_key_of(alarm), ()), moment))
    _follow_rules([alarm for alarm in alarms if alarm.rule is not None], backend.alarms)


def hold(alarm: Alarm) -> None:
    """Keep an alarm's state for a minute, whatever its metric says."""
    setattr(alarm, _HELD_UNTIL, time.monotonic() + HELD_SECONDS)


def _is_held(alarm: Alarm) -> bool:
    return bool(getattr(alarm, _HELD_UNTIL, 0.0) > time.monotonic())


def _bring(alarm: Alarm, state: _State) -> None:
    if state.value != alarm.state_value:
        alarm.update_state(state.reason, "{}", state.value)


def _key_of(alarm: Alarm) -> Key:
    return alarm.namespace, alarm.metric_name, frozenset((d.name, d.value) for d in alarm.dimensions)


def _points(backend: CloudWatchBackend, alarms: Iterable[Alarm], now: datetime) -> Points:
    """Values of the metrics that alarms watch, young enough for the longest window."""
    wanted = {_key_of(alarm): _window(alarm) for alarm in alarms}
    names = {(namespace, name) for namespace, name, _ in wanted}
    found: Points = defaultdict(list)
    for datum in list(backend.metric_data):
        if (datum.namespace, datum.name) in names:
            key = datum.namespace, datum.name, frozenset((d.name, d.value) for d in datum.dimensions)
            if key in wanted and _time_of(datum) > now - wanted[key] - timedelta(minutes=1):
                found[key].append(datum)
    return found


def _window(alarm: Alarm) -> timedelta:
    return timedelta(seconds=int(alarm.period) * int(alarm.evaluation_periods))


def _time_of(datum: Any) -> datetime:
    moment: datetime = datum.timestamp
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _evaluate(alarm: Alarm, points: Sequence[Any], now: datetime) -> _State:
    """M out of N, with missing periods as the alarm treats them."""
    periods = int(alarm.evaluation_periods)
    needed = int(alarm.datapoints_to_alarm or periods)
    breaches = _BREACHES[alarm.comparison_operator]
    values = _statistics(alarm, points, now)
    bad = sum(value is not None and breaches(value, float(alarm.threshold)) for value in values)
    missing = sum(value is None for value in values)
    treated = alarm.treat_missing_data or "missing"
    if treated == "breaching":
        bad += missing
    if bad >= needed:
        return _State(
            "ALARM", f"Threshold Crossed: {bad} of {periods} datapoints are beyond {alarm.threshold}."
        )
    if missing == periods and treated == "ignore":
        return _State(alarm.state_value, alarm.state_reason)
    if missing == periods and treated == "missing":
        return _State("INSUFFICIENT_DATA", "Insufficient Data: no datapoints were received.")
    return _State("OK", f"{bad} of {periods} datapoints are beyond {alarm.threshold}.")


def _statistics(alarm: Alarm, points: Sequence[Any], now: datetime) -> list[float | None]:
    """The statistic of each period, oldest first; None where nothing came."""
    end = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    period = timedelta(seconds=int(alarm.period))
    count = int(alarm.evaluation_periods)
    buckets: list[list[Any]] = [[] for _ in range(count)]
    for datum in points:
        age = (end - _time_of(datum) - timedelta.resolution) // period  # a period has its first moment
        if 0 <= age < count:
            buckets[count - 1 - age].append(datum)
    wanted = alarm.statistic or alarm.extended_statistic or ""
    return [_statistic(bucket, wanted, end) for bucket in buckets]


def _statistic(data: list[Any], wanted: str, moment: datetime) -> float | None:
    if not data:
        return None
    statistics = Statistics([wanted], moment)
    statistics.metric_data = data
    value = statistics.get_statistics_for_type(wanted)
    return None if value is None else float(value)


def _follow_rules(composites: list[Alarm], alarms: dict[str, Alarm]) -> None:
    """Children first: a rule may name composite alarms."""
    open_ones = {alarm.name: alarm for alarm in composites}

    def state_of(name: str) -> str:
        if name in open_ones:
            follow(open_ones.pop(name))
        return str(alarms[name].state_value) if name in alarms else "INSUFFICIENT_DATA"

    def follow(alarm: Alarm) -> None:
        if _is_held(alarm):
            return
        try:
            value = "ALARM" if holds(str(alarm.rule), state_of) else "OK"
        except RuleError as error:
            _bring(alarm, _State("INSUFFICIENT_DATA", f"The rule can't be evaluated: {error}."))
        else:
            _bring(alarm, _State(value, f"The rule is {'' if value == 'ALARM' else 'not '}met: {alarm.rule}"))

    while open_ones:
        follow(open_ones.popitem()[1])
