import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from python_terraform import IsFlagged

from scripts import ROOT
from scripts.terraform import Event
from scripts.toolchain.terraform_binary import find_terraform
from tests.running_provider import running_provider
from tests.terraform_workspace import TerraformWorkspace

pytestmark = pytest.mark.infra

MODULES = sorted(path.parent.name for path in (ROOT / "infra/modules").glob("*/versions.tf"))
STACKS = sorted(path.parent.name for path in (ROOT / "infra/stacks").glob("*/versions.tf"))
HARNESSES = [name for name in MODULES if list((ROOT / "tests/infra" / name).glob("*.tftest.hcl"))]

# A block that starts at the margin ends at the first brace that does.
VARIABLE = re.compile(r'^variable "(\w+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
EXPECTED_FAILURES = re.compile(r"expect_failures = \[([^\]]+)\]")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> TerraformWorkspace:
    made = TerraformWorkspace(tmp_path_factory.mktemp("terraform"))
    made.copy("models")  # stacks read their contracts even to be validated
    for root in (*HARNESSES, "mocks"):
        made.copy(f"tests/infra/{root}")
    return made


@pytest.fixture(scope="module")
def environment(workspace: TerraformWorkspace) -> Iterator[dict[str, str]]:
    """One process of the provider for all harnesses, which configure it alike; less garbage collection."""
    initialised = workspace.terraform(f"infra/modules/{MODULES[0]}")
    with running_provider(Path(initialised.environment["TF_DATA_DIR"])) as provider:
        yield {**os.environ, **provider, "GOGC": "400"}


def read(directory: Path, pattern: str) -> str:
    return "\n".join(path.read_text() for path in sorted(directory.glob(pattern)))


def test_terraform_code_is_formatted() -> None:
    """`terraform fmt` would change no file."""
    command = [str(find_terraform().path), "fmt", "-check", "-recursive"]
    for directory in ("infra", "tests"):
        answer = subprocess.run(
            [*command, str(ROOT / directory)], capture_output=True, text=True, check=False
        )
        assert answer.returncode == 0, f"run `terraform fmt -recursive {directory}` for:\n{answer.stdout}"


@pytest.mark.parametrize("module", MODULES)
def test_module_is_valid(module: str, workspace: TerraformWorkspace, environment: dict[str, str]) -> None:
    """Every module is valid on its own, without the stack that calls it."""
    workspace.terraform(f"infra/modules/{module}", environment).cmd("validate", no_color=IsFlagged)


@pytest.mark.parametrize("stack", STACKS)
def test_stack_is_valid(stack: str, workspace: TerraformWorkspace) -> None:
    """Every stack is valid with the provider that its lock file names."""
    workspace.terraform(f"infra/stacks/{stack}").cmd("validate", no_color=IsFlagged)


@pytest.mark.parametrize("harness", HARNESSES)
def test_module_keeps_its_rules(
    harness: str, workspace: TerraformWorkspace, environment: dict[str, str]
) -> None:
    """Every run of the module's `.tftest.hcl` files passes, and none is left out."""
    terraform = workspace.terraform(f"tests/infra/{harness}", environment)
    states: dict[str, str] = {}

    def note(event: Event) -> None:
        if "test_run" in event and event["test_run"].get("progress") == "complete":
            states[event["test_run"]["run"]] = event["test_run"]["status"]

    terraform.on_event = note
    terraform.cmd("test", json=IsFlagged)

    written = re.findall(r'^run "(\w+)"', read(ROOT / "tests/infra" / harness, "*.tftest.hcl"), re.MULTILINE)
    assert states == dict.fromkeys(written, "pass")


@pytest.mark.parametrize("harness", HARNESSES)
def test_each_validation_has_a_run_that_it_refuses(harness: str) -> None:
    """No variable has more validations than runs that expect it to fail."""
    source = read(ROOT / "infra/modules" / harness, "variables*.tf")
    validations = Counter(
        {
            name: len(re.findall(r"^  validation \{", body, re.MULTILINE))
            for name, body in VARIABLE.findall(source)
        }
    )
    expected = EXPECTED_FAILURES.findall(read(ROOT / "tests/infra" / harness, "*.tftest.hcl"))
    refusals = Counter(re.findall(r"var\.(\w+)", " ".join(expected)))
    assert validations - refusals == Counter()
