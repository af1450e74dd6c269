"""What `make predict` says of rows that it can't find, or whose format nothing tells."""

import io

import pytest

from scripts import ROOT
from scripts.predict.__main__ import main

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (
            "no-such.csv",
            "no-such.csv isn't there.\n  repair   make predict FILE=rows.csv (or .json, .jsonl)\n",
        ),
        ("models", "models is a folder.\n  repair   make predict FILE=rows.csv (or .json, .jsonl)\n"),
        ("LICENSE", "What format has LICENSE?\n  repair   ARGS='--input-format csv' (or json, jsonl)\n"),
    ],
)
def test_a_file_that_cannot_be_read(file, said, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert main([file]) == 1
    assert capsys.readouterr().err == said


def test_no_file_and_nothing_to_tell_the_format_by(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main([]) == 1
    assert capsys.readouterr().err == (
        "Rows come from standard input, since no file is named; what format are they?\n"
        "  repair   make predict FILE=rows.csv, or ARGS='--input-format csv' (or json, jsonl)\n"
    )


@pytest.mark.parametrize(
    ("arguments", "repair"),
    [
        (["--stack", "bike"], "STACK=one of them; make new-model drafts a new one"),
        (
            ["--env", "qa"],
            "ENV=one of them; a new one starts with another's settings: "
            "cp infra/stacks/bike-rental/env/dev.tfvars infra/stacks/bike-rental/env/qa.tfvars",
        ),
    ],
)
def test_a_stack_or_an_environment_that_is_none(arguments, repair, capsys):
    assert main([*arguments, "rows.csv"]) == 2
    said = capsys.readouterr().err.splitlines()
    assert "there are: " in said[0]
    assert said[1] == f"  repair   {repair}"
