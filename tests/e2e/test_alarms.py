"""Alarms of a deployed stack go off on the local stage when the model fails, and only then."""

import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.deployed_stack import DeployedStack

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("changes")]

KEPT = {
    "Namespace",
    "MetricName",
    "Dimensions",
    "Statistic",
    "ExtendedStatistic",
    "Period",
    "Threshold",
    "ComparisonOperator",
    "TreatMissingData",
}
AT_ONCE = {"EvaluationPeriods": 2, "DatapointsToAlarm": 1}
"""In place of three minutes of five; of two, since one may just be over."""


def describe(stack: DeployedStack, *names: str) -> Mapping[str, Mapping[str, Any]]:
    answer = stack.aws("cloudwatch").describe_alarms(
        AlarmNames=list(names), AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    return {alarm["AlarmName"]: alarm for alarm in answer["MetricAlarms"] + answer["CompositeAlarms"]}


def wait_for_states(stack: DeployedStack, wanted: Mapping[str, str], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while True:
        found = {name: alarm["StateValue"] for name, alarm in describe(stack, *wanted).items()}
        if found == wanted:
            return
        assert time.monotonic() < deadline, found
        time.sleep(0.1)


@pytest.fixture
def impatient(bike_rental: DeployedStack) -> Iterator[Mapping[str, str]]:
    """Copies of the stack's own alarms that take one bad minute: the real one's kind → the copy's name."""
    cloudwatch = bike_rental.aws("cloudwatch")
    names = bike_rental.outputs["alarm_names"]
    kinds = ("api-5xx", "endpoint-model-errors-AllTraffic", "function-errors", "endpoint-latency-AllTraffic")
    originals = describe(bike_rental, *(names[kind] for kind in kinds))
    copies = {kind: f"impatient-{kind}" for kind in kinds}
    for kind, copy in copies.items():
        given = {name: value for name, value in originals[names[kind]].items() if name in KEPT}
        cloudwatch.put_metric_alarm(AlarmName=copy, **given, **AT_ONCE)
    yield copies
    cloudwatch.delete_alarms(AlarmNames=list(copies.values()))


def test_alarms_go_off_when_the_model_fails(bike_rental: DeployedStack, impatient: Mapping[str, str]) -> None:
    """Gateway and SageMaker count it under the dimensions that alarms watch; the function is well."""
    with bike_rental.faults({"kind": "model_error", "status": 500}):
        assert bike_rental.post(bike_rental.golden_request()).status == 502
    wait_for_states(
        bike_rental,
        {
            impatient["api-5xx"]: "ALARM",
            impatient["endpoint-model-errors-AllTraffic"]: "ALARM",
            impatient["function-errors"]: "OK",
            impatient["endpoint-latency-AllTraffic"]: "OK",
        },
    )


def test_the_page_follows_an_alarm_that_is_worth_it(bike_rental: DeployedStack) -> None:
    """The composite alarm `down` is off with its children, and goes off with one of them."""
    names, down = bike_rental.outputs["alarm_names"], f"{bike_rental.outputs['function_name']}-down"
    cloudwatch = bike_rental.aws("cloudwatch")
    worth_it, not_worth_it = names["function-throttles"], names["api-latency"]
    cloudwatch.set_alarm_state(AlarmName=worth_it, StateValue="OK", StateReason="test")
    cloudwatch.set_alarm_state(AlarmName=not_worth_it, StateValue="ALARM", StateReason="test")
    wait_for_states(bike_rental, {not_worth_it: "ALARM", worth_it: "OK"})
    assert names["api-latency"] not in describe(bike_rental, down)[down]["AlarmRule"]
    cloudwatch.set_alarm_state(AlarmName=worth_it, StateValue="ALARM", StateReason="test")
    wait_for_states(bike_rental, {worth_it: "ALARM", down: "ALARM"})
    for name in (worth_it, not_worth_it):
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="test")
