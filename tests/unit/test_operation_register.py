"""The tables of operations are complete, and a cold start imports only what its contract names."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from scoring import operations
from scoring.operations import FEATURES, STEPS, Operation
from scripts.generated_file import ROOT

pytestmark = pytest.mark.unit

FOLDER = Path(operations.__path__[0])


def test_tables_name_every_operation_and_no_other() -> None:
    named = {("feature", *entry) for entry in FEATURES.modules.items()}
    named |= {("step", *entry) for entry in STEPS.modules.items()}
    for file in FOLDER.glob("*.py"):
        import_module(f"scoring.operations.{file.stem}")
    standing = {
        (register, operation.name, operation.__module__.rpartition(".")[2])
        for register, operations in (("feature", FEATURES), ("step", STEPS))
        for operation in operations._known.values()
    }
    assert named == standing


@pytest.mark.parametrize("register", [FEATURES, STEPS])
def test_a_name_in_the_table_is_the_operations_own(register: operations.registry.Register) -> None:
    assert [operation.name for operation in register.values()] == list(register)


def test_an_operation_that_no_table_names_is_refused() -> None:
    class Nameless(Operation):
        name = "nameless"

    with pytest.raises(LookupError, match=r"modules\.py"):
        FEATURES.add(Nameless)
    assert "nameless" not in FEATURES


def test_a_cold_start_imports_the_operations_that_its_contract_names() -> None:
    script = (
        "import sys; from scoring import Contract; Contract.load('models/bike-rental/contract.json');"
        "print(*sorted(m for m in sys.modules if m.startswith('scoring.')))"
    )
    environment = {"PYTHONPATH": str(ROOT / "lambda")}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    imported = {name.removeprefix("scoring.") for name in done.stdout.split()}
    assert {name for name in imported if name.startswith("operations.")} == {
        "operations.bounds",
        "operations.dates",
        "operations.modules",
        "operations.registry",
        "operations.steps",
    }
    assert "fit_features" not in imported
