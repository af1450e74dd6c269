"""Measure handler, cold start, local stage, Terraform and the build; tables and pictures go to build/bench.

Benchmarks are no tests: a target that is missed is said so, and the exit code is 0 all the same.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from time import perf_counter
from typing import NamedTuple

from rich.console import Console

from scripts import ROOT
from tests.perf import (
    bench_build,
    bench_cold_start,
    bench_formats,
    bench_handler,
    bench_stage,
    bench_terraform,
    bench_transforms,
)
from tests.perf.deployment import Deployment
from tests.perf.machine import describe_machine
from tests.perf.plots import draw
from tests.perf.report import Results, describe, show, write_docs, write_files
from tests.perf.result import CannotMeasureError, Numbers, Say
from tests.perf.tables import tables_of, targets_table

DIRECTORY = ROOT / "build" / "bench"
PAGE = ROOT / "docs" / "performance.md"


class Bench(NamedTuple):
    """What a measurement may use."""

    quick: bool
    say: Say
    deployment: Deployment


MEASUREMENTS: dict[str, Callable[[Bench], Numbers]] = {
    "build": lambda bench: bench_build.run(bench.quick, bench.say),
    "handler": lambda bench: bench_handler.run(bench.quick),
    "transforms": lambda bench: bench_transforms.run(bench.quick, bench.say),
    "formats": lambda bench: bench_formats.run(bench.quick),
    "cold_start": lambda bench: bench_cold_start.run(bench.quick, bench.say),
    "stage": lambda bench: bench_stage.run(bench.quick, bench.deployment, bench.say),
    "terraform": lambda bench: bench_terraform.run(bench.deployment),
}
"""In the order in which they run: `terraform` ends by destroying what `stage` uses."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; exit code 0, 1 when something couldn't be measured, 2 wrong usage, 130 interrupted."""
    options = _read_arguments(arguments)
    console = Console(width=None if sys.stdout.isatty() else 140)
    if options.last:
        return _show_last(console, write_page=options.write_docs)
    results: Results = {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "quick": options.quick,
        "machine": describe_machine(),
        "measurements": {},
    }
    try:
        failures = _measure(options.only, options.quick, results, console)
    except KeyboardInterrupt:
        console.print("Interrupted; the stage is down.")
        return 130
    results["load_after"] = [round(load, 1) for load in os.getloadavg()]
    measured = results["measurements"]
    if measured:
        write_files(results, DIRECTORY)
        show(console, targets_table(measured))
        console.print(describe(results), highlight=False)
        console.print(
            f"\nWritten: {DIRECTORY.relative_to(ROOT)}/results.md, results.json, *.png", highlight=False
        )
    if options.write_docs and not failures:
        write_docs(results, PAGE)
        console.print(f"Written: {PAGE.relative_to(ROOT)}", highlight=False)
    for name, error in failures.items():
        print(f"{name} could not be measured: {error}", file=sys.stderr)
    return 1 if failures else 0


def _show_last(console: Console, *, write_page: bool) -> int:
    """Show, draw and write once more what was measured last."""
    try:
        results: Results = json.loads((DIRECTORY / "results.json").read_text())
    except FileNotFoundError:
        print("Nothing was measured yet.\n  repair   make bench", file=sys.stderr)
        return 1
    if write_page and set(results["measurements"]) != set(MEASUREMENTS):
        print("The last run left something out.\n  repair   make bench ARGS=--write-docs", file=sys.stderr)
        return 1
    for name, found in results["measurements"].items():
        for table in tables_of(name, found):
            show(console, table)
        draw(name, found, DIRECTORY)
    write_files(results, DIRECTORY)
    if write_page:
        write_docs(results, PAGE)
    return 0


def _measure(names: Sequence[str], quick: bool, results: Results, console: Console) -> dict[str, Exception]:
    """Run the measurements and show each as it ends; what failed, by name."""
    failures: dict[str, Exception] = {}
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        status = stack.enter_context(console.status("")) if console.is_terminal else None

        def say(text: str) -> None:
            if status is not None:
                status.update(text)

        deployment = stack.enter_context(Deployment(say))
        for name in names:
            began = perf_counter()
            console.print(f"→ {name}", highlight=False)
            say(name)
            try:
                found = json.loads(json.dumps(MEASUREMENTS[name](Bench(quick, say, deployment))))
            except CannotMeasureError as error:
                failures[name] = error
                continue
            results["measurements"][name] = found
            for table in tables_of(name, found):
                show(console, table)
            draw(name, found, DIRECTORY)
            console.print(f"  {name} took {perf_counter() - began:.0f} s\n", style="dim", highlight=False)
    return failures


def _read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.perf", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="fewer repeats: below two minutes instead of ten"
    )
    parser.add_argument(
        "--only",
        type=_names,
        default=list(MEASUREMENTS),
        metavar="NAMES",
        help=f"some of: {','.join(MEASUREMENTS)}",
    )
    parser.add_argument("--write-docs", action="store_true", help="put the tables into docs/performance.md")
    parser.add_argument(
        "--last", action="store_true", help="measure nothing: show, draw and write the last results once more"
    )
    options = parser.parse_args(arguments)
    if options.write_docs and options.only != list(MEASUREMENTS):
        parser.error("--write-docs wants everything measured in one run: leave --only out")
    return options


def _names(text: str) -> list[str]:
    wanted = text.split(",")
    if unknown := set(wanted) - set(MEASUREMENTS):
        raise argparse.ArgumentTypeError(
            f"{', '.join(sorted(unknown))}: expected some of {', '.join(MEASUREMENTS)}"
        )
    return [name for name in MEASUREMENTS if name in wanted]


if __name__ == "__main__":
    sys.exit(main())
