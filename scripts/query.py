"""Run a query that the stack saved in CloudWatch Logs Insights, or list them when none is named.

The queries read the logs of the function, the API and the containers, on the local stage and in an account.
"""

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from scripts.smoke.subject import clients_of
from scripts.stack.arguments import add_target_arguments
from scripts.stack.command import run_on, target_of
from scripts.stack.target import StackError, Target, TargetError, read_outputs
from scripts.watch.durations import parse_duration

ANY_REQUEST = "00000000-0000-0000-0000-000000000000"
"""What a saved query has in place of a request's id."""
RUNNING = ("Scheduled", "Running")

Saved = Mapping[str, Mapping[str, Any]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a query; exit code 0 done, 1 failed, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    target = target_of(options)
    return run_on(target, lambda: _query(target, options), (ClientError, BotoCoreError))


def _query(target: Target, options: argparse.Namespace) -> int:
    console = Console(highlight=False)
    name = read_outputs(target)["dashboard_name"]
    logs = clients_of(target.environment())("logs")
    saved = saved_queries(logs, name)
    if options.query is None:
        print_list(saved, target, console)
        return 0
    query = choose(saved, options.query, options.request)
    rows = run(logs, query, options.since, options.timeout)
    if options.json:
        print(json.dumps(rows, indent=2))
    else:
        print_rows(rows, options.query, console)
    return 0


def saved_queries(logs: Any, name: str) -> Saved:
    """Ask for the queries that the stack saved: our name → the definition."""
    found: list[Mapping[str, Any]] = []
    arguments = {"queryDefinitionNamePrefix": f"{name}/"}
    while True:
        page = logs.describe_query_definitions(**arguments)
        found += page["queryDefinitions"]
        if not page.get("nextToken"):
            return {query["name"].removeprefix(f"{name}/"): query for query in found}
        arguments["nextToken"] = page["nextToken"]


def choose(saved: Saved, wanted: str, request: str | None) -> Mapping[str, Any]:
    """Pick a query, for one request if it is about one. Raises TargetError, with what there is."""
    if wanted not in saved:
        known = ", ".join(sorted(saved)) or "none: make apply saves them"
        raise TargetError(f"The stack has no query {wanted!r}; there are: {known}.")
    query = saved[wanted]
    asks = ANY_REQUEST in query["queryString"]
    if asks != (request is not None):
        raise TargetError(
            f"{wanted} looks for one request: ARGS='--request ID', the X-Request-Id of its answer."
            if asks
            else f"{wanted} is not about one request; leave --request out."
        )
    return {**query, "queryString": query["queryString"].replace(ANY_REQUEST, request or "")}


def run(logs: Any, query: Mapping[str, Any], since: int, timeout: float) -> list[dict[str, str]]:
    """Run a query over the last `since` seconds. Raises StackError when it doesn't end in time."""
    now = int(time.time())
    started = logs.start_query(
        logGroupNames=query["logGroupNames"],
        startTime=now - since,
        endTime=now,
        queryString=query["queryString"],
    )
    deadline = time.monotonic() + timeout
    while True:
        answer = logs.get_query_results(queryId=started["queryId"])
        if answer["status"] not in RUNNING:
            break
        if time.monotonic() > deadline:
            logs.stop_query(queryId=started["queryId"])
            raise StackError(
                f"The query did not end within {timeout:.0f} s.\n"
                "  repair   ARGS='--since 15m', a shorter time, or ARGS='--timeout 300', more patience"
            )
        time.sleep(0.5)
    if answer["status"] != "Complete":
        raise StackError(f"The query ended as {answer['status']}.")
    return [
        {field["field"]: field["value"] for field in row if field["field"] != "@ptr"}
        for row in answer["results"]
    ]


def print_list(saved: Saved, target: Target, console: Console) -> None:
    """Print each query's name and what it is for, its first line."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, query in sorted(saved.items()):
        first = query["queryString"].splitlines()[0]
        table.add_row(name, Text(first.removeprefix("# ") if first.startswith("#") else ""))
    console.print(table)
    console.print(
        f"\nmake query QUERY=… STACK={target.stack} ENV={target.env} ON={target.on} ARGS='--since 3h'"
    )


def print_rows(rows: list[dict[str, str]], name: str, console: Console) -> None:
    """Print a table, a column for each field as the rows have them; what is too wide, row by row."""
    if not rows:
        console.print(f"{name} found nothing in this time (ARGS='--since 7d' looks further back).")
        return
    columns = list(dict.fromkeys(field for row in rows for field in row))
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(_title(column), no_wrap=True)
    for row in rows:
        table.add_row(*(Text(row.get(column, "")) for column in columns))
    needed = console.measure(table, options=console.options.update(max_width=10_000)).maximum
    if needed <= console.width:
        console.print(table)
        return
    wide = max(len(_title(column)) for column in columns)
    for row in rows:
        for column, value in row.items():
            console.print(Text(f"{_title(column):{wide}}  {value}"), soft_wrap=True)
        console.print()


def _title(field: str) -> str:
    return f"{field} UTC" if field == "@timestamp" else field


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.query",
        description=__doc__,
        epilog="For example: make query QUERY=errors-by-code STACK=bike-rental ON=aws ARGS='--since 3h'",
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("query", nargs="?", help="its name, e.g. errors-by-code (left out: lists them)")
    add_target_arguments(parser)
    parser.add_argument(
        "--since", type=parse_duration, default="1h", help="how far to look back, e.g. 30m, 7d (%(default)s)"
    )
    parser.add_argument("--request", metavar="ID", help="the X-Request-Id that one-request looks for")
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds to wait (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
