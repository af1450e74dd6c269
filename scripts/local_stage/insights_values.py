"""What Logs Insights computes with: fields of events, operators, functions, aggregates.

Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html,
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html
A text that is a number counts as one; what a field is missing for is missing in what is made of it.
"""

import json
import math
import re
import statistics
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

Row = Mapping[str, Any]
Node = Callable[[Row], Any]


class Moment(float):
    """Milliseconds since 1970 that results show as a date."""


_SPANS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_REPORTED = {
    "@requestId": r"RequestId: (\S+)",
    "@duration": r"\tDuration: ([\d.]+) ms",
    "@billedDuration": r"Billed Duration: ([\d.]+) ms",
    "@initDuration": r"Init Duration: ([\d.]+) ms",
    "@maxMemoryUsed": r"Max Memory Used: (\d+) MB",
    "@memorySize": r"Memory Size: (\d+) MB",
}


def fields_of(message: str) -> dict[str, Any]:
    """Fields that are discovered in a line: JSON's members as paths, Lambda's own in its text lines."""
    try:
        document = json.loads(message) if message.lstrip().startswith("{") else None
    except ValueError:
        document = None
    if isinstance(document, dict):
        return dict(_paths(document, ""))
    kind = re.match(r"(START|END|REPORT) RequestId: (\S+)", message)
    if kind is None:
        return {}
    found: dict[str, Any] = {"@type": kind[1], "@requestId": kind[2]}
    for name, pattern in _REPORTED.items():
        value = re.search(pattern, message) if kind[1] == "REPORT" else None
        if value is not None and name != "@requestId":
            scale = 1_000_000 if name in ("@maxMemoryUsed", "@memorySize") else 1
            found[name] = float(value[1]) * scale
    return found


def _paths(value: Any, prefix: str) -> Any:
    members = enumerate(value) if isinstance(value, list) else value.items()
    for name, inner in members:
        if isinstance(inner, dict | list):
            yield from _paths(inner, f"{prefix}{name}.")
        elif inner is not None:
            yield f"{prefix}{name}", inner


def number(value: Any) -> float | None:
    """A value as a number; None for what is none."""
    if isinstance(value, bool):
        return float(value)
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) else None


def seconds_of(span: str) -> float:
    """`5m`, `1h` as seconds."""
    found = re.fullmatch(r"(\d+)(ms|s|m|h|d|w)[a-z]*", span)
    if found is None:
        raise ValueError(f"{span!r} is no span of time")
    return int(found[1]) * _SPANS[found[2]]


def like(value: Any, wanted: re.Pattern[str]) -> bool:
    """Whether a pattern is found in a value."""
    return value is not None and wanted.search(text(value)) is not None


def text(value: Any) -> str:
    """A value as results show it: whole numbers without a point."""
    if isinstance(value, Moment):
        moment = datetime.fromtimestamp(value / 1000, UTC)
        return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d}"
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _arithmetic(combine: Callable[[float, float], float]) -> Callable[[Any, Any], float | None]:
    def combined(left: Any, right: Any) -> float | None:
        a, b = number(left), number(right)
        try:
            return None if a is None or b is None else combine(a, b)
        except ZeroDivisionError:
            return None

    return combined


def _comparison(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compared(left: Any, right: Any) -> bool:
        if left is None or right is None:
            return False
        a, b = number(left), number(right)
        return compare(text(left), text(right)) if a is None or b is None else compare(a, b)

    return compared


def _of_number(function: Callable[[float], float]) -> Callable[[Any], float | None]:
    def called(value: Any) -> float | None:
        found = number(value)
        return None if found is None else function(found)

    return called


def _of_numbers(function: Callable[[list[float]], float]) -> Callable[[list[Any]], float | None]:
    def called(values: list[Any]) -> float | None:
        found = [value for value in map(number, values) if value is not None]
        return function(found) if found else None

    return called


def _percentile(values: list[Any], percent: float) -> float | None:
    found = sorted(value for value in map(number, values) if value is not None)
    return found[max(math.ceil(percent / 100 * len(found)), 1) - 1] if found else None


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": _arithmetic(lambda a, b: a + b),
    "-": _arithmetic(lambda a, b: a - b),
    "*": _arithmetic(lambda a, b: a * b),
    "/": _arithmetic(lambda a, b: a / b),
    "=": _comparison(lambda a, b: bool(a == b)),
    "!=": _comparison(lambda a, b: bool(a != b)),
    "<": _comparison(lambda a, b: bool(a < b)),
    ">": _comparison(lambda a, b: bool(a > b)),
    "<=": _comparison(lambda a, b: bool(a <= b)),
    ">=": _comparison(lambda a, b: bool(a >= b)),
}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "ispresent": lambda value: value is not None,
    "coalesce": lambda *values: next((value for value in values if value is not None), None),
    "abs": _of_number(abs),
    "ceil": _of_number(lambda value: float(math.ceil(value))),
    "floor": _of_number(lambda value: float(math.floor(value))),
    "strlen": lambda value: None if value is None else len(text(value)),
    "tolower": lambda value: None if value is None else text(value).lower(),
    "toupper": lambda value: None if value is None else text(value).upper(),
}
AGGREGATES: dict[str, Callable[..., Any]] = {
    "count": len,
    "count_distinct": lambda values: len(set(values)),
    "sum": _of_numbers(math.fsum),
    "avg": _of_numbers(statistics.fmean),
    "min": _of_numbers(min),
    "max": _of_numbers(max),
    "stddev": _of_numbers(statistics.pstdev),
    "pct": _percentile,
    "earliest": lambda values: values[0] if values else None,
    "latest": lambda values: values[-1] if values else None,
}
"""Of the values that are present, in the order of their times."""
