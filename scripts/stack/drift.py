"""How what is deployed differs from the commit that is checked out, and from what Terraform last saw."""

from dataclasses import dataclass

from scripts.plan_summary.changes import Change, PlannedChanges, read_changes
from scripts.plan_summary.markdown import ACTION_WORDS, attributes_of, code, table
from scripts.stack.saved_plan import show_plan
from scripts.stack.target import Target
from scripts.terraform import Terraform


@dataclass(frozen=True)
class Drift:
    """Two kinds of difference; false when there is neither."""

    target: Target
    changes: PlannedChanges

    def __bool__(self) -> bool:
        return bool(self.changes.planned or self.changes.outside or self.changes.outputs)

    def to_text(self) -> str:
        """Say it in words, a line a resource."""
        lines = [self._head()]
        for title, changes in self._parts():
            lines += [
                title,
                *(f"  {ACTION_WORDS[c.action]:8} {c.address}  {attributes_of(c)}".rstrip() for c in changes),
            ]
        return "\n".join([*lines, *self._repair()])

    def to_markdown(self) -> str:
        """Say it for an issue."""
        blocks = [f"### {self._head()}"]
        for title, changes in self._parts():
            rows = [(ACTION_WORDS[c.action], code(c.address), attributes_of(c)) for c in changes]
            blocks += [title, table(("", "resource", "attributes"), rows)]
        return "\n\n".join([*blocks, *self._repair()])

    def _head(self) -> str:
        name = f"{self.target.stack} of {self.target.env} on {self.target.on}"
        if not self.changes.applied:
            return f"{name} is not applied: nothing of it is there."
        return f"{name} differs from its commit." if self else f"{name} is as its commit says."

    def _parts(self) -> list[tuple[str, tuple[Change, ...]]]:
        if not self.changes.applied:
            return []  # a line for each resource would say the same again
        parts = [
            ("Changed by somebody else than Terraform:", self.changes.outside),
            ("What an apply would do:", self.changes.planned),
        ]
        return [part for part in parts if part[1]]

    def _repair(self) -> list[str]:
        if not self:
            return []
        names = ", ".join(self.changes.outputs)
        where = f"STACK={self.target.stack} ENV={self.target.env} ON={self.target.on}"
        if not self.changes.applied:
            return [f"repair: `make apply {where}` makes it."]
        return [
            *([f"Outputs that would change: {names}."] if names else []),
            f"repair: `make apply {where}` puts it back; or write into the commit what was changed by hand.",
        ]


def find_drift(terraform: Terraform, target: Target) -> Drift:
    """Plan an initialised target and read what differs; nothing is kept."""
    file = target.plan_file.with_name("drift.tfplan")
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    try:
        terraform.plan(file, var_file=str(target.var_file))
        return Drift(target, read_changes(show_plan(terraform, file)))
    finally:
        file.unlink(missing_ok=True)  # plans hold secrets
