"""infra/bootstrap keeps a module's rules: valid, every refusal run, examples accepted."""

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from python_terraform import IsFlagged

from scripts import ROOT
from scripts.terraform import Event
from tests.infra.test_terraform_modules import EXPECTED_FAILURES, VARIABLE, read
from tests.running_provider import running_provider
from tests.terraform_workspace import TerraformWorkspace

pytestmark = pytest.mark.infra

BOOTSTRAP = ROOT / "infra/bootstrap"
RUNS = ROOT / "tests/infra/bootstrap"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> TerraformWorkspace:
    made = TerraformWorkspace(tmp_path_factory.mktemp("bootstrap"))
    made.copy("tests/infra/bootstrap")
    made.copy("tests/infra/mocks")
    return made


def test_it_is_valid(workspace: TerraformWorkspace) -> None:
    """With the provider that its lock file names, the same as the stacks'."""
    workspace.terraform("infra/bootstrap").cmd("validate", no_color=IsFlagged)
    stacks = (ROOT / "infra/stacks/bike-rental/.terraform.lock.hcl").read_text()
    assert (BOOTSTRAP / ".terraform.lock.hcl").read_text() == stacks


def test_it_keeps_its_rules_and_accepts_the_readmes_examples(workspace: TerraformWorkspace) -> None:
    """Every run passes, and plans with the README's ```hcl tfvars blocks and with accounts/main.tfvars."""
    fences = re.findall(r"^```hcl tfvars\n(.*?)^```$", (BOOTSTRAP / "README.md").read_text(), re.M | re.S)
    account = (BOOTSTRAP / "accounts/main.tfvars").read_text()
    fences.append(account.replace("\naccount_logging = {}\n", "\n"))  # asks STS who it is
    assert len(fences) == 3
    head, _, first_run = (RUNS / "bootstrap.tftest.hcl").read_text().partition("\nvariables {")
    run = re.findall(r'^run "\w+" \{\n.*?^  \}\n', first_run, re.M | re.S)[0].split("\n", 1)[1]
    for number, fence in enumerate(fences):
        text = f'{head}\nvariables {{\n{fence}}}\nrun "example_{number}" {{\n{run}}}\n'
        (workspace.directory / f"tests/infra/bootstrap/example_{number}.tftest.hcl").write_text(text)
    terraform = workspace.terraform("tests/infra/bootstrap")
    states: dict[str, str] = {}

    def note(event: Event) -> None:
        if "test_run" in event and event["test_run"].get("progress") == "complete":
            states[event["test_run"]["run"]] = event["test_run"]["status"]

    terraform.on_event = note
    with running_provider(Path(terraform.environment["TF_DATA_DIR"])) as provider:
        terraform.environment |= {**provider, "GOGC": "400"}
        terraform.cmd("test", json=IsFlagged)
    written = re.findall(r'^run "(\w+)"', read(RUNS, "*.tftest.hcl"), re.MULTILINE)
    assert states == dict.fromkeys([*written, *(f"example_{number}" for number in range(3))], "pass")


def test_each_validation_has_a_run_that_it_refuses() -> None:
    """No variable has more validations than runs that expect it to fail."""
    validations = Counter(
        {
            name: len(re.findall(r"^  validation \{", body, re.MULTILINE))
            for name, body in VARIABLE.findall(read(BOOTSTRAP, "variables*.tf"))
        }
    )
    expected = EXPECTED_FAILURES.findall(read(RUNS, "*.tftest.hcl"))
    refusals = Counter(re.findall(r"var\.(\w+)", " ".join(expected)))
    assert validations - refusals == Counter()


def test_the_apply_role_lets_a_deployment_be_as_long_as_its_workflow_asks() -> None:
    """GitHub is refused a session longer than the role's; a job may take no longer than its own."""
    workflow = yaml.safe_load((ROOT / ".github/workflows/deploy.yml").read_text())["jobs"]["apply"]
    (asked,) = (
        step["with"]["role-duration-seconds"] for step in workflow["steps"] if "APPLY_ROLE" in str(step)
    )
    (least,) = re.findall(r"var\.session_hours\.apply >= (\d+)", read(BOOTSTRAP, "variables.tf"))
    assert workflow["timeout-minutes"] * 60 <= asked <= int(least) * 3600


def test_the_stacks_of_the_example_account_are_all_there_are() -> None:
    """accounts/main.tfvars knows every stack of the repository."""
    (stacks,) = re.findall(r"^stacks = (\[.*\])$", (BOOTSTRAP / "accounts/main.tfvars").read_text(), re.M)
    there = {path.parent.name for path in Path(ROOT / "infra/stacks").glob("*/versions.tf")}
    assert set(re.findall(r'"([^"]+)"', stacks)) == there
