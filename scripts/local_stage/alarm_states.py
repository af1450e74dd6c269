"""What state alarms are in, from the metrics that the local stage has.

Alarms are evaluated as CloudWatch does, over a window that ends with the current minute:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
What they watch, metrics and metric math alike, is in `alarm_values.py`. A state set by SetAlarmState stands
for a minute. Composite alarms follow their rules. Actions (SNS) are not taken.
"""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from moto.cloudwatch.models import Alarm, CloudWatchBackend

from scripts.local_stage.alarm_rules import RuleError, holds
from scripts.local_stage.alarm_values import Bounds, bounds_of, read_data, values_of
from scripts.local_stage.metric_series import MetricData
from scripts.local_stage.metric_values import MathError

HELD_SECONDS = 60.0
"""AWS evaluates again "quickly, within seconds for most"; a person needs a moment to look."""

_HELD_UNTIL = "held_until"

_CHANGING = threading.Lock()
"""Between a look whether a state is held and its change: requests are answered side by side."""

_BREACHES: dict[str, Callable[[float, Bounds], bool]] = {
    "GreaterThanThreshold": lambda value, usual: value > usual.upper,
    "GreaterThanOrEqualToThreshold": lambda value, usual: value >= usual.upper,
    "LessThanThreshold": lambda value, usual: value < usual.lower,
    "LessThanOrEqualToThreshold": lambda value, usual: value <= usual.lower,
    "GreaterThanUpperThreshold": lambda value, usual: value > usual.upper,
    "LessThanLowerThreshold": lambda value, usual: value < usual.lower,
    "LessThanLowerOrGreaterThanUpperThreshold": lambda value, usual: not usual.lower <= value <= usual.upper,
}


class _State(NamedTuple):
    value: str
    reason: str


def refresh(backend: CloudWatchBackend, now: datetime | None = None) -> None:
    """Bring every alarm of a region to the state that it is in now."""
    end = (now or datetime.now(UTC)).replace(second=0, microsecond=0) + timedelta(minutes=1)
    alarms = list(backend.alarms.values())
    watching = [alarm for alarm in alarms if alarm.rule is None and not _is_held(alarm)]
    data = read_data(backend, watching, end)
    for alarm in watching:
        _bring(alarm, _evaluate(alarm, data, end))
    _follow_rules([alarm for alarm in alarms if alarm.rule is not None], backend.alarms)


def set_by_hand(alarms: Mapping[str, Alarm], name: str, set_state: Callable[[], None]) -> None:
    """Set an alarm's state and keep it for a minute, whatever its metric says."""
    with _CHANGING:
        set_state()
        setattr(alarms[name], _HELD_UNTIL, time.monotonic() + HELD_SECONDS)


def _is_held(alarm: Alarm) -> bool:
    return bool(getattr(alarm, _HELD_UNTIL, 0.0) > time.monotonic())


def _bring(alarm: Alarm, state: _State) -> None:
    with _CHANGING:
        if state.value != alarm.state_value and not _is_held(alarm):  # as it may be since it was looked at
            alarm.update_state(state.reason, "{}", state.value)


def _evaluate(alarm: Alarm, data: MetricData, end: datetime) -> _State:
    """M out of N, with missing periods as the alarm treats them."""
    try:
        values, usual = values_of(alarm, data, end), bounds_of(alarm, data, end)
    except MathError as error:
        return _State("INSUFFICIENT_DATA", f"The local stage can't evaluate it: {error}.")
    if usual is None:
        values, beyond = [None] * len(values), "a band that is not learnt yet"
    elif alarm.threshold_metric_id:
        beyond = f"{usual.lower:g} to {usual.upper:g}"
    else:
        beyond = str(alarm.threshold)
    periods, breaches = len(values), _BREACHES[alarm.comparison_operator]
    bad = sum(value is not None and usual is not None and breaches(value, usual) for value in values)
    missing = sum(value is None for value in values)
    treated = alarm.treat_missing_data or "missing"
    if treated == "breaching":
        bad += missing
    if bad >= int(alarm.datapoints_to_alarm or periods):
        return _State("ALARM", f"Threshold Crossed: {bad} of {periods} datapoints are beyond {beyond}.")
    if missing == periods and treated == "ignore":
        return _State(alarm.state_value, alarm.state_reason)
    if missing == periods and treated == "missing":
        return _State("INSUFFICIENT_DATA", "Insufficient Data: no datapoints were received.")
    return _State("OK", f"{bad} of {periods} datapoints are beyond {beyond}.")


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
