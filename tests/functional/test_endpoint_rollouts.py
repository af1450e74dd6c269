"""Updates of an endpoint that shift traffic step by step, on the SageMaker plane with real containers."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.cloudwatch.models import cloudwatch_backends

from scripts.local_stage.corrections import apply_corrections
from tests.functional.sagemaker_stage import ACCOUNT, REGION, Stage, wait_for

pytestmark = pytest.mark.functional


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    apply_corrections()  # alarms keep a state that is set by hand
    made = Stage(tmp_path)
    made.create("bikes", made.variant("v", "echo", environment={"NAME": "old"}))
    yield made
    made.close()
    cloudwatch_backends[ACCOUNT][REGION].reset()


def blue_green(kind: str, *alarms: str, wait: int = 0, termination: int = 0, **size: Any) -> dict[str, Any]:
    return {
        "BlueGreenUpdatePolicy": {
            "TrafficRoutingConfiguration": {"Type": kind, "WaitIntervalInSeconds": wait, **size},
            "TerminationWaitInSeconds": termination,
        },
        "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": name} for name in alarms]},
    }


def begin(stage: Stage, how: dict[str, Any], **environment: str) -> None:
    stage.begin_update(
        "bikes", stage.variant("v", "echo", environment={"NAME": "new", **environment}), how=how
    )


def answers(stage: Stage, calls: int) -> Counter[str]:
    """Who answers that many calls."""
    bodies = [stage.invoke("bikes")["Body"].decode() for _ in range(calls)]
    return Counter("new" if "new" in body else "old" for body in bodies)


def alarm(name: str, state: str | None = None) -> None:
    """Make an alarm on what the endpoint answers, unless it exists; a state that is given is set."""
    backend = cloudwatch_backends[ACCOUNT][REGION]
    if name not in backend.alarms:
        backend.put_metric_alarm(
            name=name,
            namespace="AWS/SageMaker",
            metric_name="Invocation5XXErrors",
            metric_data_queries=[],
            comparison_operator="GreaterThanThreshold",
            evaluation_periods=1,
            datapoints_to_alarm=None,
            period=60,
            threshold=5.0,
            statistic="Sum",
            extended_statistic=None,
            description="",
            dimensions=[{"Name": "EndpointName", "Value": "bikes"}, {"Name": "VariantName", "Value": "v"}],
            alarm_actions=[],
            ok_actions=[],
            insufficient_data_actions=[],
            unit=None,
            actions_enabled=True,
            treat_missing_data=None,
            evaluate_low_sample_count_percentile=None,
            threshold_metric_id=None,
            rule=None,
            tags=[],
        )
    if state is not None:
        backend.set_alarm_state(name, "set by a test", "{}", state)


def test_a_canary_gets_its_share_before_the_rest_follows(stage: Stage) -> None:
    """For the wait interval, half of the calls go to the new fleet; then all do."""
    size = {"Type": "CAPACITY_PERCENT", "Value": 50}
    begin(stage, blue_green("CANARY", wait=2, CanarySize=size))
    wait_for(lambda: answers(stage, 1)["new"] > 0)
    seen: Counter[str] = Counter()
    while stage.endpoint("bikes").endpoint_status == "Updating" and seen.total() < 60:
        seen += answers(stage, 1)
    assert 0.1 < seen["new"] / seen.total() < 0.9
    assert stage.wait("bikes") == "InService"
    assert answers(stage, 20) == {"new": 20}


def test_an_alarm_brings_all_traffic_back(stage: Stage) -> None:
    """The endpoint is InService on its old configuration, and says why."""
    alarm("errors", "OK")
    before = stage.endpoint("bikes").endpoint_config_name
    begin(stage, blue_green("CANARY", "errors", wait=60, CanarySize={"Type": "INSTANCE_COUNT", "Value": 1}))
    wait_for(lambda: answers(stage, 1)["new"] > 0)
    alarm("errors", "ALARM")
    assert stage.wait("bikes") == "InService"
    endpoint = stage.endpoint("bikes")
    assert endpoint.endpoint_config_name == before
    assert endpoint.failure_reason == "One or more alarms went off during the update: errors."
    assert answers(stage, 20) == {"old": 20}


def test_what_the_new_fleet_answers_sets_the_alarm_off(stage: Stage) -> None:
    """Nobody sets a state: six 5xx in a minute, and the old fleet has all the traffic again."""
    alarm("errors")
    half = {"Type": "CAPACITY_PERCENT", "Value": 50}
    begin(stage, blue_green("CANARY", "errors", wait=60, CanarySize=half), STATUS="500")

    def ask_until_it_is_over() -> bool:
        with contextlib.suppress(stage.client.exceptions.ModelError):
            stage.invoke("bikes")
        return bool(stage.endpoint("bikes").endpoint_status == "InService")

    wait_for(ask_until_it_is_over)
    assert stage.endpoint("bikes").failure_reason == "One or more alarms went off during the update: errors."
    assert answers(stage, 20) == {"old": 20}


def test_an_alarm_while_the_old_fleet_waits_rolls_back_too(stage: Stage) -> None:
    """All at once: the new fleet has everything, and the old one is still there to go back to."""
    alarm("errors", "OK")
    begin(stage, blue_green("ALL_AT_ONCE", "errors", termination=60))
    wait_for(lambda: answers(stage, 3) == {"new": 3})
    assert stage.endpoint("bikes").endpoint_status == "Updating"
    alarm("errors", "ALARM")
    assert stage.wait("bikes") == "InService"
    assert answers(stage, 20) == {"old": 20}


def test_an_endpoint_can_be_deleted_in_the_middle_of_an_update(stage: Stage) -> None:
    """Both fleets go."""
    begin(stage, blue_green("CANARY", wait=60, CanarySize={"Type": "CAPACITY_PERCENT", "Value": 50}))
    wait_for(lambda: answers(stage, 1)["new"] > 0)
    stage.delete("bikes")
    wait_for(lambda: stage.plane._traffic.fleet("bikes") is None)
