"""A second environment lives beside the first, is protected, and leaves nothing; where the state is kept.

It has what dev has not: instances with autoscaling, a quota, two origins, full validation, mail, protection.
"""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from scripts.terraform import TerraformError
from tests.checkout import Checkout
from tests.deployed_stack import DeployedStack, failed
from tests.inventory import inventory

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("changes")]

OTHER = """
environment         = "other"
deletion_protection = true

endpoint = {
  instances = {
    type          = "ml.m5.large"
    initial_count = 1
    autoscaling   = { min = 1, max = 3, invocations_per_instance_per_minute = 3000 }
  }
}
model     = { bucket = { lifecycle_rules = false } }
function  = { memory_mb = 512, reserved_concurrency = 5, log_level = "WARNING" }
api = {
  stage_name         = "live"
  clients            = { website = { rate_limit = 100, burst_limit = 200, quota = { limit = 1000 } } }
  allow_open_routes  = true
  request_validation = "full"
  cors_allow_origins = ["https://one.example", "https://two.example"]
}
account_logging = {}
observability   = { notify = { emails = ["ops@example.com"] } }
"""


@pytest.mark.slow
def test_another_environment_lives_and_leaves_nothing(stage: Checkout, bike_rental: DeployedStack) -> None:
    """Applied beside dev it is right, re-plans clean, refuses its end; destroyed, all is as it was."""
    settings = stage.root / "infra/stacks/bike-rental/env/other.tfvars"
    settings.write_text(OTHER)
    other = DeployedStack(stage, "bike-rental", "other")
    before = inventory(bike_rental.aws)
    try:
        at_once(other.apply, bike_rental.apply)
        assert other.plan() == {}
        assert failed(other.smoke_test()) == set()
        assert len(inventory(bike_rental.aws)) > len(before) + 20
        reply = other.post({"instances": [{"temp": "warm"}]})
        assert reply.status == 400, "this environment lets the gateway judge the whole request"
        assert other.post({"instances": []}, key=bike_rental.key).status == 403, "keys are of one environment"
        nothing_is_shared(resources_of(other), resources_of(bike_rental))
        for stack in (other, bike_rental):
            every_tag_is_the_environments(stack)
        refuses_to_be_destroyed(other, settings)
    finally:
        settings.write_text(OTHER.replace("deletion_protection = true", "deletion_protection = false"))
        other.apply()
        stage.python("-m", "scripts.stack", "destroy", *other.target)
        settings.unlink()
    after = inventory(bike_rental.aws)
    assert (after - before, before - after) == (set(), set())
    assert failed(bike_rental.smoke_test()) == set()


def refuses_to_be_destroyed(stack: DeployedStack, settings: Path) -> None:
    """Our command before Terraform runs, and Terraform before it destroys anything."""
    there = inventory(stack.aws)
    refused = stack.checkout.python("-m", "scripts.stack", "destroy", *stack.target, expect=2)
    assert f"deletion_protection = false into infra/stacks/bike-rental/env/{settings.name}" in refused.stderr
    with pytest.raises(TerraformError, match="other is protected from deletion: nothing was destroyed"):
        stack.checkout.terraform(stack.stack, stack.env).destroy(var_file=str(settings))
    assert inventory(stack.aws) == there


def at_once(*calls: Callable[[], None]) -> None:
    """Two people apply two environments of one stack at the same time."""
    with ThreadPoolExecutor() as threads:
        for running in [threads.submit(call) for call in calls]:
            running.result()


Resources = list[tuple[str, dict[str, Any]]]


def resources_of(stack: DeployedStack) -> Resources:
    """Type and attributes of each resource in the stack's state."""
    key = f"{stack.stack}/{stack.env}.tfstate"
    state = stack.aws("s3").get_object(Bucket="terraform-state-local", Key=key)["Body"].read()
    return [
        (resource["type"], instance["attributes"])
        for resource in json.loads(state)["resources"]
        if resource["mode"] == "managed" and resource["type"] != "terraform_data"
        for instance in resource["instances"]
    ]


def nothing_is_shared(first: Resources, second: Resources) -> None:
    """No resource is in both states, and in an account each name says whose it is."""
    ids = [
        {(kind, values.get("function_name"), values["id"]) for kind, values in each}
        for each in (first, second)
    ]
    assert ids[0] & ids[1] == set()
    names = {attributes.get("name") for _, attributes in first} & {values.get("name") for _, values in second}
    assert names <= {None, "live", "invoke", "serve"}, "an alias, and policies inside their roles"


def every_tag_is_the_environments(stack: DeployedStack) -> None:
    """Whatever takes tags has those of project, stack and environment."""
    wanted = {"project": "model-endpoint-api", "stack": stack.stack, "environment": stack.env}
    tagged = [(kind, values["tags_all"]) for kind, values in resources_of(stack) if "tags_all" in values]
    assert len(tagged) > 12
    assert [kind for kind, tags in tagged if not wanted.items() <= (tags or {}).items()] == []


def test_the_state_is_in_the_stage_and_holds_no_key(bike_rental: DeployedStack) -> None:
    """Where the stack's backend says, and nowhere in the repository."""
    objects = bike_rental.aws("s3").list_objects_v2(Bucket="terraform-state-local")["Contents"]
    keys = [item["Key"] for item in objects]
    assert "bike-rental/dev.tfstate" in keys
    assert not [key for key in keys if key.endswith(".tflock")], "a lock is left"
    root = bike_rental.checkout.root
    assert not list((root / "infra").rglob("*.tfstate*"))
    assert not list((root / "infra").rglob(".terraform"))
    state = bike_rental.aws("s3").get_object(Bucket="terraform-state-local", Key="bike-rental/dev.tfstate")
    assert json.loads(state["Body"].read())["outputs"]["stage_name"]["value"] == "beta"
