"""Roll-outs of an endpoint on instances and of a function's alias, in an environment of their own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.checkout import Checkout
from tests.deployed_stack import DeployedStack
from tests.e2e.test_redeploys import asking, live_models
from tests.functional.sagemaker_stage import wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("changes")]

SETTINGS = "infra/stacks/bike-rental/env/rolls.tfvars"
SERVERLESS = "endpoint = {\n  serverless = { memory_mb = 2048, max_concurrency = 5 }\n}\n"
ON_INSTANCES = """endpoint = {
  instances = {
    type          = "ml.m5.large"
    initial_count = 2
    autoscaling   = { min = 2, max = 4, invocations_per_instance_per_minute = 600 }
  }
  rollout = { canary = { percent = 50, wait_seconds = 1 }, alarms = { latency_p99_ms = 500 } }
}
function = {
  environment = { REVISION = "first" }
  shift       = { linear = { percent = 50, wait_seconds = 1 } }
}
"""
SLOWER = (
    '"first" }\n  shift       = { linear = { percent = 50, wait_seconds = 1 } }',
    '"third" }\n  shift       = { canary = { percent = 50, wait_seconds = 120 } }',
)
MODEL = "model = {\n"
ENDPOINT = 'module.endpoint.aws_sagemaker_endpoint.this["endpoint"]'
VERIFY = 'module.endpoint.terraform_data.verify["endpoint"]'
SHIFT = 'module.lambda.terraform_data.shift["shift"]'
ALIAS = "module.lambda.aws_lambda_alias.live"


@pytest.fixture(scope="module")
def rolls(stage: Checkout, bike_rental: DeployedStack) -> Iterator[DeployedStack]:
    """The stack in another environment: the same build, on instances, with guardrails."""
    environments = stage.root / "infra/stacks/bike-rental/env"
    settings = (environments / "dev.tfvars").read_text()
    assert SERVERLESS in settings
    (environments / "rolls.tfvars").write_text(
        settings.replace('environment = "dev"', 'environment = "rolls"').replace(SERVERLESS, ON_INSTANCES)
    )
    deployed = DeployedStack(stage, "bike-rental", "rolls")
    deployed.apply()
    yield deployed
    stage.python("-m", "scripts.stack", "destroy", "--yes", *deployed.target)
    (environments / "rolls.tfvars").unlink()


@contextmanager
def another_model(stack: DeployedStack) -> Iterator[None]:
    """A model that differs in its container's environment, which takes no training."""
    with stack.checkout.edited(SETTINGS, MODEL, MODEL + '  environment = { REVISION = "second" }\n'):
        yield


def applied_in_vain(stack: DeployedStack) -> str:
    """What an apply says that must fail."""
    return stack.checkout.python("-m", "scripts.stack", "apply", *stack.target, expect=1).stderr


def endpoint_of(stack: DeployedStack) -> Any:
    return stack.aws("sagemaker").describe_endpoint(EndpointName=stack.outputs["endpoint_name"])


def configurations(stack: DeployedStack) -> set[str]:
    found = stack.aws("sagemaker").list_endpoint_configs(NameContains=stack.outputs["endpoint_name"])
    return {configuration["EndpointConfigName"] for configuration in found["EndpointConfigs"]}


def alias_of(stack: DeployedStack) -> tuple[str, dict[str, float]]:
    """Version and weights of the alias."""
    found = stack.aws("lambda").get_alias(FunctionName=stack.outputs["function_name"], Name="live")
    return found["FunctionVersion"], (found.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}


def test_a_roll_back_fails_apply_deletes_nothing_and_heals(rolls: DeployedStack) -> None:
    """Red twice, planned, then green; no request is lost, three instances stay three, the alias has moved."""
    configuration, model = rolls.outputs["endpoint_configuration_name"], rolls.outputs["model_name"]
    rolls.aws("sagemaker").update_endpoint_weights_and_capacities(
        EndpointName=rolls.outputs["endpoint_name"],
        DesiredWeightsAndCapacities=[{"VariantName": "AllTraffic", "DesiredInstanceCount": 3}],
    )
    assert rolls.plan() == {}, "autoscaling's count is no difference"

    first = alias_of(rolls)
    another_function = rolls.checkout.edited(SETTINGS, '"first"', '"second"')
    with another_model(rolls), another_function, asking(rolls) as statuses:
        for _ in range(2):
            with rolls.faults({"kind": "failed_rollout", "message": "the fleet did not come up", "times": 1}):
                said = applied_in_vain(rolls)
            assert "rolled back: it still serves its earlier configuration" in said
            assert f"runs      {configuration}" in said
            assert "the fleet did not come up" in said
            assert endpoint_of(rolls)["EndpointConfigName"] == configuration
            assert configuration in configurations(rolls)
            assert model in live_models(rolls)
            assert alias_of(rolls) == first, "the new model's function waits for the new model"

        planned = rolls.plan()
        assert (planned[ENDPOINT], planned[VERIFY]) == ("update", "replace")

        rolls.apply()
        assert rolls.plan() == {}
    assert set(statuses) == {200}, statuses
    assert statuses[200] > 10

    healed = endpoint_of(rolls)
    assert healed["EndpointConfigName"] == rolls.outputs["endpoint_configuration_name"] != configuration
    assert configurations(rolls) == {rolls.outputs["endpoint_configuration_name"]}
    assert live_models(rolls) == [rolls.outputs["model_name"]]
    assert healed["ProductionVariants"][0]["DesiredInstanceCount"] == 3
    assert rolls.outputs["function_version"] != first[0]
    assert alias_of(rolls) == (rolls.outputs["function_version"], {})


def test_an_alarm_brings_an_alias_back_and_fails_apply(rolls: DeployedStack) -> None:
    """In the middle of a shift: red, all calls at the old version, and the plan says so."""
    version, weights = alias_of(rolls)
    assert weights == {}
    alarm = f"{rolls.outputs['function_name']}-function-errors"
    with rolls.checkout.edited(SETTINGS, *SLOWER), asking(rolls) as statuses:
        said: list[str] = []
        applying = threading.Thread(target=lambda: said.append(applied_in_vain(rolls)))
        applying.start()
        wait_for(lambda: alias_of(rolls)[1] != {} or not applying.is_alive(), 180)
        rolls.aws("cloudwatch").set_alarm_state(
            AlarmName=alarm, StateValue="ALARM", StateReason="a test", StateReasonData="{}"
        )
        applying.join(180)
        assert f"alarm {alarm} is in state ALARM" in said[0]
        assert alias_of(rolls) == (version, {})
        planned = rolls.plan(refresh=False)
    assert (planned[SHIFT], planned[ALIAS]) == ("replace", "update")
    assert set(statuses) == {200}, statuses
