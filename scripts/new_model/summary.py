"""What is said about a new model: each column, what was noticed, and the commands that come next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from scripts.new_model.contract import Drafted
from scripts.new_model.inputs import is_closed, seen
from scripts.new_model.survey import Survey, time_of

WIDEST = 46


def describe_survey(survey: Survey, document: Mapping[str, Any]) -> Iterator[str]:
    """Lines about the file: the target, the inputs as they were taken, what was left out and noticed."""
    yield f"{survey.path.name}: {survey.rows} rows"
    yield f"target  {survey.target.name}: {_kind(survey)}"
    time = time_of(survey)
    yield "split   " + (
        f"the latest fifth by {time} is held out" if time else "a fifth is held out by chance"
    )
    yield ""
    rows = [("input", "type", "seen", "taken")]
    for column, entry in zip(survey.columns, document["inputs"], strict=True):
        rows.append((column.name, column.type, seen(column), _taken(entry)))
    cut = [tuple(_short(cell) for cell in row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cut, strict=True)]
    for row in cut:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    yield ""


def warnings(survey: Survey, drafted: Drafted, *, examples: bool) -> Iterator[str]:
    """Sentences about what a person should look at."""
    for column, name in survey.renamed.items():
        yield f"the column {column!r} is the input {name!r}: a contract takes no such name"
    for name, reason in survey.left_out.items():
        yield f"column {name} is left out: {reason}"
    for each in survey.columns:
        for note in each.notes:
            yield f"column {each.name}: {note}"
    if survey.target.kind == "binary":
        below, above = survey.target.labels
        yield f"the probability is that of {above}; --positive {below} turns it"
    closed = [each.name for each in survey.columns if is_closed(each)]
    if closed:
        yield f"of {', '.join(closed)} only the values seen are taken; let others in by taking `enum` out"
    yield from drafted.findings
    if examples:
        yield (
            "the contract's examples are rows of the file, and the API's document shows them: "
            "with personal data in it say --no-examples, and --leave-out what nobody should see"
        )


STEPS: Final = (
    ("make train STACK={name}", "train a baseline, and fill in the contract's examples"),
    ("make package openapi STACK={name}", "build the function's zip and the API's document"),
    ("make up", "start AWS on this machine, if it isn't up"),
    ("make apply STACK={name}", "put the model behind an API there"),
    ("make smoke-test STACK={name}", "prove that it answers right"),
)


def next_steps(name: str) -> Iterator[str]:
    """Commands to paste as one block, then what they do: zsh takes no comment behind a command."""
    yield from (f"  {command.format(name=name)}" for command, _ in STEPS)
    yield ""
    meanings = [meaning for _, meaning in STEPS]
    yield f"They {'; '.join(meanings[:-1])}; and {meanings[-1]}."
    yield f"When you are done: make destroy STACK={name}"


def _kind(survey: Survey) -> str:
    if survey.target.kind == "regression":
        return "an amount (regression)"
    labels = survey.target.labels
    shown = ", ".join(labels[:6]) + (", …" if len(labels) > 6 else "")
    return f"{'two' if len(labels) == 2 else len(labels)} classes ({survey.target.kind}): {shown}"


def _taken(entry: Mapping[str, Any]) -> str:
    limits = "anything"
    if "enum" in entry:
        limits = "only " + ", ".join(map(str, entry["enum"]))
    elif "minimum" in entry:
        limits = f"{entry['minimum']} … {entry['maximum']}"
    return limits if entry.get("required", True) else f"{limits}; or nothing"


def _short(cell: str) -> str:
    cell = " ".join(cell.split())
    return cell if len(cell) <= WIDEST else cell[: WIDEST - 1] + "…"


def shown_path(path: Path, root: Path) -> str:
    """A path as people type it in the repository."""
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
