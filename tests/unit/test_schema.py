"""The published JSON Schema is current, and refuses what the loader refuses in a contract's structure."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from scoring.contract_declarations import DEFINITIONS
from scripts import schema
from scripts.generated_file import ROOT
from tests.unit.contract_corpus import AGREEMENT, SOUND, STRUCTURAL, Broken

pytestmark = pytest.mark.unit

PUBLISHED: dict[str, Any] = json.loads(schema.SCHEMA_FILE.read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(PUBLISHED)


def test_the_published_file_is_current() -> None:
    assert schema.main(["--check"]) == 0, "repair it with: python -m scripts.schema"


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(PUBLISHED)


def test_a_sound_contract_is_accepted() -> None:
    assert list(VALIDATOR.iter_errors(SOUND)) == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "models").glob("*/contract.json")), ids=lambda path: path.parent.name
)
def test_the_models_contracts_are_accepted(path: Any) -> None:
    assert list(VALIDATOR.iter_errors(json.loads(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("broken", STRUCTURAL, ids=lambda broken: f"{broken.path}: {broken.expected}")
def test_what_is_structurally_wrong_is_refused(broken: Broken) -> None:
    assert not VALIDATOR.is_valid(broken.contract())


@pytest.mark.parametrize("broken", AGREEMENT, ids=lambda broken: f"{broken.path}: {broken.expected}")
def test_what_only_comparing_shows_is_left_to_the_loader(broken: Broken) -> None:
    assert VALIDATOR.is_valid(broken.contract())


def test_editors_accept_a_contract_that_is_not_fitted_yet() -> None:
    unfitted = SOUND | {"features": [{"operation": "standardize", "input": "temp"}]}
    assert list(VALIDATOR.iter_errors(unfitted)) == []


def references(node: Any) -> set[str]:
    if isinstance(node, dict):
        found = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return found.union(*(references(value) for value in node.values()))
    return set().union(*map(references, node)) if isinstance(node, list) else set()


def test_every_reference_has_its_definition_and_every_definition_is_used() -> None:
    assert references(PUBLISHED) == {f"#/$defs/{name}" for name in DEFINITIONS}


def test_every_key_is_described_for_editors() -> None:
    def undescribed(node: Any, at: str) -> list[str]:
        if isinstance(node, list):
            return [found for index, item in enumerate(node) for found in undescribed(item, f"{at}/{index}")]
        if not isinstance(node, dict):
            return []
        bare = [
            f"{at}/{name}"
            for name, entry in node.get("properties", {}).items()
            if not {"description", "const"} & entry.keys()
        ]
        return bare + [found for key, value in node.items() for found in undescribed(value, f"{at}/{key}")]

    assert undescribed(PUBLISHED, "") == []


def test_check_says_how_to_repair_a_stale_file(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("scripts.generated_file.ROOT", tmp_path)
    monkeypatch.setattr(schema, "SCHEMA_FILE", tmp_path / "stale.json")
    assert schema.main(["--check"]) == 1
    assert "python -m scripts.schema" in capsys.readouterr().err
    assert not (tmp_path / "stale.json").exists()
    assert schema.main([]) == 0
    assert json.loads((tmp_path / "stale.json").read_text(encoding="utf-8")) == PUBLISHED
    assert schema.main(["--check"]) == 0
