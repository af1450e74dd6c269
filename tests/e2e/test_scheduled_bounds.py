"""What a schedule does to the bounds of autoscaling stays; what the configuration says of them is applied."""

from typing import Any

import pytest

from tests.e2e.test_module_examples import let_schedules_act, planned_changes
from tests.inventory import inventory
from tests.own_stage import OwnStage
from tests.terraform_workspace import TerraformWorkspace

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("examples")]

NIGHT = {"night": {"schedule": "cron(0 20 * * ? *)", "min": 1, "max": 2}}


def scaling(stage: OwnStage) -> tuple[tuple[int, int], int, int]:
    """Bounds of the endpoint's target, and how many policies and schedules it has."""
    client = stage.aws("application-autoscaling")
    of_it: dict[str, Any] = {
        "ServiceNamespace": "sagemaker",
        "ResourceId": "endpoint/clockwork/variant/AllTraffic",
    }
    (target,) = (
        target
        for target in client.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]
        if target["ResourceId"] == of_it["ResourceId"]
    )
    policies = client.describe_scaling_policies(**of_it)["ScalingPolicies"]
    actions = client.describe_scheduled_actions(**of_it)["ScheduledActions"]
    return (target["MinCapacity"], target["MaxCapacity"]), len(policies), len(actions)


def test_bounds_are_the_schedules_until_the_configuration_changes_them(
    tmp_path: Any, examples_stage: OwnStage
) -> None:
    """Moved by the clock: nothing to do. Changed, and with the schedules gone: applied, nothing lost."""
    workspace = TerraformWorkspace(tmp_path)
    workspace.copy("tests/e2e/scheduled_bounds")
    terraform = workspace.terraform("tests/e2e/scheduled_bounds", examples_stage.environment)
    before = inventory(examples_stage.aws)
    try:
        terraform.apply(var={"max": 4, "schedules": NIGHT})
        assert scaling(examples_stage) == ((1, 4), 1, 1)
        let_schedules_act(examples_stage)
        assert scaling(examples_stage) == ((1, 2), 1, 1)
        assert planned_changes(terraform, var={"max": 4, "schedules": NIGHT}) == []

        terraform.apply(var={"max": 6, "schedules": NIGHT})
        assert scaling(examples_stage) == ((1, 6), 1, 1)

        terraform.apply(var={"max": 5, "schedules": {}}, refresh=False)
        assert scaling(examples_stage) == ((1, 5), 1, 0)
        assert planned_changes(terraform, var={"max": 5, "schedules": {}}) == []
    finally:
        terraform.destroy(var={"max": 4, "schedules": {}}, refresh=False)
    assert inventory(examples_stage.aws) == before
