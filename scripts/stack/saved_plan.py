"""The plan that `plan` leaves, beside a record of what it was made from; `apply --saved-plan` takes it.

A plan names files by path and doesn't hold them: the zip, the model's artifact. Between a pipeline's jobs
they travel together as a parcel (`plan --out FILE`), which scripts/stack/parcel.py packs.
Plans hold secrets (the values of sensitive variables, keys): files are for their owner only.
"""

import hashlib
import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

from python_terraform import IsFlagged

from scripts import ROOT
from scripts.stack.target import StackError, Target, open_terraform
from scripts.terraform import Terraform
from scripts.whole_file import write_whole

KEY_VARIABLE = "PLAN_KEY"
"""Holds the key under which plans travel (scripts/stack/parcel.py)."""


class SavedPlanError(StackError):
    """There is no saved plan, or it isn't one for this target, checkout and build."""


@dataclass(frozen=True)
class PlanRecord:
    """What a plan was made for and from."""

    stack: str
    env: str
    on: str
    changes: bool
    commit: str | None
    """None outside a git checkout."""
    sha256: str
    """Of the plan's file."""
    files: dict[str, str]
    """Files that the plan names by path, relative to the repository → SHA-256."""


def make_plan(terraform: Terraform, target: Target) -> PlanRecord:
    """Plan an initialised target into `target.plan_file`, and record what that was made from."""
    discard_plan(target)
    target.plan_file.touch(mode=0o600)  # Terraform keeps the mode of a file that is there
    try:
        changes = terraform.plan(target.plan_file, var_file=str(target.var_file))
        document = show_plan(terraform, target.plan_file)
    except BaseException:
        discard_plan(target)  # Terraform may leave half a plan
        raise
    record = PlanRecord(
        stack=target.stack,
        env=target.env,
        on=target.on,
        changes=changes,
        commit=current_commit(),
        sha256=_digest(target.plan_file),
        files={str(file.relative_to(ROOT)): _digest(file) for file in named_files(document, target.root)},
    )
    write_whole(record_file(target), json.dumps(asdict(record), indent=2) + "\n")
    return record


def load_plan(target: Target) -> PlanRecord:
    """Return the record of the plan that waits to be applied; raise SavedPlanError unless it still fits."""
    again = f"make plan STACK={target.stack} ENV={target.env} ON={target.on}"
    if not (target.plan_file.is_file() and record_file(target).is_file()):
        raise SavedPlanError(
            f"There is no saved plan of {target.stack} of {target.env} on {target.on}.\n  repair   {again}"
        )
    record = PlanRecord(**json.loads(record_file(target).read_text()))
    for problem, repair in _misfits(record, target):
        raise SavedPlanError(f"The saved plan can't be applied: {problem}.\n  repair   {repair or again}")
    return record


def _misfits(record: PlanRecord, target: Target) -> Iterator[tuple[str, str | None]]:
    """Say what is wrong with a plan, and what else than a new plan repairs it."""
    made_for = (record.stack, record.env, record.on)
    if made_for != (target.stack, target.env, target.on):
        yield f"it is one of {record.stack} of {record.env} on {record.on}", None
    if _digest(target.plan_file) != record.sha256:
        yield f"{target.plan_file.relative_to(ROOT)} is not the file that was planned", None
    commit = current_commit()
    if record.commit != commit and None not in (record.commit, commit):
        yield (
            f"it was made from commit {record.commit}, and this is {commit}",
            f"git checkout {record.commit}",
        )
    for name, digest in record.files.items():
        if not (ROOT / name).is_file():
            yield f"{name}, which it names, is missing", None
        elif _digest(ROOT / name) != digest:
            yield f"{name}, which it names, is another than when it was planned", None


def discard_plan(target: Target) -> None:
    """Remove the saved plan, if there is one: it is applied, or about to be made again."""
    target.plan_file.unlink(missing_ok=True)
    record_file(target).unlink(missing_ok=True)


def record_file(target: Target) -> Path:
    """Where the record of the saved plan lies."""
    return target.plan_file.with_suffix(".json")


def show_plan(terraform: Terraform, file: Path) -> Any:
    """Return a plan as JSON values: https://developer.hashicorp.com/terraform/internals/json-format."""
    return json.loads(terraform.cmd("show", "-json", str(file))[1])


def plan_text(terraform: Terraform, file: Path, stream: TextIO) -> str:
    """Return a plan in words; coloured for a terminal alone, since Terraform colours what it pipes, too."""
    plain = not stream.isatty() or bool(os.environ.get("NO_COLOR"))
    text: str = terraform.cmd("show", str(file), **({"no_color": IsFlagged} if plain else {}))[1]
    return text.rstrip()


def read_saved_plan(target: Target) -> Any:
    """Return the plan that `plan` left for a target, as JSON values."""
    target.check()
    load_plan(target)
    terraform, _ = open_terraform(target)
    return show_plan(terraform, target.plan_file)


def named_files(plan: Mapping[str, Any], root: Path) -> list[Path]:
    """List the files of build/ that an apply of a plan reads again.

    Those are the ones that resources name by path, as the function's zip, and the documents that belong to
    them, as its manifest: Terraform evaluates `file()` once more when it applies.
    """
    build = (ROOT / "build").resolve()
    texts = {text for text in _texts(plan.get("planned_values", {})) if "build/" in text and len(text) < 500}
    paths = {(root / text).resolve() for text in texts}
    named = {path for path in paths if path.is_relative_to(build) and path.is_file()}
    stems = {path: re.sub(r"(\.tar)?\.\w+$", "", path.name) for path in named}
    beside = {path.parent / f"{name}.json" for path, stem in stems.items() for name in (stem, "openapi")}
    return sorted(named | {path for path in beside if path.is_file()})


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def current_commit() -> str | None:
    """Return the commit that is checked out, or None outside a git checkout."""
    line = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    asked = subprocess.run(line, capture_output=True, text=True, check=False)
    return asked.stdout.strip() if asked.returncode == 0 else None


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
