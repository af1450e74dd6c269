"""A saved plan is applied only where, from what and as it was made; what travels is for its key alone."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from python_terraform import IsFlagged

from scripts.stack import parcel, saved_plan, target
from scripts.stack.parcel import key_for, pack, unpack
from scripts.stack.saved_plan import (
    PlanRecord,
    SavedPlanError,
    load_plan,
    make_plan,
    named_files,
    plan_text,
)
from scripts.stack.target import Target, known_targets
from scripts.terraform import Terraform

pytestmark = pytest.mark.unit

PLAIN = {"no_color": IsFlagged}
ZIP = "build/bikes/function-python3.13-arm64.zip"


class FakeTerraform(Terraform):
    """Plans what it is told to; raises on any other command."""

    def __init__(self, changes: bool = True, fails: bool = False) -> None:
        self.changes, self.fails = changes, fails

    def plan(self, out: Path, **_: Any) -> bool:
        out.write_bytes(b"half a plan" if self.fails else b"a plan")
        if self.fails:
            raise RuntimeError("planning failed")
        return self.changes

    def cmd(self, *line: Any, **_: Any) -> tuple[int, str, str]:
        assert line[:2] == ("show", "-json"), line
        values = {"filename": f"./../../../{ZIP}", "source": "../../../build/bikes/model.tar.gz"}
        return 0, json.dumps({"planned_values": {"root_module": {"resources": [{"values": values}]}}}), ""


@pytest.fixture
def bikes(tmp_path, monkeypatch):
    """A repository with one stack, built, and its commit."""
    root = tmp_path / "repository"
    for module in (target, saved_plan, parcel):
        monkeypatch.setattr(module, "ROOT", root)
    monkeypatch.setattr(saved_plan, "current_commit", lambda: "c0ffee")
    for name in (
        "infra/stacks/bikes/env/dev.tfvars",
        ZIP,
        "build/bikes/model.tar.gz",
        "build/bikes/openapi.json",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    (root / ZIP).with_suffix(".json").write_text("{}")
    made = Target("bikes")
    made.directory.mkdir(parents=True)
    return made


def refusal(call, *arguments) -> str:
    with pytest.raises(SavedPlanError) as raised:
        call(*arguments)
    return str(raised.value)


def test_a_plan_is_kept_for_its_owner_and_fits(bikes):
    made = make_plan(FakeTerraform(), bikes)
    assert bikes.plan_file.stat().st_mode & 0o777 == 0o600
    assert load_plan(bikes) == made
    assert made.changes


def test_the_files_that_an_apply_reads_again_are_recorded(bikes):
    """The zip, the artifact, and the documents that belong to them."""
    assert sorted(make_plan(FakeTerraform(), bikes).files) == [
        "build/bikes/function-python3.13-arm64.json",
        ZIP,
        "build/bikes/model.tar.gz",
        "build/bikes/openapi.json",
    ]


@pytest.mark.parametrize(
    ("terminal", "no_color", "said"), [(True, "", {}), (True, "1", PLAIN), (False, "", PLAIN)]
)
def test_a_plan_is_coloured_for_a_terminal_alone(monkeypatch, terminal, no_color, said):
    """In a pipeline's file, or in Atlantis's comment, the codes would stand between the words."""
    asked = []

    class Shows(Terraform):
        def __init__(self) -> None:
            pass

        def cmd(self, *line: Any, **options: Any) -> tuple[int, str, str]:
            asked.append((line, options))
            return 0, "a plan\n\n", ""

    monkeypatch.setenv("NO_COLOR", no_color)
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: terminal)
    assert plan_text(Shows(), Path("x.tfplan"), stream) == "a plan"
    assert asked == [(("show", "x.tfplan"), said)]


def test_only_files_of_build_are_taken(bikes):
    values = {"a": "../../../infra/stacks/bikes/env/dev.tfvars", "b": "build/ is a word", "c": "/etc/passwd"}
    assert named_files({"planned_values": values}, bikes.root) == []


def test_without_a_plan_nothing_is_applied(bikes):
    assert "repair   make plan STACK=bikes ENV=dev ON=local" in refusal(load_plan, bikes)


def test_a_plan_that_failed_is_not_kept(bikes):
    make_plan(FakeTerraform(), bikes)
    with pytest.raises(RuntimeError):
        make_plan(FakeTerraform(fails=True), bikes)
    assert "no saved plan" in refusal(load_plan, bikes)


def test_a_plan_of_another_environment_is_refused(bikes):
    record = make_plan(FakeTerraform(), bikes)
    saved_plan.record_file(bikes).write_text(json.dumps({**vars(record), "env": "prod"}))
    assert "it is one of bikes of prod on local" in refusal(load_plan, bikes)


def test_another_file_in_the_plans_place_is_refused(bikes):
    make_plan(FakeTerraform(), bikes)
    bikes.plan_file.write_bytes(b"another plan")
    assert "is not the file that was planned" in refusal(load_plan, bikes)


def test_a_plan_of_another_commit_is_refused(bikes, monkeypatch):
    make_plan(FakeTerraform(), bikes)
    monkeypatch.setattr(saved_plan, "current_commit", lambda: "decade")
    said = refusal(load_plan, bikes)
    assert "from commit c0ffee, and this is decade" in said
    assert "repair   git checkout c0ffee" in said


@pytest.mark.parametrize(("change", "words"), [("missing", "is missing"), ("other", "is another than")])
def test_a_build_that_changed_since_is_refused(bikes, change, words):
    make_plan(FakeTerraform(), bikes)
    file = bikes.root.parents[2] / ZIP
    file.unlink() if change == "missing" else file.write_text("rebuilt")
    assert f"{ZIP}, which it names, {words}" in refusal(load_plan, bikes)


@pytest.mark.parametrize("key", [None, Fernet(Fernet.generate_key())], ids=["plain", "encrypted"])
def test_a_parcel_brings_all_to_a_bare_checkout(bikes, tmp_path, key):
    record, file = make_plan(FakeTerraform(), bikes), tmp_path / "out" / "parcel"
    pack(bikes, record, file, key)
    assert file.stat().st_mode & 0o777 == 0o600
    for name in record.files:
        (bikes.root.parents[2] / name).unlink()
    saved_plan.discard_plan(bikes)
    unpack(bikes, file, key)
    assert load_plan(bikes) == record
    assert (bikes.root.parents[2] / ZIP).read_text() == ZIP
    assert bikes.plan_file.stat().st_mode & 0o777 == 0o600


def test_another_key_opens_nothing(bikes, tmp_path):
    pack(bikes, make_plan(FakeTerraform(), bikes), tmp_path / "parcel", Fernet(Fernet.generate_key()))
    for other in (None, Fernet(Fernet.generate_key())):
        said = refusal(unpack, bikes, tmp_path / "parcel", other)
        assert "PLAN_KEY must be the one that it was packed with" in said


def test_a_parcel_that_reaches_out_of_build_is_refused(bikes, tmp_path):
    record = make_plan(FakeTerraform(), bikes)
    (bikes.root.parents[2] / "Makefile").write_text("all:")
    evil = PlanRecord(**{**vars(record), "files": {"Makefile": "0"}})
    pack(bikes, evil, tmp_path / "parcel", None)
    assert "which isn't in build/" in refusal(unpack, bikes, tmp_path / "parcel", None)


def test_a_plan_for_an_account_travels_encrypted_or_not_at_all(bikes):
    account = Target("bikes", on="aws")
    assert "PLAN_KEY, the key to encrypt it with, is not set" in refusal(key_for, account, {})
    assert "is no key" in refusal(key_for, account, {"PLAN_KEY": "password"})
    assert key_for(account, {"PLAN_KEY": Fernet.generate_key().decode()}) is not None
    assert key_for(bikes, {}) is None


def test_targets_are_listed_in_the_order_of_a_deployment(bikes):
    for name in ("prod", "staging", "qa"):
        (bikes.root / "env" / f"{name}.tfvars").touch()
    assert [made.env for made in known_targets()] == ["dev", "staging", "qa", "prod"]
