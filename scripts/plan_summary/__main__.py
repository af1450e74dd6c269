"""Summarise a plan as markdown: counts, what it means, what is destroyed and why, what changes by address,
and how the API that the stage serves changes for its clients.

Reads the plan that `make plan` kept for STACK in ENV, or --plan FILE (`terraform show -json`).
Names of attributes are shown, values never.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scripts.api_diff import report
from scripts.plan_summary.changes import PlannedChanges, read_changes
from scripts.plan_summary.markdown import to_markdown
from scripts.plan_summary.meaning import meanings
from scripts.plan_summary.served_api import read_api_changes
from scripts.stack.arguments import add_target_arguments
from scripts.stack.command import run_on, target_of
from scripts.stack.saved_plan import read_saved_plan
from scripts.stack.target import Target


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the summary; exit code 0 done, 1 failed, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    target = target_of(options)
    return run_on(target, lambda: _summarise(target, options), (OSError, ValueError))


def _summarise(target: Target, options: argparse.Namespace) -> int:
    plan = _read(options.plan) if options.plan else read_saved_plan(target)
    changes, apis = read_changes(plan), read_api_changes(plan)
    name = f"{target.stack} {target.env}"
    if options.json:
        served = {address: report.to_document(found) for address, found in apis.items()}
        print(json.dumps(to_document(changes) | {"api": served}, indent=2))
    else:
        served_now = [report.to_markdown(found, f"{name} as it is served") for found in apis.values()]
        print("\n".join([to_markdown(changes, name), *served_now]), end="")
    return 0


def to_document(changes: PlannedChanges) -> dict[str, Any]:
    """Return the summary as JSON values."""
    document = asdict(changes)
    for entry in (*document["planned"], *document["outside"]):
        entry["sensitive"] = sorted(entry["sensitive"])
    return document | {"meaning": meanings(changes.planned)}


def _read(file: Path) -> Any:
    plan = json.loads(file.read_text())
    if not isinstance(plan, dict) or "resource_changes" not in plan:
        raise ValueError(f"{file} is no plan.\n  repair   terraform show -json PLAN > {file}")
    return plan


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.plan_summary",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="For example: make plan plan-summary STACK=bike-rental ENV=prod ON=aws",
    )
    add_target_arguments(parser)
    parser.add_argument("--plan", type=Path, metavar="FILE", help="JSON of a plan, instead of the saved one")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
