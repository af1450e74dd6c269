"""Comparisons as a table for people and a document for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from scripts.skewing.compare import VERDICTS, Comparison, Thresholds

COLOURS: Mapping[str, str] = {
    "ok": "green",
    "ignored": "dim",
    "few": "yellow",
    "warn": "yellow",
    "fail": "red",
}


@dataclass(frozen=True)
class Report:
    """All that was compared."""

    model: str
    contract_version: str
    contract_digest: str
    training_rows: int
    sources: Sequence[str]
    thresholds: Thresholds
    comparisons: Sequence[Comparison]
    refused: int = 0
    """Rows that the contract refuses, of the requests' files."""
    requested: int = 0
    """Rows in the requests' files."""
    reasons: Mapping[str, int] | None = None
    notes: Sequence[str] = ()

    @property
    def verdict(self) -> str:
        """The worst of all; too few rows are no good news either."""
        return worst([*(each.verdict for each in self.comparisons), self.refusal])

    @property
    def refusal(self) -> str:
        """The verdict on rows that are refused, by the thresholds of shares."""
        share = self.refused / self.requested if self.requested else 0.0
        warn, fail = self.thresholds.share
        return "fail" if share >= fail else "warn" if share >= warn else "ok"

    @property
    def passed(self) -> bool:
        """Whether a pipeline may go on: nothing failed, and there was enough to judge."""
        return self.verdict in ("ok", "ignored", "warn")


def worst(verdicts: Iterable[str]) -> str:
    """The worst verdict: a failure outweighs too few rows, and those outweigh a warning."""
    order = ("ok", "ignored", "warn", "few", "fail")
    assert set(order) == set(VERDICTS)
    return max(verdicts, key=order.index, default="few")


def to_document(report: Report) -> dict[str, Any]:
    """The document of --json."""
    return {
        "model": report.model,
        "contract_version": report.contract_version,
        "contract_digest": report.contract_digest,
        "verdict": report.verdict,
        "passed": report.passed,
        "training_rows": report.training_rows,
        "sources": list(report.sources),
        "thresholds": vars(report.thresholds),
        "refused": {
            "rows": report.refused,
            "of": report.requested,
            "verdict": report.refusal,
            "reasons": dict(report.reasons or {}),
        },
        "notes": list(report.notes),
        "columns": [vars(each) for each in report.comparisons],
    }


def print_report(report: Report, console: Console) -> None:
    """Print a row a column, then refusals and the verdict."""
    table = Table(box=None, pad_edge=False)
    for title in (
        "",
        "name",
        "rows",
        "PSI",
        "by chance",
        "missing",
        "before",
        "outside",
        "unseen",
        "verdict",
    ):
        table.add_column(title, justify="left" if title in ("", "name", "verdict") else "right")
    for each in report.comparisons:
        cells = [
            each.kind,
            each.name,
            str(each.rows),
            number(each.psi),
            number(each.noise if each.psi else None),
        ]
        cells += [share(each.missing), share(each.missing_before), share(each.outside), share(each.unseen)]
        colour = COLOURS[each.verdict]
        told = f"{each.verdict}: {', '.join(each.reasons)}" if each.reasons else each.verdict
        table.add_row(*cells, f"[{colour}]{told}[/]")
    console.print(table)
    if report.refused:
        console.print(f"\n{report.refused} of {report.requested} rows are refused by the contract:")
        for reason, count in list((report.reasons or {}).items())[:10]:
            console.print(f"  {count:6}  {reason}", markup=False)
    for note in report.notes:
        console.print(f"note: {note}", markup=False)
    colour = COLOURS[report.verdict]
    console.print(f"\n{report.model} {report.contract_version}: [{colour}]{report.verdict}[/]")


def number(value: float | None) -> str:
    """An index to three digits; nothing for none."""
    return "" if value is None else f"{value:.3f}"


def share(value: float | None) -> str:
    """A share in percent; nothing for none."""
    return "" if value is None else f"{value:.1%}"
