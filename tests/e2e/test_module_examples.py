"""Every example in a module's README is applied as it stands there, re-plans clean, and leaves nothing.

Examples of one README make one root module behind tests/examples/<module>/prelude.tf, which has what they
refer to.
In its directory lie models/ and build/ with what `make train package openapi` builds for bike-rental.
Images whose name is `echo` are served by tests/functional/echo_container.py.
One module: pytest tests/e2e/test_module_examples.py -k endpoint
"""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from python_terraform import IsFlagged

from scripts.module_examples import ModuleExamples, module_names
from scripts.terraform import Event, Terraform
from tests.checkout import Checkout
from tests.inventory import inventory
from tests.own_stage import OwnStage
from tests.terraform_workspace import TerraformWorkspace

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("examples")]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> TerraformWorkspace:
    return TerraformWorkspace(tmp_path_factory.mktemp("examples"))


@pytest.fixture(scope="module")
def artefacts(checkout: Checkout) -> Path:
    """The directory with models/ and build/."""
    checkout.python("models/bike-rental/train.py")
    checkout.python("-m", "scripts.package", "bike-rental", "--no-pyc")
    checkout.python("-m", "scripts.openapi", "bike-rental")
    return checkout.root


@pytest.mark.parametrize("module", module_names())
def test_the_readmes_examples_are_applied_and_destroyed(
    module: str, workspace: TerraformWorkspace, artefacts: Path, examples_stage: OwnStage
) -> None:
    """Together in one root: applied, the plan is empty; destroyed, neither state nor account has anything."""
    examples = ModuleExamples(module)
    assert examples.problems() == []
    if examples.validated():
        validate(workspace, artefacts, examples)
    if examples.applied():
        apply_and_destroy(workspace, artefacts, examples_stage, examples)


def apply_and_destroy(
    workspace: TerraformWorkspace, artefacts: Path, stage: OwnStage, examples: ModuleExamples
) -> None:
    """Apply, plan again, destroy, and look for what is left."""
    root = write_root(workspace, artefacts, examples, "examples", examples.applied())
    terraform = workspace.terraform(str(root.relative_to(workspace.directory)), stage.environment)
    before = inventory(stage.aws)
    try:
        terraform.apply()
        let_schedules_act(stage)
        assert planned_changes(terraform) == []
    finally:
        terraform.destroy(refresh=False)  # the plan has just seen that there is nothing to refresh
    assert terraform.cmd("state", "list")[1] == ""
    after = inventory(stage.aws)
    assert (after - before, before - after) == (set(), set())


def let_schedules_act(stage: OwnStage) -> None:
    """Move the bounds of what scales, as each scheduled action does when its time comes: that is no drift."""
    client = stage.aws("application-autoscaling")
    for namespace in ("sagemaker", "lambda"):
        for action in client.describe_scheduled_actions(ServiceNamespace=namespace)["ScheduledActions"]:
            target = {key: action[key] for key in ("ServiceNamespace", "ResourceId", "ScalableDimension")}
            client.register_scalable_target(**target, **action["ScalableTargetAction"])


def validate(workspace: TerraformWorkspace, artefacts: Path, examples: ModuleExamples) -> None:
    """Validate what AWS alone can apply, with what the README applies, since that may be referred to."""
    together = [*examples.applied(), *examples.validated()]
    root = write_root(workspace, artefacts, examples, "validated", together)
    workspace.terraform(str(root.relative_to(workspace.directory))).cmd("validate", no_color=IsFlagged)


def write_root(
    workspace: TerraformWorkspace, artefacts: Path, examples: ModuleExamples, name: str, together: list[str]
) -> Path:
    """Write a root with the artefacts in it; its text is formatted as `terraform fmt` has it."""
    root = examples.write_root(workspace.directory / "infra/modules", name, together)
    for folder in ("build", "models"):
        (root / folder).symlink_to(artefacts / folder)
    command = [str(workspace.binary.path), "fmt", "-check", "-diff", str(root)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
    return root


def planned_changes(terraform: Terraform, **options: Any) -> list[str]:
    """What a plan would change, an address and an action each."""
    changes: list[str] = []

    def note(event: Event) -> None:
        if event.get("type") == "planned_change":
            change = event["change"]
            changes.append(f"{change['action']} {change['resource']['addr']}")

    terraform.on_event = note
    changed = terraform.plan(terraform.root / "again.tfplan", **options)
    assert changed or not changes, "-detailed-exitcode and the events disagree"
    return changes or (["outputs"] if changed else [])
