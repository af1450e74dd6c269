"""Metric filters: metrics that CloudWatch Logs counts from the lines of a group.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
Known here: terms (`ERROR -health ?slow "in words"`), and comparisons of JSON's members with && and ||
(`{ $.status = "429" && $.latency_ms > 100 }`). With another pattern a filter counts nothing, as the
stage's log says.
"""

import fnmatch
import json
import logging
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from scripts.local_stage.embedded_metrics import Metric

Event = Mapping[str, Any]
Matches = Callable[[str, Any], bool]
"""A line, and what it is as JSON (None if it is none) → whether the pattern is met."""

_TERM = re.compile(r'([-?]?)(?:"([^"]*)"|(\S+))')
_COMPARISON = re.compile(r"\s*(\$[\w.\[\]]*)\s*(!=|<=|>=|=|<|>)\s*(?:\"([^\"]*)\"|([^\s\"&|()]+))\s*")
_ORDERS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}

_refused: set[str] = set()


def count_lines(
    filters: Iterable[Mapping[str, Any]], group: str, events: Iterable[Event]
) -> Iterator[Metric]:
    """Metrics that the filters of a group make of its new lines."""
    newest = {found["filterName"]: found for found in filters if found["logGroupName"] == group}
    if not newest:
        return
    lines = [(int(event["timestamp"]), str(event["message"])) for event in events]
    for found in newest.values():
        matches = _matcher(str(found.get("filterPattern") or ""))
        if matches is not None:
            for transformation in found["metricTransformations"]:
                yield from _count(transformation, matches, lines)


def _count(
    transformation: Mapping[str, Any], matches: Matches, lines: list[tuple[int, str]]
) -> Iterator[Metric]:
    default = transformation.get("defaultValue")
    for moment, line in lines:
        document = _read(line)
        value = transformation["metricValue"] if matches(line, document) else default
        if value is None:
            continue
        number = _member(document, value) if str(value).startswith("$") else value
        try:
            yield Metric(
                namespace=transformation["metricNamespace"],
                name=transformation["metricName"],
                unit=transformation.get("unit") or "None",
                dimensions=tuple(
                    (name, str(_member(document, path)))
                    for name, path in (transformation.get("dimensions") or {}).items()
                ),
                values=(float(number),),
                timestamp_ms=moment,
            )
        except (TypeError, ValueError):
            continue  # no number stands there


def _matcher(pattern: str) -> Matches | None:
    inside = re.fullmatch(r"\s*\{(.*)\}\s*", pattern)
    try:
        return _json_matcher(inside[1]) if inside else _term_matcher(pattern)
    except ValueError as error:
        if pattern not in _refused:
            _refused.add(pattern)
            logging.getLogger(__name__).warning("metric filter %r counts nothing here: %s", pattern, error)
        return None


def _json_matcher(text: str) -> Matches:
    either = [[_comparison(one) for one in both.split("&&")] for both in text.split("||")]
    return lambda _, document: (
        document is not None and any(all(holds(document) for holds in both) for both in either)
    )


def _comparison(text: str) -> Callable[[Any], bool]:
    found = _COMPARISON.fullmatch(text)
    if found is None:
        raise ValueError(f"{text.strip()!r} is no comparison that is known here")
    path, sign, wanted = found[1], found[2], found[3] if found[3] is not None else found[4]
    if sign in _ORDERS:
        number = float(wanted)
        return lambda document: _in_order(_ORDERS[sign], _member(document, path), number)
    return lambda document: _equals(_member(document, path), wanted) == (sign == "=")


def _in_order(order: Callable[[float, float], bool], value: Any, number: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and order(value, number)


def _equals(value: Any, wanted: str) -> bool:
    """A text with * for anything; a number is equal by its value."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return float(wanted) == value
        except ValueError:
            return False
    return isinstance(value, str) and fnmatch.fnmatchcase(value, wanted.replace("[", "[[]"))


def _member(document: Any, path: Any) -> Any:
    for name in re.findall(r"\w+", str(path)):
        if isinstance(document, dict):
            document = document.get(name)
        elif isinstance(document, list) and name.isdigit() and int(name) < len(document):
            document = document[int(name)]
        else:
            return None
    return document


def _term_matcher(pattern: str) -> Matches:
    terms = [(sign, quoted or bare) for sign, quoted, bare in _TERM.findall(pattern)]
    needed = [term for sign, term in terms if sign == ""]
    banned = [term for sign, term in terms if sign == "-"]
    options = [term for sign, term in terms if sign == "?"]
    return lambda line, _: (
        all(term in line for term in needed)
        and not any(term in line for term in banned)
        and (not options or any(term in line for term in options))
    )


def _read(line: str) -> Any:
    try:
        return json.loads(line) if line.startswith("{") else None
    except ValueError:
        return None
