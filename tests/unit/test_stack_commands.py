"""The command line of `scripts.stack`: what is said wrong is said, what a pipeline asks for is listed."""

import json
import sys

import pytest

from scripts.stack import confirmation
from scripts.stack.__main__ import main
from scripts.stack.saved_plan import PlanRecord
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


def test_what_has_a_plan_to_apply_is_listed_and_may_be_nothing(capsys, tmp_path):
    assert listed(capsys, "--planned", str(tmp_path)) == []
    for name in ("bike-rental-prod", "bike-rental-dev", "no-such-stack"):
        (tmp_path / f"{name}.parcel").touch()
    assert listed(capsys, "--planned", str(tmp_path)) == [("bike-rental", "dev"), ("bike-rental", "prod")]


@pytest.mark.parametrize("changes", [True, False])
def test_a_plan_without_changes_leaves_no_parcel_where_only_changes_are_asked_for(
    monkeypatch, tmp_path, capsys, changes
):
    record = PlanRecord("bike-rental", "dev", "local", changes, None, "", {})
    parcel = tmp_path / "x.parcel"
    parcel.write_text("of an earlier plan")
    made = {
        "_open": lambda *_: None,
        "check_settings": lambda _: None,
        "check_boundary": lambda _: None,
        "check_build": lambda _: None,
        "make_plan": lambda *_: record,
        "plan_text": lambda *_: "",
        "pack": lambda _target, _record, file, _key: file.write_text("a plan"),
    }
    for name, stand_in in made.items():
        monkeypatch.setattr(f"scripts.stack.__main__.{name}", stand_in)
    assert main(["plan", "--out", str(parcel), "--only-changes"]) == 0
    assert parcel.is_file() is changes
    assert ("Nothing to apply" in capsys.readouterr().err) is not changes


@pytest.mark.parametrize(("typed", "meant"), [("yes", True), (" yes ", True), ("y", False), ("", False)])
def test_only_yes_is_yes(monkeypatch, typed, meant):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: typed)
    assert confirmation.confirmed("Sure?") is meant


def test_where_nobody_is_nothing_is_done_and_the_way_is_named(monkeypatch, capsys):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    assert not confirmation.confirmed("Sure?")
    assert "ARGS=--yes" in capsys.readouterr().err
