"""Show what a stack's function counted: requests, rows, latency, of it in the model, and errors by code.

The numbers are CloudWatch's, from the function's own log lines (embedded metric format); the dashboard shows
the same ones. In an account new numbers take about a minute to appear.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.table import Table

from scripts.smoke.subject import clients_of
from scripts.stack.arguments import add_target_arguments
from scripts.stack.command import run_on, target_of
from scripts.stack.target import Target, read_outputs
from scripts.watch.durations import parse_duration
from scripts.watch.metric_data import LATENCIES, Metrics, Window, add_up, describe, read_metrics

DEFAULT_NAMESPACE = "ModelEndpointApi"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the metrics; exit code 0 done, 1 failed, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    target = target_of(options)
    return run_on(target, lambda: _print_metrics(target, options), (ClientError, BotoCoreError))


def _print_metrics(target: Target, options: argparse.Namespace) -> int:
    outputs = read_outputs(target)
    aws = clients_of(target.environment())
    function = outputs["function_name"]
    namespace = options.namespace or find_namespace(aws, function, outputs["alias_name"])
    window = Window.back_from(datetime.now(UTC), options.since)
    metrics = read_metrics(aws("cloudwatch"), namespace, function, window)
    if options.json:
        print(json.dumps(to_document(metrics, function), indent=2))
    else:
        print_tables(metrics, function, Console(highlight=False))
    return 0


def find_namespace(aws: Callable[[str], Any], function: str, alias: str) -> str:
    """Ask the function which namespace it writes to."""
    configuration = aws("lambda").get_function_configuration(FunctionName=function, Qualifier=alias)
    variables: Mapping[str, str] = configuration.get("Environment", {}).get("Variables", {})
    return variables.get("METRICS_NAMESPACE", DEFAULT_NAMESPACE)


def to_document(metrics: Metrics, function: str) -> dict[str, Any]:
    """Make the document of --json."""
    return {
        "function": function,
        "start": metrics.window.start.isoformat(),
        "end": metrics.window.end.isoformat(),
        "period_seconds": metrics.window.period,
        "total": describe(add_up(metrics.periods.values())),
        "errors_by_code": dict(metrics.errors_by_code),
        "periods": [
            {"start": moment.isoformat(), **describe(values)} for moment, values in metrics.periods.items()
        ],
    }


def print_tables(metrics: Metrics, function: str, console: Console) -> None:
    """Print a row a period and their sum, then errors by code."""
    start, end = metrics.window.start.astimezone(), metrics.window.end.astimezone()
    console.print(f"{function} from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}")
    if not metrics.periods:
        console.print("No request was counted in this time.")
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for title in ("requests", "rows", "errors"):
        table.add_column(title, justify="right")
    for of in ("latency ms", "model ms"):
        for title in (f"{of}\naverage", "\np99", "\nmax"):
            table.add_column(title, justify="right")
    form = "%d %b %H:%M" if metrics.window.period >= 3600 else "%H:%M"
    for moment, values in metrics.periods.items():
        table.add_row(moment.astimezone().strftime(form), *_cells(describe(values)))
    table.add_section()
    table.add_row("total", *_cells(describe(add_up(metrics.periods.values()))), style="bold")
    console.print(table)
    if metrics.errors_by_code:
        codes = Table("errors by code", "", box=None, pad_edge=False)
        for code, count in sorted(metrics.errors_by_code.items(), key=lambda pair: -pair[1]):
            codes.add_row(code, str(count))
        console.print()
        console.print(codes)


def _cells(record: Mapping[str, Any]) -> list[str]:
    counts = [str(record[name]) for name in ("requests", "rows", "errors")]
    times = [record[name][of] for name in LATENCIES for of in ("average", "p99", "maximum")]
    return [*counts, *("" if time is None else f"{time:.1f}" for time in times)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.metrics",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
        epilog="For example: make metrics STACK=bike-rental ENV=prod ON=aws ARGS='--since 7d'",
    )
    add_target_arguments(parser)
    parser.add_argument(
        "--since", type=parse_duration, default="1h", help="how far to look back, e.g. 30m, 7d (%(default)s)"
    )
    parser.add_argument("--namespace", help="CloudWatch namespace (default: the function's own setting)")
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
