"""Instances → the text that `?data=` takes: rows parted by semicolons, values by commas."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from scoring.contract import Input


def request_as_text(inputs: Sequence[Input], request: Mapping[str, Any]) -> str:
    """Write what a request asks for as text; `{"data": …}` is text already."""
    return request["data"] if "data" in request else rows_as_text(inputs, request["instances"])


def rows_as_text(inputs: Sequence[Input], instances: Sequence[Any]) -> str:
    """Write instances of any shape in the order of the inputs; what a row leaves out is an empty cell."""
    return ";".join(_row([_cell(value) for value in _values(inputs, instance)]) for instance in instances)


def _values(inputs: Sequence[Input], instance: Any) -> Sequence[Any]:
    if isinstance(instance, dict) and "features" in instance:
        instance = instance["features"]
    elif isinstance(instance, dict) and "data" in instance:
        instance = instance["data"]["features"]["values"]
    if isinstance(instance, dict):
        return [instance.get(item.name) for item in inputs]
    values: Sequence[Any] = instance
    return values


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _row(cells: Sequence[str]) -> str:
    """Write one line of CSV; a semicolon makes a cell need quotes as well."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="")
    if any(";" in cell for cell in cells):
        writer = csv.writer(text, lineterminator="", quoting=csv.QUOTE_ALL)
    writer.writerow(cells)
    return text.getvalue()
