"""The contract's reference is current and complete."""

import json
import re

import pytest
from sklearn import decomposition, feature_extraction, feature_selection, impute, preprocessing

from scoring.contract_declarations import CONTRACT
from scoring.declarations import Record
from scoring.operations import FEATURES, STEPS, Operation
from scoring.operations.modules import FEATURE_MODULES, STEP_MODULES
from scripts import contract_docs

pytestmark = pytest.mark.unit

SKLEARN = (decomposition, feature_extraction.text, feature_selection, impute, preprocessing)

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


@pytest.mark.parametrize(("operation", "part"), OPERATIONS, ids=lambda each: getattr(each, "name", ""))
def test_nothing_is_left_unsaid_of_an_operation(operation: type[Operation], part: str) -> None:
    """A sentence, a formula, a meaning for each parameter, an example of its own, a counterpart or none."""
    room = part.split(f"### `{operation.name}`")[1].split("### ")[0]
    assert room.strip().split("\n")[0].endswith((".", ":"))
    assert operation.formula
    assert operation.sklearn, 'say "none", and what does the same'
    assert f"In scikit-learn: {operation.sklearn}." in room
    assert all(parameter.doc.endswith(".") for parameter in operation.parameters)
    assert json.loads(room.split("```json\n")[1].split("```")[0])["operation"] == operation.name


def test_operations_stand_in_the_order_of_the_register_and_no_others_do() -> None:
    """What was removed from the code must not live on in its reference."""
    assert re.findall(r"^### `(\w+)`", IN_FEATURES, re.MULTILINE) == list(FEATURE_MODULES)
    assert re.findall(r"^### `(\w+)`", IN_STEPS, re.MULTILINE) == list(STEP_MODULES)


@pytest.mark.parametrize(
    "record", [CONTRACT, *contract_docs.SECTIONS.values()], ids=lambda record: record.doc[:30]
)
def test_every_key_of_every_section_stands_there(record: Record) -> None:
    room = REFERENCE.split(f"\n{record.doc}\n")[1].split("\n## ")[0]
    assert all(f"| `{name}` |" in room for name in record.fields)


@pytest.mark.parametrize(
    "operation", [each for each in FEATURES.values() if each.sklearn], ids=lambda each: each.name
)
def test_counterparts_in_scikit_learn_stand_there_by_their_real_names(operation: type[Operation]) -> None:
    room = REFERENCE.split(f"### `{operation.name}`")[1].split("### ")[0]
    assert f"In scikit-learn: {operation.sklearn}." in room
    known = {name for module in SKLEARN for name in vars(module)}
    assert set(re.findall(r"\b[A-Z][a-z]+[A-Z]\w+", operation.sklearn)) <= known


@pytest.mark.parametrize("name", ["standardize", "impute", "bucketize", "polynomial", "spline", "project"])
def test_numeric_operations_have_counterparts(name: str) -> None:
    assert FEATURES[name].sklearn
