"""Show the results: a table for people, markdown, JSON and JUnit XML for pipelines."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from xml.etree import ElementTree as ET

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from scripts.plan_summary.markdown import code, table
from scripts.smoke.result import Result

_MARKS = {
    "passed": "[green]✓[/green]",
    "failed": "[red]✗[/red]",
    "skipped": "[yellow]-[/yellow]",
    "warning": "[yellow]![/yellow]",
}


def render_table(results: Sequence[Result]) -> Table:
    """Lay out one row a check."""
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    table.add_column("check", no_wrap=True)
    table.add_column("found", overflow="fold")
    table.add_column("s", justify="right")
    for result in results:
        table.add_row(_MARKS[result.status], result.name, escape(result.found), f"{result.seconds:.2f}")
    return table


def print_failures(results: Sequence[Result], console: Console) -> None:
    """Say of each failure and warning which check, what was expected and found, and what to do next."""
    for result in results:
        if result.status in ("failed", "warning"):
            lines = (
                f"{'✗' if result.status == 'failed' else '!'} {result.name}",
                f"    expected  {result.expected}",
                f"    found     {result.found}",
                f"    next      {result.repair}",
            )
            console.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)


def to_json(results: Sequence[Result], subject: str) -> str:
    """Render the results as JSON."""
    passed = all(result.status != "failed" for result in results)
    document = {"subject": subject, "passed": passed, "checks": [asdict(result) for result in results]}
    return json.dumps(document, indent=2, ensure_ascii=False)


def append_markdown(results: Sequence[Result], subject: str, file: Path) -> None:
    """Append what failed, or that nothing did, to a job's summary or an issue's part."""
    failed = [result for result in results if result.status == "failed"]
    counted = Counter(result.status for result in results)
    said = ", ".join(f"{counted[status]} {status}" for status in ("passed", "failed", "skipped", "warning"))
    blocks = [f"### Smoke test of {subject}", said]
    if failed:
        texts = [(one.name, one.expected, one.found, one.repair) for one in failed]
        rows = [[code(" ".join(text.split())) for text in row] for row in texts]
        blocks.append(table(("check", "expected", "found", "next"), rows))
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as opened:
        opened.write("\n" + "\n\n".join(blocks) + "\n")


def write_junit(results: Sequence[Result], subject: str, file: Path) -> None:
    """Write the results as JUnit XML: one suite, one case a check."""
    suite = ET.Element(
        "testsuite",
        name=f"smoke test of {subject}",
        tests=str(len(results)),
        failures=str(sum(result.status == "failed" for result in results)),
        skipped=str(sum(result.status == "skipped" for result in results)),
        errors="0",
        time=f"{sum(result.seconds for result in results):.3f}",
    )
    for result in results:
        case = ET.SubElement(
            suite, "testcase", classname="smoke_test", name=result.name, time=f"{result.seconds:.3f}"
        )
        if result.status == "failed":
            failure = ET.SubElement(
                case, "failure", message=f"expected {result.expected}, found {result.found}"
            )
            failure.text = f"next: {result.repair}"
        elif result.status == "skipped":
            ET.SubElement(case, "skipped", message=result.found)
        elif result.status == "warning":
            ET.SubElement(case, "system-err").text = f"{result.found}\nnext: {result.repair}"
    file.parent.mkdir(parents=True, exist_ok=True)
    ET.ElementTree(suite).write(file, encoding="utf-8", xml_declaration=True)
