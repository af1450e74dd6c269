"""What a DeploymentConfig makes of an update: steps, waits, alarms."""

from typing import Any

import pytest

from scripts.local_stage.sagemaker_runtime.rollout import Rollout, read_rollout

pytestmark = pytest.mark.unit


def routing(kind: str, **more: Any) -> dict[str, Any]:
    return {
        "BlueGreenUpdatePolicy": {
            "TrafficRoutingConfiguration": {"Type": kind, "WaitIntervalInSeconds": 30, **more}
        }
    }


@pytest.mark.parametrize(
    ("configuration", "instances", "shares"),
    [
        (None, 1, ()),
        (routing("ALL_AT_ONCE"), 4, ()),
        (routing("CANARY", CanarySize={"Type": "CAPACITY_PERCENT", "Value": 10}), 4, (0.1,)),
        (routing("CANARY", CanarySize={"Type": "INSTANCE_COUNT", "Value": 1}), 4, (0.25,)),
        (routing("LINEAR", LinearStepSize={"Type": "CAPACITY_PERCENT", "Value": 30}), 4, (0.3, 0.6, 0.9)),
        (routing("LINEAR", LinearStepSize={"Type": "INSTANCE_COUNT", "Value": 1}), 3, (0.333333, 0.666667)),
        (
            {
                "RollingUpdatePolicy": {
                    "MaximumBatchSize": {"Type": "CAPACITY_PERCENT", "Value": 50},
                    "WaitIntervalInSeconds": 5,
                }
            },
            2,
            (0.5,),
        ),
    ],
)
def test_traffic_moves_in_these_steps(configuration: Any, instances: int, shares: tuple[float, ...]) -> None:
    """Worked out by hand; the last step, all of it, is not among them."""
    assert read_rollout(configuration, instances).shares == pytest.approx(shares, abs=1e-5)


def test_waits_and_alarms_are_read() -> None:
    """Each from where the API has it."""
    configuration = routing("CANARY", CanarySize={"Type": "CAPACITY_PERCENT", "Value": 10})
    configuration["BlueGreenUpdatePolicy"]["TerminationWaitInSeconds"] = 120
    configuration["AutoRollbackConfiguration"] = {"Alarms": [{"AlarmName": "a"}, {"AlarmName": "b"}]}
    assert read_rollout(configuration, 2) == Rollout((0.1,), 30.0, 120.0, ("a", "b"))
