"""The contract's reference is current and complete."""

import pytest

from scoring.contract_declarations import CONTRACT
from scoring.declarations import Record
from scoring.operations import FEATURES, STEPS, Operation
from scripts import contract_docs

pytestmark = pytest.mark.unit

REFERENCE = contract_docs.DOCS_FILE.read_text(encoding="utf-8")
IN_FEATURES, IN_STEPS = REFERENCE.split("## `outputs[].steps[]`")
OPERATIONS = [(each, IN_FEATURES) for each in FEATURES.values()]
OPERATIONS += [(each, IN_STEPS) for each in STEPS.values()]


def test_the_published_file_is_current() -> None:
    assert contract_docs.main(["--check"]) == 0, "repair it with: python -m scripts.contract_docs"


@pytest.mark.parametrize(("operation", "part"), OPERATIONS, ids=lambda each: getattr(each, "name", ""))
def test_every_operation_stands_there_with_formula_and_parameters(
    operation: type[Operation], part: str
) -> None:
    room = part.split(f"### `{operation.name}`")[1].split("### ")[0]
    assert operation.formula in room
    assert operation.sklearn in room
    assert all(f"| `{parameter.name}` |" in room for parameter in operation.parameters)
    assert "```json" in room


@pytest.mark.parametrize(
    "record", [CONTRACT, *contract_docs.SECTIONS.values()], ids=lambda record: record.doc[:30]
)
def test_every_key_of_every_section_stands_there(record: Record) -> None:
    room = REFERENCE.split(f"\n{record.doc}\n")[1].split("\n## ")[0]
    assert all(f"| `{name}` |" in room for name in record.fields)
