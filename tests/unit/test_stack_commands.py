"""The command line of `scripts.stack`: what is said wrong is said, what a pipeline asks for is listed."""

import json
import sys

import pytest

from scripts.stack import confirmation
from scripts.stack.__main__ import main
from scripts.stack.target import known_targets

pytestmark = pytest.mark.unit


def listed(capsys, *arguments):
    assert main(["targets", *arguments]) == 0
    return [(one["stack"], one["env"]) for one in json.loads(capsys.readouterr().out)]


def test_targets_are_listed_in_the_order_of_a_deployment(capsys, tmp_path):
    found = listed(capsys, "--github-output", str(tmp_path / "output"))
    assert found == [(target.stack, target.env) for target in known_targets()]
    assert [env for _, env in found] == sorted(
        (env for _, env in found), key=["dev", "staging", "prod"].index
    )
    name, _, value = (tmp_path / "output").read_text().partition("=")
    assert (name, len(json.loads(value))) == ("targets", len(found))


@pytest.mark.parametrize("said", ["bike-rental, breast-cancer", "bike-rental breast-cancer"])
def test_a_pipeline_limits_them_by_variables(capsys, monkeypatch, said):
    monkeypatch.setenv("ONLY_STACK", said)
    monkeypatch.setenv("ONLY_ENV", "dev")
    assert listed(capsys) == [("bike-rental", "dev"), ("breast-cancer", "dev")]


def test_an_empty_variable_limits_nothing(capsys, monkeypatch):
    """GitHub gives an input that was left out as an empty text."""
    monkeypatch.setenv("ONLY_STACK", "")
    assert len(listed(capsys)) == len(known_targets())


@pytest.mark.parametrize("typed", ["bike-retnal", "$(touch /tmp/x)", "';id;'"])
def test_what_is_no_stack_is_no_stack_whatever_it_holds(capsys, monkeypatch, typed):
    monkeypatch.setenv("ONLY_STACK", typed)
    assert main(["targets"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "bike-rental" in said.err and "ONLY_STACK" in said.err


@pytest.mark.parametrize(("typed", "meant"), [("yes", True), (" yes ", True), ("y", False), ("", False)])
def test_only_yes_is_yes(monkeypatch, typed, meant):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: typed)
    assert confirmation.confirmed("Sure?") is meant


def test_where_nobody_is_nothing_is_done_and_the_way_is_named(monkeypatch, capsys):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    assert not confirmation.confirmed("Sure?")
    assert "ARGS=--yes" in capsys.readouterr().err
