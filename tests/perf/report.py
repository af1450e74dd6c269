"""Shows results and writes them: results.json, results.md, and the tables of docs/performance.md."""

import json
import re
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table as RichTable

from tests.perf.tables import Table, tables_of, targets_table

Results = dict[str, Any]

BEGIN = "<!-- measured: written by `make bench ARGS=--write-docs` -->"
END = "<!-- end of what was measured -->"
_BUSY = 0.3


def show(console: Console, table: Table) -> None:
    """Print one table."""
    drawn = RichTable(title=table.title, title_justify="left", box=box.SIMPLE_HEAD)
    for number, column in enumerate(table.columns):
        drawn.add_column(column, justify="right" if number else "left")
    for row in table.rows:
        drawn.add_row(*row)
    console.print(drawn, highlight=False)
    if table.note:
        console.print(f"  {table.note}\n", style="dim", highlight=False)


def write_files(results: Results, directory: Path) -> None:
    """Write results.json and results.md."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "results.json").write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")
    (directory / "results.md").write_text(f"# make bench\n\n{render(results, level=2)}")


def write_docs(results: Results, page: Path) -> None:
    """Replace what stands between the marks of a page by the tables."""
    text = page.read_text()
    if BEGIN not in text or END not in text:
        raise ValueError(f"{page} lacks the lines {BEGIN} and {END}")
    before, after = text.split(BEGIN, 1)[0], text.split(END, 1)[1]
    page.write_text(f"{before}{BEGIN}\n\n{render(results, level=3)}\n{END}{after}")


def render(results: Results, level: int) -> str:
    """All tables in Markdown, under headings of a level."""
    measured = results["measurements"]
    tables = [
        targets_table(measured),
        *(table for name in measured for table in tables_of(name, measured[name])),
    ]
    blocks = [describe(results), *(_markdown(table, level) for table in tables if table.rows)]
    return "\n\n".join(blocks) + "\n"


def describe(results: Results) -> str:
    """When, on what, and how busy it was."""
    machine = results["machine"]
    load, after = machine["load"][0], results["load_after"][0]
    kind = "A quick run" if results["quick"] else "A full run"
    processor = f"{machine['cores']} cores of {_plain(machine['processor'])}"
    return (
        f"{kind} of {results['date']} on {processor}, {machine['system']}, Python {machine['python']}.\n"
        f"Load average {load:g} before and {after:g} after: {_judge(results)}."
    )


def _judge(results: Results) -> str:
    """Say whether the machine was quiet, by what else ran during the load where that is known."""
    stage = results["measurements"].get("stage")
    others = [turn["cores_busy_otherwise"] or 0.0 for turn in stage["throughput"].values()] if stage else []
    busy = max(others, default=results["machine"]["load"][0])
    if busy < _BUSY:
        return "the machine had nothing else to do"
    return f"up to {busy:.1f} cores had other work, so absolute times are too long and only ratios count"


def _plain(name: str) -> str:
    return re.sub(r"\((R|TM)\)|\bCPU\b|@.*$", "", name).replace("  ", " ").strip()


def _markdown(table: Table, level: int) -> str:
    lines = [f"{'#' * level} {table.title}", ""]
    lines.append(f"| {' | '.join(table.columns)} |")
    lines.append(f"|{'|'.join([':--'] + ['--:'] * (len(table.columns) - 1))}|")
    lines += [f"| {' | '.join(row)} |" for row in table.rows]
    return "\n".join([*lines, "", table.note] if table.note else lines)
