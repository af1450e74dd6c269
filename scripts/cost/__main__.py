"""What a stack would cost, before it is applied: by the hour and by the month, at a stated traffic.

Reads a plan (`terraform show -json`): it makes one of STACK in ENV, or takes --plan FILE.
What has no known price is named and is not in the total. No account is asked what it pays.
docs/cost.md says what is counted and how.
"""

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from scripts.cost.estimate import estimate
from scripts.cost.plan import Plan, PlanError, parse_plan, read_plan
from scripts.cost.prices import TABLE_FILE, PriceTable
from scripts.cost.refresh import PRICE_LIST, RefreshError, fetch_json, read_region, update_table
from scripts.cost.report import print_table, to_document, to_markdown
from scripts.cost.traffic import add_traffic_arguments, read_traffic
from scripts.stack.arguments import add_target_arguments
from scripts.stack.command import run_on, target_of
from scripts.stack.progress import Progress
from scripts.stack.saved_plan import read_saved_plan
from scripts.stack.target import Target, initialise, open_terraform

WIDTH = 120
"""Columns of the table where there is no terminal."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the estimate; exit code 0 done, 1 failed, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    run = _refresh if options.refresh else _estimate
    return run_on(target_of(options), lambda: run(options), (PlanError, RefreshError), name="cost")


def _estimate(options: argparse.Namespace) -> int:
    plan = _find_plan(options)
    region = options.region or plan.region
    if region is None:
        print("The plan doesn't say its region; name it: ARGS='--region eu-west-1'.", file=sys.stderr)
        return 2
    table, traffic = PriceTable.load(), read_traffic(options)
    root = Target(options.stack).root
    found = estimate(plan.resources, traffic, table, region, root)
    before = estimate(plan.before, traffic, table, region, root) if plan.before else None
    if options.json:
        print(json.dumps(to_document(found, traffic, table, before), indent=2))
    elif options.markdown:
        print(to_markdown(found, traffic, table, before), end="")
    else:
        width = None if sys.stdout.isatty() else WIDTH
        print_table(found, traffic, table, Console(highlight=False, width=width), before)
    return 0


def _find_plan(options: argparse.Namespace) -> Plan:
    if options.plan:
        return read_plan(options.plan)
    if options.saved_plan:
        return parse_plan(read_saved_plan(Target(options.stack, options.env, options.on, options.stage)))
    return _make_plan(options)


def _make_plan(options: argparse.Namespace) -> Plan:
    """Plan the stack into a file of its own, so that a plan kept for `apply` stays."""
    target = Target(options.stack, options.env, options.on, options.stage)
    with Progress() as progress:
        terraform, _ = open_terraform(target, progress)
        initialise(terraform, target)
        file = target.directory / "cost.tfplan"
        try:
            terraform.plan(file, var_file=str(target.var_file))
            _, text, _ = terraform.cmd("show", "-json", str(file))
        finally:
            file.unlink(missing_ok=True)  # plans hold secrets
    return parse_plan(json.loads(text))


def _refresh(options: argparse.Namespace) -> int:
    if options.region is None:
        print("Say whose prices: make cost ARGS='--refresh --region eu-west-1'", file=sys.stderr)
        return 2
    print(f"Prices of {options.region} from {options.price_list}:", file=sys.stderr)
    entries = read_region(
        options.region, options.price_list, fetch_json, lambda line: print(line, file=sys.stderr)
    )
    if not entries:
        raise RefreshError(
            f"The price list has none of our items for {options.region}; is the region's name right?"
        )
    count = update_table(TABLE_FILE, options.region, entries, options.price_list)
    print(f"{count} prices written to {TABLE_FILE.name}; look at `git diff` and commit it.", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.cost",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="For example: make cost STACK=bike-rental ENV=prod ARGS='--requests 5e6'",
    )
    add_target_arguments(parser)
    given = parser.add_mutually_exclusive_group()
    given.add_argument(
        "--plan", type=Path, metavar="FILE", help="a plan in JSON (- for a pipe); none is made"
    )
    given.add_argument("--saved-plan", action="store_true", help="the plan that `make plan` left")
    parser.add_argument("--region", type=_region, help="whose prices (default: the plan's region)")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON")
    form.add_argument("--markdown", action="store_true", help="print markdown, for a pull request")
    parser.add_argument(
        "--refresh", action="store_true", help="fetch the prices of --region from AWS's price list"
    )
    parser.add_argument("--price-list", default=PRICE_LIST, metavar="URL", help="where that is (%(default)s)")
    add_traffic_arguments(parser)
    return parser


def _region(text: str) -> str:
    if not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no region, such as eu-west-1")
    return text


if __name__ == "__main__":
    sys.exit(main())
