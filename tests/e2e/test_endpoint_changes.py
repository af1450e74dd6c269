"""What people do to an endpoint that serves: each is carried out, or is red and says what to do."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from python_terraform import IsFlagged

from scripts.terraform import Terraform, TerraformError
from tests.checkout import Checkout
from tests.e2e.test_module_examples import planned_changes
from tests.functional.sagemaker_stage import wait_for
from tests.inventory import inventory
from tests.own_stage import OwnStage
from tests.running_provider import running_provider
from tests.terraform_workspace import TerraformWorkspace

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("examples")]

SCALED = {"autoscaling": {"max": 6, "invocations_per_instance_per_minute": 600}}
LARGE: dict[str, Any] = {"instances": {"type": "ml.m6i.large", **SCALED}}
ENDPOINT = 'module.endpoint.aws_sagemaker_endpoint.this["endpoint"]'


class Changes:
    """The root tests/e2e/endpoint_changes on a stage."""

    def __init__(self, stage: OwnStage, terraform: Terraform) -> None:
        self.terraform, self.environment = terraform, stage.environment
        self.sagemaker, self.scaling = stage.aws("sagemaker"), stage.aws("application-autoscaling")
        self.ssm = stage.aws("ssm")

    def apply(self, **settings: Any) -> None:
        """Apply, and see that nothing is left to do."""
        self.terraform.apply(var=settings)
        assert planned_changes(self.terraform, var=settings) == []

    def variant(self) -> tuple[str, int | None]:
        """The variant that serves, and how many instances it is to have."""
        (variant,) = self.endpoint()["ProductionVariants"]
        return variant["VariantName"], variant.get("DesiredInstanceCount")

    def scale_to(self, instances: int) -> None:
        """Do what autoscaling does."""
        wanted = [{"VariantName": "AllTraffic", "DesiredInstanceCount": instances}]
        self.sagemaker.update_endpoint_weights_and_capacities(
            EndpointName="changes", DesiredWeightsAndCapacities=wanted
        )

    def endpoint(self) -> Any:
        return self.sagemaker.describe_endpoint(EndpointName="changes")

    def configurations(self) -> list[str]:
        """Every configuration that there is."""
        found = self.sagemaker.list_endpoint_configs(NameContains="changes-")["EndpointConfigs"]
        return [configuration["EndpointConfigName"] for configuration in found]

    def instance_types(self) -> set[str]:
        """Of the configuration that serves."""
        name = self.endpoint()["EndpointConfigName"]
        described = self.sagemaker.describe_endpoint_config(EndpointConfigName=name)
        return {variant["InstanceType"] for variant in described["ProductionVariants"]}

    def targets(self) -> dict[str, int]:
        """Variant that scales → its number of policies."""
        found = self.scaling.describe_scaling_policies(ServiceNamespace="sagemaker")["ScalingPolicies"]
        targets = self.scaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]
        return {
            target["ResourceId"].rsplit("/", 1)[1]: sum(
                policy["ResourceId"] == target["ResourceId"] for policy in found
            )
            for target in targets
        }

    def client(self) -> str:
        """What was deployed beside the endpoint."""
        return str(self.ssm.get_parameter(Name="/changes/client")["Parameter"]["Value"])

    @contextmanager
    def fault(self, kind: str, **more: Any) -> Iterator[None]:
        url = f"{self.environment['AWS_ENDPOINT_URL']}/_stage/faults"
        with requests.Session() as session:
            session.trust_env = False
            session.put(url, json={"faults": [{"kind": kind, **more}]}, timeout=60).raise_for_status()
            try:
                yield
            finally:
                session.delete(url, timeout=60).raise_for_status()


@pytest.fixture(scope="module")
def changes(
    tmp_path_factory: pytest.TempPathFactory, checkout: Checkout, examples_stage: OwnStage
) -> Iterator[Changes]:
    workspace = TerraformWorkspace(tmp_path_factory.mktemp("changes"))
    workspace.copy("tests/e2e/endpoint_changes")
    terraform = workspace.terraform("tests/e2e/endpoint_changes", examples_stage.environment)
    before = inventory(examples_stage.aws)
    made = Changes(examples_stage, terraform)
    data_dir = Path(terraform.environment["TF_DATA_DIR"])
    with running_provider(data_dir, examples_stage.environment) as provider:
        terraform.environment |= provider
        try:
            terraform.apply(var=LARGE)
            yield made
        finally:
            terraform.destroy(var=LARGE, refresh=False)
    assert inventory(examples_stage.aws) == before


def test_settings_change_under_an_endpoint_that_serves(changes: Changes) -> None:
    """Each from the one before: what serves, with how many instances, and what scales afterwards.

    SageMaker refuses another instance type, and so serverless, while a variant is registered for scaling.
    """
    changes.scale_to(3)
    changes.apply(instances={"type": "ml.m6i.xlarge", **SCALED})
    assert changes.instance_types() == {"ml.m6i.xlarge"}
    assert (changes.variant(), changes.targets()) == (("AllTraffic", 3), {"AllTraffic": 1})

    changes.apply(serverless={})
    assert (changes.variant(), changes.targets()) == (("AllTraffic", None), {})

    changes.apply(**LARGE, variant_name="Main")  # nothing runs under the name yet: its initial count
    assert (changes.variant(), changes.targets()) == (("Main", 1), {"Main": 1})

    changes.apply(instances={"type": "ml.m6i.large", "initial_count": 4}, variant_name="Main")
    assert (changes.variant(), changes.targets()) == (("Main", 4), {})

    changes.apply(**LARGE, variant_name="Main")  # now what runs counts
    assert (changes.variant(), changes.targets()) == (("Main", 4), {"Main": 1})


def test_what_calls_the_endpoint_waits_for_the_proof(changes: Changes) -> None:
    """Rolled back: what was made for the new model isn't deployed beside the old one, targeted or not."""
    changes.terraform.apply(var=LARGE)
    serving = changes.endpoint()["EndpointConfigName"]
    new = {**LARGE, "revision": "second"}
    whole: dict[str, Any] = {}
    for options in (whole, {"target": "aws_ssm_parameter.client"}):
        fault = changes.fault("failed_rollout", message="no capacity", times=1)
        with fault, pytest.raises(TerraformError, match="rolled back: it still serves its earlier config"):
            changes.terraform.apply(var=new, **options)
        assert changes.client() == "changes first"
        assert changes.endpoint()["EndpointConfigName"] == serving
        assert serving in changes.configurations()
    changes.apply(**new)
    assert changes.client() == "changes second"
    assert changes.configurations() == [changes.endpoint()["EndpointConfigName"]]


def test_an_endpoint_is_made_again(changes: Changes) -> None:
    """Deleted by hand, or to be replaced because it is Failed: it serves, is proven, and scales."""
    changes.sagemaker.delete_endpoint(EndpointName="changes")
    as_planned: dict[str, Any] = {}
    for options in (as_planned, {"replace": ENDPOINT}):
        changes.terraform.apply(var=LARGE, **options)
        assert changes.endpoint()["EndpointStatus"] == "InService"
        assert changes.targets() == {"AllTraffic": 1}
    assert planned_changes(changes.terraform, var=LARGE) == []


def test_missing_tools_are_missed_before_anything_changes(changes: Changes, tmp_path: Path) -> None:
    """A Python without boto3 and no AWS CLI: the endpoint stays on its configuration."""
    changes.terraform.apply(var=LARGE)
    serving = changes.endpoint()["EndpointConfigName"]
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nPATH= exec {sys.executable} -S "$@"\n')
    bare.chmod(0o755)
    without = {**LARGE, "revision": "fifth", "python": str(bare)}
    with pytest.raises(TerraformError, match=r"neither can this Python import boto3(.|\n)*pip install boto3"):
        changes.terraform.apply(var=without)
    assert changes.configurations() == [serving]
    assert changes.endpoint()["EndpointConfigName"] == serving


def test_an_interrupted_apply_is_taken_up_by_the_next(changes: Changes) -> None:
    """In the middle of an update: the same is refused while that lasts, another waits for it."""
    new = {**LARGE, "revision": "third"}
    with changes.fault("slow_rollout", seconds=12, times=1):
        applying = start_apply(changes.terraform, new)
        wait_for(lambda: changes.endpoint()["EndpointStatus"] == "Updating", 60)
        applying.send_signal(signal.SIGINT)
        assert applying.wait(60) != 0
        with pytest.raises(TerraformError, match="Cannot update in-progress endpoint"):
            changes.terraform.apply(var=new)
        changes.apply(**{**LARGE, "revision": "fourth"})
    assert changes.client() == "changes fourth"
    assert changes.configurations() == [changes.endpoint()["EndpointConfigName"]]


def start_apply(terraform: Terraform, settings: dict[str, Any]) -> subprocess.Popen[bytes]:
    """Start what `terraform.apply` does, to be interrupted."""
    line = terraform.generate_cmd_string("apply", auto_approve=IsFlagged, input=False, var=settings)
    line.insert(1, f"-chdir={terraform.root}")
    return subprocess.Popen(
        line, env=terraform.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
