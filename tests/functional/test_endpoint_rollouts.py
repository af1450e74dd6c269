"""Updates of an endpoint that shift traffic step by step, on the SageMaker plane with real containers."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.cloudwatch.models import cloudwatch_backends

from scripts.local_stage.corrections import apply_corrections
from tests.functional.sagemaker_stage import ACCOUNT, REGION, Stage, put_alarm, wait_for

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


def test_a_canary_gets_its_share_before_the_rest_follows(stage: Stage) -> None:
    """For the wait interval, half of the calls go to the new fleet; then all do."""
    size = {"Type": "CAPACITY_PERCENT", "Value": 50}
    begin(stage, blue_green("CANARY", wait=600, CanarySize=size))
    wait_for(lambda: answers(stage, 1)["new"] > 0)
    assert 20 < answers(stage, 60)["new"] < 40
    assert stage.endpoint("bikes").endpoint_status == "Updating"
    stage.pass_time(600)
    assert stage.wait("bikes") == "InService"
    assert answers(stage, 20) == {"new": 20}


def test_an_alarm_brings_all_traffic_back(stage: Stage) -> None:
    """The endpoint is InService on its old configuration, and says why."""
    put_alarm("errors", "OK")
    before = stage.endpoint("bikes").endpoint_config_name
    begin(stage, blue_green("CANARY", "errors", wait=60, CanarySize={"Type": "INSTANCE_COUNT", "Value": 1}))
    wait_for(lambda: answers(stage, 1)["new"] > 0)
    put_alarm("errors", "ALARM")
    assert stage.wait("bikes") == "InService"
    endpoint = stage.endpoint("bikes")
    assert endpoint.endpoint_config_name == before
    assert endpoint.failure_reason == "One or more alarms went off during the update: errors."
    assert answers(stage, 20) == {"old": 20}


def test_what_the_new_fleet_answers_sets_the_alarm_off(stage: Stage) -> None:
    """Nobody sets a state: six 5xx in a minute, and the old fleet has all the traffic again."""
    put_alarm("errors")
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
    put_alarm("errors", "OK")
    begin(stage, blue_green("ALL_AT_ONCE", "errors", termination=60))
    wait_for(lambda: answers(stage, 3) == {"new": 3})
    assert stage.endpoint("bikes").endpoint_status == "Updating"
    put_alarm("errors", "ALARM")
    assert stage.wait("bikes") == "InService"
    assert answers(stage, 20) == {"old": 20}


def test_an_endpoint_can_be_deleted_in_the_middle_of_an_update(stage: Stage) -> None:
    """Both fleets go."""
    begin(stage, blue_green("CANARY", wait=60, CanarySize={"Type": "CAPACITY_PERCENT", "Value": 50}))
    wait_for(lambda: answers(stage, 1)["new"] > 0)
    stage.delete("bikes")
    wait_for(lambda: stage.plane._traffic.fleet("bikes") is None)
