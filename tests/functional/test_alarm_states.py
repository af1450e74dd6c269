"""Alarms of the local stage go off as CloudWatch's do: M of N periods, missing data, metric math, rules."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto.cloudwatch.models import CloudWatchBackend, Metric, MetricDataQuery, MetricStat

from scripts.local_stage.alarm_rules import RuleError, holds
from scripts.local_stage.alarm_states import refresh
from scripts.local_stage.alarm_values import read_data
from scripts.local_stage.corrections import apply_corrections

pytestmark = pytest.mark.functional

NOW = datetime(2026, 3, 4, 10, 30, 20, tzinfo=UTC)
STATES = {"a": "ALARM", "b": "OK", "c": "INSUFFICIENT_DATA"}


@pytest.fixture
def backend() -> CloudWatchBackend:
    apply_corrections()
    return CloudWatchBackend("eu-west-1", "123456789012")


def put_alarm(backend: CloudWatchBackend, **more: Any) -> None:
    given: dict[str, Any] = {
        "namespace": "N",
        "metric_name": "Errors",
        "comparison_operator": "GreaterThanThreshold",
        "evaluation_periods": 5,
        "datapoints_to_alarm": 3,
        "period": 60,
        "threshold": 0,
        "statistic": "Sum",
        "description": "",
        "dimensions": [],
        "alarm_actions": [],
    }
    backend.put_metric_alarm(name="alarm", **given | more)


def put_data(backend: CloudWatchBackend, *minutes_ago: float, value: float = 1) -> None:
    for minutes in minutes_ago:
        moment = (NOW - timedelta(minutes=minutes)).replace(tzinfo=None)
        backend.put_metric_data("N", [{"MetricName": "Errors", "Value": value, "Timestamp": moment}])


def state(backend: CloudWatchBackend) -> str:
    refresh(backend, NOW)
    return backend.alarms["alarm"].state_value


@pytest.mark.parametrize(
    ("minutes_ago", "expected"),
    [
        ((0, 1, 2), "ALARM"),
        ((0, 2, 4), "ALARM"),
        ((0, 0.1, 0.2), "OK"),  # one minute, three errors
        ((4, 5, 6), "OK"),  # the window is 10:26 to 10:31
        ((20 / 60, 80 / 60, 260 / 60), "ALARM"),  # full minutes: 10:30:00, 10:29:00, 10:26:00
    ],
)
def test_three_bad_minutes_of_five_are_an_alarm(
    minutes_ago: tuple[float, ...], expected: str, backend: CloudWatchBackend
) -> None:
    """Periods end with the minutes; the one that runs counts."""
    put_alarm(backend, treat_missing_data="notBreaching")
    put_data(backend, *minutes_ago)
    assert state(backend) == expected


@pytest.mark.parametrize(
    ("treated", "expected"),
    [
        ("notBreaching", "OK"),
        ("breaching", "ALARM"),
        ("missing", "INSUFFICIENT_DATA"),
        (None, "INSUFFICIENT_DATA"),
        ("ignore", "OK"),
    ],
)
def test_silence_is_what_the_alarm_takes_it_for(
    treated: str | None, expected: str, backend: CloudWatchBackend
) -> None:
    """Without any data, TreatMissingData decides."""
    put_alarm(backend, treat_missing_data=treated)
    assert state(backend) == expected


def test_an_alarm_is_over_when_its_periods_are_good_again(backend: CloudWatchBackend) -> None:
    """Four hours later nothing of it is in the window."""
    put_alarm(backend, treat_missing_data="notBreaching")
    put_data(backend, 0, 1, 2)
    assert state(backend) == "ALARM"
    refresh(backend, NOW + timedelta(hours=4))
    assert backend.alarms["alarm"].state_value == "OK"


def test_a_state_set_while_somebody_looks_stays(
    backend: CloudWatchBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requests are answered side by side: what a look read before doesn't undo it."""

    def reads_long(*arguments: Any) -> Any:
        data = read_data(*arguments)
        backend.set_alarm_state("alarm", "a person", "{}", "ALARM")
        return data

    put_alarm(backend, treat_missing_data="notBreaching")
    assert state(backend) == "OK"
    monkeypatch.setattr("scripts.local_stage.alarm_states.read_data", reads_long)
    assert state(backend) == "ALARM"
    monkeypatch.undo()
    assert state(backend) == "ALARM"
    assert backend.alarms["alarm"].state_reason == "a person"


def test_long_periods_slide(backend: CloudWatchBackend) -> None:
    """An hour with 2 requests is fewer than 3, one that began 59 minutes ago with 3 is not."""
    silent = {"comparison_operator": "LessThanThreshold", "treat_missing_data": "breaching", "threshold": 3}
    put_alarm(backend, **silent, period=3600, evaluation_periods=1, datapoints_to_alarm=1)
    put_data(backend, 5, 59)
    assert state(backend) == "ALARM"
    put_data(backend, 30)
    assert state(backend) == "OK"


def query(
    name: str, metric: str = "", expression: str | None = None, answer: bool = False
) -> MetricDataQuery:
    stat = MetricStat(Metric(metric, "N", []), "60", "Sum", "") if metric else None
    return MetricDataQuery(name, "", "", str(answer).lower(), expression, stat)


def put_math_alarm(backend: CloudWatchBackend, *queries: Any, **more: Any) -> None:
    """Three of five minutes; without data it is well."""
    nothing = dict.fromkeys(("namespace", "metric_name", "period", "statistic"))
    given = {"metric_data_queries": list(queries), "treat_missing_data": "notBreaching"}
    put_alarm(backend, **nothing, **given | more)


def put_minutes(backend: CloudWatchBackend, name: str, values: Iterable[float], until: int = 0) -> None:
    """One value a minute, the last one so many minutes ago."""
    listed = list(values)
    for minutes, value in enumerate(reversed(listed), start=until):
        moment = (NOW - timedelta(minutes=minutes)).replace(tzinfo=None)
        backend.put_metric_data("N", [{"MetricName": name, "Value": value, "Timestamp": moment}])


RATE = (query("errors", "Errors"), query("all", "Requests"), query("rate", "", "errors / all", answer=True))


@pytest.mark.parametrize(
    ("errors", "requests", "expected"),
    [
        ([6, 6, 6], [10, 10, 10], "ALARM"),
        ([6, 6, 5], [10, 10, 10], "OK"),  # half is not more than half
        ([6, 6, 6], [10, 10], "OK"),  # a minute without the one has no rate
        ([6, 6, 6], [0, 0, 0], "OK"),  # nor has one that is divided by nothing
        ([], [], "OK"),
    ],
)
def test_metric_math_is_evaluated(
    errors: list[float], requests: list[float], expected: str, backend: CloudWatchBackend
) -> None:
    """A rate of errors, minute by minute."""
    put_math_alarm(backend, *RATE, threshold=0.5)
    put_minutes(backend, "Errors", errors)
    put_minutes(backend, "Requests", requests)
    assert state(backend) == expected


def test_a_function_that_is_not_known_here_is_said(backend: CloudWatchBackend) -> None:
    """AWS may know it, so the alarm is taken; its state says that nothing is known."""
    put_math_alarm(backend, query("e", "Errors"), query("r", "", "RATE(e)", answer=True))
    put_data(backend, 0, 1, 2)
    assert state(backend) == "INSUFFICIENT_DATA"
    assert "RATE is not known" in backend.alarms["alarm"].state_reason


BAND = (query("errors", "Errors", answer=True), query("band", "", "ANOMALY_DETECTION_BAND(errors, 3)", True))


@pytest.mark.parametrize(
    ("usual", "now", "expected"),
    [
        ([10, 12] * 20, [15] * 5, "ALARM"),  # mean 11, standard deviation 1: up to 14 is usual
        ([10, 12] * 20, [13.9] * 5, "OK"),
        ([10, 12] * 20, [0] * 5, "OK"),  # too few are no alarm by GreaterThanUpperThreshold
        ([10, 12] * 7, [99] * 5, "OK"),  # fourteen minutes teach nothing
    ],
)
def test_a_band_is_learnt_from_what_was_before(
    usual: list[float], now: list[float], expected: str, backend: CloudWatchBackend
) -> None:
    """Mean and standard deviations of the minutes before the window."""
    anomaly = {"threshold_metric_id": "band", "comparison_operator": "GreaterThanUpperThreshold"}
    put_math_alarm(backend, *BAND, **anomaly, threshold=None)
    put_minutes(backend, "Errors", usual, until=5)
    put_minutes(backend, "Errors", now)
    assert state(backend) == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("ALARM(a)", True),
        ('ALARM("a") AND OK("b")', True),
        ("ALARM(b) OR NOT OK(a) AND INSUFFICIENT_DATA(c)", True),
        ("(ALARM(a) OR TRUE) AND FALSE", False),
        ("NOT (ALARM(a) OR ALARM(b))", False),
        ("ALARM(arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a)", True),
    ],
)
def test_rules_are_read_as_written(rule: str, expected: bool) -> None:
    """NOT binds closest, then AND, then OR; names may be quoted, or ARNs."""
    assert holds(rule, STATES.__getitem__) is expected


@pytest.mark.parametrize("rule", ["", "ALARM(a) ALARM(b)", "ALARM(a) XOR ALARM(b)", "(ALARM(a)", "NOT", "a"])
def test_what_is_no_rule_is_refused(rule: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(RuleError):
        holds(rule, STATES.__getitem__)
