"""The stacks are one stack with other models: held equal, typed as the module, planned as they are set."""

import re
from collections import Counter
from pathlib import Path

import pytest
from python_terraform import IsFlagged

from scripts import ROOT, stack_interface
from scripts.terraform import Event, TerraformError
from tests.running_provider import running_provider
from tests.stack_artefacts import write_artefacts
from tests.terraform_workspace import TerraformWorkspace

pytestmark = pytest.mark.infra

STACKS = sorted(path.parent for path in (ROOT / "infra/stacks").glob("*/versions.tf"))
SHARED = ("variables.tf", "outputs.tf", "settings.tf", "protection.tf", "versions.tf")
HARNESS = ROOT / "tests/infra/stack"

PLANNED = [("bike-rental", "staging"), *((stack.name, "prod") for stack in STACKS)]
"""Environments that nothing else plans: dev is applied by the e2e tests."""


def without_the_model(stack: Path) -> str:
    """main.tf of a stack but for the lines in which stacks differ."""
    text = (stack / "main.tf").read_text()
    return re.sub(r"^  image .*\n", "", text, flags=re.MULTILINE).replace(f'"{stack.name}"', '"MODEL"')


@pytest.mark.parametrize("file", SHARED)
def test_stacks_share_their_code(file: str) -> None:
    """What is written by hand is the same text in every stack: mend one, copy it to the others."""
    assert {(stack / file).read_text() for stack in STACKS} == {(STACKS[0] / file).read_text()}


def test_stacks_differ_in_model_and_image() -> None:
    """main.tf is the same but for these two lines."""
    assert {without_the_model(stack) for stack in STACKS} == {without_the_model(STACKS[0])}


def test_what_stacks_take_and_give_is_the_modules() -> None:
    """The generated files are current: `make fmt` writes them."""
    assert [path for path, text in stack_interface.rendered_files() if path.read_text() != text] == []


def test_every_variable_is_used() -> None:
    """A variable that is declared and not handed on would take settings and do nothing."""
    used = "".join(path.read_text() for path in STACKS[0].glob("*.tf"))
    taken = [block.name for block in stack_interface.module_blocks("variable", STACKS[0])]
    assert [name for name in taken if not re.search(rf"\bvar\.{name}\b", used)] == []


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> TerraformWorkspace:
    made = TerraformWorkspace(tmp_path_factory.mktemp("stacks"))
    made.copy("models")
    for stack in STACKS:
        write_artefacts(ROOT / "models" / stack.name / "contract.json", made.directory / "build" / stack.name)
    harness = made.copy("tests/infra/stack")
    rules = (harness / "stack.tftest.hcl").read_text()
    for name, environment in PLANNED:
        settings = (ROOT / "infra/stacks" / name / "env" / f"{environment}.tfvars").read_text()
        rule = f"output.deletion_protection == {str(environment == 'prod').lower()}"
        (harness / f"{name}_{environment}.tftest.hcl").write_text(
            rules[: rules.index("\nvariables {")]
            + f"\nvariables {{\n{settings}}}\n"
            + 'run "plans" {\n  command = plan\n'
            + f'  module {{\n    source = "../../../infra/stacks/{name}"\n  }}\n'
            + f'  assert {{\n    condition     = {rule}\n    error_message = "Only prod."\n  }}\n}}\n'
        )
    return made


def test_the_stack_keeps_its_rules(workspace: TerraformWorkspace) -> None:
    """Every run of stack.tftest.hcl passes, and the environments plan with nothing that no variable takes."""
    terraform = workspace.terraform("tests/infra/stack")
    states: dict[str, str] = {}
    warnings: list[str] = []

    def note(event: Event) -> None:
        if event.get("test_run", {}).get("progress") == "complete":
            states[f"{event['test_run']['path']}: {event['test_run']['run']}"] = event["test_run"]["status"]
        warnings.append(event.get("diagnostic", {}).get("summary", ""))

    terraform.on_event = note
    try:
        with running_provider(Path(terraform.environment["TF_DATA_DIR"])) as provider:
            terraform.environment |= {**provider, "GOGC": "400"}
            terraform.cmd("test", json=IsFlagged)
    except TerraformError as error:
        pytest.fail(error.details)
    runs = re.findall(r'^run "(\w+)"', (HARNESS / "stack.tftest.hcl").read_text(), re.MULTILINE)
    expected = [f"stack.tftest.hcl: {run}" for run in runs]
    expected += [f"{name}_{environment}.tftest.hcl: plans" for name, environment in PLANNED]
    assert states == dict.fromkeys(expected, "pass")
    assert [text for text in warnings if "undeclared" in text] == []


def test_each_rule_has_a_run_that_it_refuses() -> None:
    """No variable of a stack has more validations than runs that expect it to fail."""
    blocks = stack_interface.module_blocks("variable", STACKS[0])
    validations = Counter({block.name: block.body.count("  validation {\n") for block in blocks})
    runs = (HARNESS / "stack.tftest.hcl").read_text()
    assert validations - Counter(re.findall(r"expect_failures = \[var\.(\w+)\]", runs)) == Counter()
    assert "expect_failures = [terraform_data.deletion_protection]" in runs
