"""The outputs of a plan that waits are read from where it waits, and only if it is one for the target."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from scripts.stack import parcel, planned_outputs, saved_plan, target
from scripts.stack.arguments import KEPT
from scripts.stack.parcel import pack
from scripts.stack.planned_outputs import find_planned_outputs, read_planned_outputs
from scripts.stack.saved_plan import SavedPlanError, make_plan
from scripts.stack.target import Target
from scripts.terraform import Terraform

pytestmark = pytest.mark.unit

RECORDED = {
    "format_version": "1.2",
    "terraform_version": "1.11.4",
    "planned_values": {
        "outputs": {
            "models": {"sensitive": False},
            "stage_name": {"sensitive": False, "type": "string", "value": "beta"},
        }
    },
    "output_changes": {
        "models": {
            "actions": ["create"],
            "before": None,
            "after": {"bikes": {"routes": [{"auth": "cognito", "method": "POST", "path": "/bikes/predict"}]}},
            "after_unknown": {"bikes": {"function_version": True, "routes": [{}]}},
            "before_sensitive": False,
            "after_sensitive": False,
        },
        "stage_name": {
            "actions": ["no-op"],
            "before": "beta",
            "after": "beta",
            "after_unknown": False,
            "before_sensitive": False,
            "after_sensitive": False,
        },
        "api_url": {
            "actions": ["create"],
            "before": None,
            "after_unknown": True,
            "before_sensitive": False,
            "after_sensitive": False,
        },
        "gone": {
            "actions": ["delete"],
            "before": "x",
            "after": None,
            "after_unknown": False,
            "before_sensitive": False,
            "after_sensitive": False,
        },
    },
}
"""As Terraform 1.11.4 writes it: a part of `models` is known only after the apply, so it has no value."""
OUTPUTS = {
    "models": {"bikes": {"routes": [{"auth": "cognito", "method": "POST", "path": "/bikes/predict"}]}},
    "stage_name": "beta",
}


class FakeTerraform(Terraform):
    """Plans, and shows a file that holds the plan; raises on any other command."""

    def __init__(self) -> None:
        pass

    def plan(self, out: Path, **_: Any) -> bool:
        out.write_text("the plan")
        return True

    def cmd(self, *line: Any, **_: Any) -> tuple[int, str, str]:
        assert line[:2] == ("show", "-json"), line
        assert Path(line[2]).read_text() == "the plan"
        return 0, json.dumps(RECORDED), ""


@pytest.fixture
def bikes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Target:
    """A stack in a repository of its own, whose commit is known."""
    for module in (target, saved_plan, parcel):
        monkeypatch.setattr(module, "ROOT", tmp_path / "repository")
    monkeypatch.setattr(saved_plan, "current_commit", lambda: "c0ffee")
    monkeypatch.setattr(planned_outputs, "ready_terraform", lambda _: FakeTerraform())
    made = Target("bikes")
    made.directory.mkdir(parents=True)
    return made


def refusal(look: Callable[[], Any]) -> str:
    """What is said instead of an answer."""
    with pytest.raises(SavedPlanError) as raised:
        look()
    return str(raised.value)


def test_what_will_be_known_only_after_the_apply_is_left_out() -> None:
    """And what stays, or is a part of a value, is there."""
    assert read_planned_outputs(RECORDED) == OUTPUTS
    assert read_planned_outputs({}) == {}


def test_without_a_plan_there_is_nothing_to_look_at(bikes: Target) -> None:
    """Unless one was named."""
    assert find_planned_outputs(bikes, None) is None
    assert "There is no saved plan of bikes of dev" in refusal(lambda: find_planned_outputs(bikes, KEPT))


@pytest.mark.parametrize("named", [None, KEPT])
def test_the_kept_plan_is_found(bikes: Target, named: Path | None) -> None:
    """Be it named or not."""
    make_plan(FakeTerraform(), bikes)
    assert find_planned_outputs(bikes, named) == OUTPUTS


def test_a_kept_plan_that_no_longer_fits_will_not_be_applied(
    bikes: Target, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which is said; and refused, if it was named."""
    make_plan(FakeTerraform(), bikes)
    monkeypatch.setattr(saved_plan, "current_commit", lambda: "decade")
    assert find_planned_outputs(bikes, None) is None
    said = capsys.readouterr().err
    assert said.startswith("The saved plan can't be applied: it was made from commit c0ffee")
    assert said.endswith("It isn't looked at.\n")
    assert "from commit c0ffee" in refusal(lambda: find_planned_outputs(bikes, KEPT))


def test_a_parcel_is_looked_into_and_lays_nothing_anywhere(
    bikes: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check writes nothing: the apply brings the parcel's files to their places."""
    key, file = Fernet.generate_key(), tmp_path / "parcel"
    monkeypatch.setenv("PLAN_KEY", key.decode())
    pack(bikes, make_plan(FakeTerraform(), bikes), file, Fernet(key))
    saved_plan.discard_plan(bikes)
    before = sorted(tmp_path.rglob("*"))
    assert find_planned_outputs(bikes, file) == OUTPUTS
    assert sorted(tmp_path.rglob("*")) == before
    assert find_planned_outputs(bikes, None) is None
    prod = Target("bikes", "prod")
    assert "holds a plan of bikes of dev on local" in refusal(lambda: find_planned_outputs(prod, file))
    monkeypatch.setenv("PLAN_KEY", Fernet.generate_key().decode())
    assert "PLAN_KEY must be the one" in refusal(lambda: find_planned_outputs(bikes, file))
    assert "There is no " in refusal(lambda: find_planned_outputs(bikes, tmp_path / "nowhere"))
