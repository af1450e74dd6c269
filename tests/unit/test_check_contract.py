"""`python -m scripts.check_contract`: a summary for a sound contract, every problem for another."""

import json
from pathlib import Path

import pytest

from scripts.check_contract import main
from tests.unit.contract_corpus import SOUND

pytestmark = pytest.mark.unit


def test_a_model_is_found_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bike-rental"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("bike-rental 1.0.0: ")
    assert "inputs (9)" in shown
    assert "features (13)" in shown
    assert "POST /, POST /predict" in shown


@pytest.mark.parametrize("name", ["contract.json", ""])
def test_a_contract_is_found_by_its_path(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (tmp_path / "contract.json").write_text(json.dumps(SOUND), encoding="utf-8")
    assert main([str(tmp_path / name)]) == 0
    shown = capsys.readouterr().out
    assert "  season  integer   1, 2, 3, 4; default 1" in shown
    assert "  colour  string    red, green; optional" in shown


def test_problems_are_told_one_by_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "contract.json"
    path.write_text(json.dumps(SOUND | {"name": "My Model", "features": ["tmp"]}), encoding="utf-8")
    assert main([str(path)]) == 1
    assert capsys.readouterr().err == (
        "/name\n"
        "  expected  lower-case letters, digits and hyphens, at most 40, starting with a letter\n"
        '  found     "My Model"\n'
        "/features/0\n"
        '  expected  the name of an input: "when", "temp", "season", "colour" or "open"'
        ' (did you mean "temp"?)\n'
        '  found     "tmp"\n'
        "\n"
        f"2 problems in {path}\n"
    )


def test_a_contract_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no-such-model"]) == 1
    assert "a readable file" in capsys.readouterr().err
