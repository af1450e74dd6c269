"""A model's API as a commit renders it, against what lies in the checkout."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from scoring import Contract
from scripts.api_diff.__main__ import main
from scripts.api_diff.document import compare_documents
from scripts.model_paths import contract_path
from scripts.openapi_document import render_document

pytestmark = pytest.mark.functional


def input_named(contract: Any, name: str) -> Any:
    return next(field for field in contract["inputs"] if field["name"] == name)


def remove_count(contract: Any) -> None:
    """The output gets another name."""
    contract["outputs"][0]["name"] = "rentals"


def ask_for_wind(contract: Any) -> None:
    contract["inputs"].append({"name": "gusts", "type": "number", "example": 1})


CHANGES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "range": (lambda c: input_named(c, "temp").update(maximum=40), "request NamedInstance.temp: maximum"),
    "unit": (lambda c: input_named(c, "temp").update(unit="°F"), "request NamedInstance.temp: unit °C → °F"),
    "type": (
        lambda c: input_named(c, "temp").update(type="integer", example=16),
        "request NamedInstance.temp: type number",
    ),
    "enum": (
        lambda c: input_named(c, "season").update(enum=[1, 4]),
        "request NamedInstance.season: enum 1",
    ),
    "input": (ask_for_wind, "request NamedInstance.gusts: added, required"),
    "output": (remove_count, "answer Prediction.count: removed"),
    "route": (lambda c: c["routes"].pop(1), "POST /predict: route removed"),
    "auth": (lambda c: c["routes"][1].update(auth="iam"), "POST /predict: auth api_key"),
}


@pytest.mark.parametrize(("change", "said"), CHANGES.values(), ids=CHANGES)
def test_a_contract_that_asks_for_more_or_answers_otherwise_breaks_clients(change, said):
    """From the contract to the words; the other way round what asked for more asks for less."""
    written = json.loads(contract_path("bike-rental").read_text()) | {"examples": []}
    changed = copy.deepcopy(written)
    change(changed)
    old, new = (render_document(Contract.from_dict(each)) for each in (written, changed))
    found = [f"{one.where}: {one.what}" for one in compare_documents(old, new) if one.breaking]
    assert any(words.startswith(said) for words in found), found


@pytest.mark.parametrize("name", ["range", "type", "enum", "input"])
def test_a_contract_that_asks_for_less_does_not(name):
    written = json.loads(contract_path("bike-rental").read_text()) | {"examples": []}
    changed = copy.deepcopy(written)
    CHANGES[name][0](changed)
    old, new = (render_document(Contract.from_dict(each)) for each in (changed, written))
    requests = [one for one in compare_documents(old, new) if one.where.startswith("request Named")]
    assert requests
    if name != "input":  # a field that is gone was sent by somebody
        assert not any(one.breaking for one in requests), requests


def test_the_api_of_the_last_commit_is_rendered_by_its_own_code(capsys):
    assert main(["bike-rental", "--base", "HEAD", "--json"]) == 0
    assert "bike-rental" in json.loads(capsys.readouterr().out)


def test_a_ref_that_git_does_not_know_is_said(capsys):
    assert main(["bike-rental", "--base", "no-such-ref"]) == 1
    assert "git fetch" in capsys.readouterr().err
