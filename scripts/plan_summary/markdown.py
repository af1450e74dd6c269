"""A plan as markdown for a pull request: what it means, what is lost, what changes by address."""

from collections import Counter
from collections.abc import Iterable, Sequence

from scripts.plan_summary.changes import Change, PlannedChanges
from scripts.plan_summary.meaning import BY_DESIGN, meanings

ACTION_WORDS = {
    "create": "create",
    "update": "update",
    "replace": "REPLACE",
    "delete": "DESTROY",
    "forget": "forget",
}
_COUNTED = {
    "create": "to create",
    "update": "to update",
    "replace": "to replace",
    "delete": "to destroy",
    "forget": "to forget",
}


LONG = 15
"""Rows of a table that is shown unasked."""


def to_markdown(changes: PlannedChanges, name: str) -> str:
    """Return the summary; it holds names of attributes and no value of any."""
    blocks = [f"### Plan of {name}", _head(changes)]
    if changes.errored:
        blocks.append("**Terraform failed while planning: this is a part of it, and can't be applied.**")
    if said := meanings(changes.planned):
        blocks.append("\n".join(f"- {sentence}" for sentence in said))
    lost = [change for change in changes.planned if change.action in ("replace", "delete")]
    if lost:
        rows = [(ACTION_WORDS[c.action], code(c.address), why_lost(c)) for c in sorted(lost, key=_expected)]
        blocks += ["#### :warning: Destroyed or replaced", table(("", "resource", "why"), rows)]
    rest = [change for change in changes.planned if change.action not in ("replace", "delete")]
    if rest:
        rows = [(ACTION_WORDS[c.action], code(c.address), attributes_of(c)) for c in rest]
        blocks += ["#### Created or updated", _folded(table(("", "resource", "attributes"), rows), len(rows))]
    if changes.outside:
        rows = [(ACTION_WORDS[c.action], code(c.address), attributes_of(c)) for c in changes.outside]
        blocks += ["#### Changed outside Terraform", table(("", "resource", "attributes"), rows)]
    if changes.outputs:
        blocks.append(f"Outputs that change: {', '.join(map(code, changes.outputs))}.")
    return "\n\n".join(blocks) + "\n"


def _head(changes: PlannedChanges) -> str:
    counted = Counter(change.action for change in changes.planned)
    said = [f"**{counted[action]}** {words}" for action, words in _COUNTED.items() if counted[action]]
    return ", ".join(said) + "." if said else "Nothing to change."


def _folded(rows: str, count: int) -> str:
    """Fold a table that would hide the rest of the page."""
    if count <= LONG:
        return rows
    return f"<details><summary>{count} resources</summary>\n\n{rows}\n\n</details>"


def _expected(change: Change) -> bool:
    return change.action == "replace" and change.type in BY_DESIGN


def why_lost(change: Change) -> str:
    """Say why a resource is destroyed or replaced, in which order, and whether that is a release's way."""
    forced = ", ".join(map(code, change.forced_by))
    said = [f"{forced} forces replacement" if forced else change.reason]
    if change.action == "replace":
        said.append("made before the old one goes" if change.made_first else "**the old one goes first**")
    if _expected(change):
        said.append(f"as at every release: {BY_DESIGN[change.type]}")
    return "; ".join(filter(None, said))


def attributes_of(change: Change) -> str:
    """Name the attributes that differ."""
    return ", ".join(
        code(name) + (" (sensitive)" if name in change.sensitive else "") for name in change.attributes
    )


def code(text: str) -> str:
    """Quote a name, so that nothing in it is markup or ends a table's cell."""
    return "`" + text.replace("`", "'").replace("|", "\\|") + "`"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
