"""Logs Insights: a query run over the lines of log groups."""

from collections.abc import Iterable, Mapping
from functools import cmp_to_key
from typing import Any

from scripts.local_stage.insights_query import Column, Command, read_query
from scripts.local_stage.insights_values import Moment, Row, fields_of, number, text

LINES = 10_000
"""Results without `limit`: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Limit.html"""


def run_query(query: str, events: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Run a query over events (`@timestamp`, `@ingestionTime` in ms, `@message`, …). Raises QueryError.

    Newest first, unless it sorts. Values are texts, as GetQueryResults gives them; missing ones are left out.
    """
    rows: list[Row] = [
        {
            **fields_of(str(event["@message"])),
            **event,
            **{name: Moment(event[name]) for name in ("@timestamp", "@ingestionTime")},
        }
        for event in sorted(events, key=lambda event: -float(event["@timestamp"]))
    ]
    shown = ["@timestamp", "@message"]
    for command in read_query(query):
        rows, shown = _run(command, rows, shown)
    return [
        {name: text(row[name]).rstrip("\n") for name in shown if row.get(name) is not None}
        for row in rows[:LINES]
    ]


def _run(command: Command, rows: list[Row], shown: list[str]) -> tuple[list[Row], list[str]]:
    if command.kind == "filter":
        return [row for row in rows if command.condition(row)], shown
    if command.kind == "limit":
        return rows[: command.count], shown
    if command.kind == "sort":
        for column in reversed(command.columns):
            rows = _sorted(column, rows)
        return rows, shown
    if command.kind == "stats":
        names = [column.name for column in (*command.by, *command.columns)]
        return _stats(command, rows), names
    rows = [{**row, **{column.name: column.value(row) for column in command.columns}} for row in rows]
    return rows, [column.name for column in command.columns]


def _stats(command: Command, rows: list[Row]) -> list[Row]:
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in sorted(rows, key=lambda row: float(row.get("@timestamp", 0))):
        groups.setdefault(tuple(column.value(row) for column in command.by), []).append(row)
    if not command.by and not groups:
        groups[()] = []
    return [
        {
            **{column.name: value for column, value in zip(command.by, key, strict=True)},
            **{column.name: column.value(group) for column in command.columns},
        }
        for key, group in groups.items()
    ]


def _sorted(column: Column, rows: list[Row]) -> list[Row]:
    """Numbers before texts; what has no value comes last, whichever way."""

    def compare(left: Row, right: Row) -> int:
        a, b = column.value(left), column.value(right)
        if a is None or b is None:
            return (a is None) - (b is None)
        first, second = _rank(a), _rank(b)
        order = (first > second) - (first < second)
        return -order if column.name == "desc" else order

    return sorted(rows, key=cmp_to_key(compare))


def _rank(value: Any) -> tuple[int, float, str]:
    found = number(value)
    return (1, 0.0, text(value)) if found is None else (0, found, "")
