"""What bootstrap's outputs mean outside the account: files of the stacks, variables of the repository."""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts import ROOT

BOUNDARY = "permissions_boundary_arn"
_COMMENT = (
    "# The most that the stack's roles may do: its pipeline may make none without. Written by make bootstrap."
)
_LINE = re.compile(rf"^{BOUNDARY}[ \t]*=.*$", re.MULTILINE)


@dataclass(frozen=True)
class Edit:
    """What a file of a stack is to say."""

    file: Path
    text: str
    shown: str
    """The same in a line, for who writes it by hand."""

    @property
    def is_needed(self) -> bool:
        """Whether the file says something else, or isn't there."""
        return not self.file.is_file() or self.file.read_text(encoding="utf-8") != self.text


def hand_over(outputs: Mapping[str, Any], *, write: bool, stacks: Path = ROOT / "infra" / "stacks") -> None:
    """Say what goes where; write what has a place in this repository."""
    for edit in edits(outputs, stacks):
        shown = edit.file.relative_to(stacks.parent.parent)
        if not edit.is_needed:
            print(f"  {shown} is right", file=sys.stderr)
        elif write:
            edit.file.write_text(edit.text, encoding="utf-8")
            print(f"  {shown} is written: commit it", file=sys.stderr)
        else:
            print(f"  {shown} needs: {edit.shown}", file=sys.stderr)
    if not write and any(edit.is_needed for edit in edits(outputs, stacks)):
        print("  ARGS=--write writes these files", file=sys.stderr)
    for line in _commands(outputs["github"]):
        print(f"  {line}", file=sys.stderr)


def edits(outputs: Mapping[str, Any], stacks: Path) -> Iterator[Edit]:
    """For each stack and environment that has settings: where its state lies, what bounds its roles."""
    for name, backend in sorted(outputs["backends"].items()):
        stack, environment = name.split("/")
        settings = stacks / stack / "env" / f"{environment}.tfvars"
        if not settings.is_file():
            continue
        setting = f'{BOUNDARY} = "{outputs["permissions_boundary_arns"][environment]}"'
        values = [line for line in backend.splitlines() if not line.startswith("#")]
        yield Edit(
            settings.with_suffix(".s3.tfbackend"), backend, ", ".join(re.sub(" +", " ", v) for v in values)
        )
        yield Edit(settings, with_boundary(settings.read_text(encoding="utf-8"), setting), setting)


def with_boundary(text: str, setting: str) -> str:
    """The text of a tfvars file with this boundary, in place of another or at its end."""
    if _LINE.search(text):
        return _LINE.sub(setting, text)
    return f"{text.rstrip()}\n\n{_COMMENT}\n{setting}\n"


def _commands(github: Mapping[str, Any]) -> Iterator[str]:
    for name, value in sorted(github["variables"].items()):
        yield f"gh variable set {name} --body {value}"
    for environment, variables in sorted(github["environments"].items()):
        for name, value in sorted(variables.items()):
            yield f"gh variable set {name} --env {environment} --body {value}"
