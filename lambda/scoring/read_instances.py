"""Instances in any of the shapes clients send → one list of cells for each input, and where each cell stood.

[v, v, …]                                     /instances/3/0
{"features": [v, v, …]}                       /instances/3/features/0
{"data": {"features": {"values": [v, v, …]}}} /instances/3/data/features/values/0
{"temp": v, "season": v, …}                   /instances/3/temp
"""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from .columns import ABSENT, Columns, read_columns
from .contract import Input
from .errors import InstanceProblem, InvalidInstances, PointedProblem, escape_pointer

Path = tuple[str, ...]
Cells = Mapping[str, Sequence[Any]]
_SHAPES: dict[str, Path] = {"features": ("features",), "data": ("data", "features", "values")}
_LONGEST_KEY = 100


class _Row(NamedTuple):
    """One instance taken apart: its cells if it has the right form, and what is wrong with its form."""

    cells: Sequence[Any] | None
    problems: list[PointedProblem]


def read_instances(inputs: Sequence[Input], instances: list[Any], *, root: str = "/instances") -> Columns:
    """Checked columns of every row; raises InvalidInstances with pointers into the client's own shape."""
    names = [item.name for item in inputs]
    cells = _cells_of_one_shape(names, instances)
    if cells is None:
        return _read_each(inputs, names, instances, root)
    try:
        return read_columns(inputs, cells)
    except InvalidInstances as error:
        error.point(_pointed(p, names, instances[p.row], p.row, root) for p in error.instance_problems)
        raise


def _cells_of_one_shape(names: list[str], instances: list[Any]) -> Cells | None:
    """The cells, when every instance has the first one's shape and the right fields; else None."""
    path = _path(instances[0])
    if path is None:
        return _cells_by_name(names, instances)
    rows = instances
    for key in path:
        try:
            if set(map(len, rows)) != {1}:
                return None
            rows = list(map(itemgetter(key), rows))
        except (KeyError, TypeError):  # another name, or no object
            return None
    if set(map(type, rows)) != {list} or len(rows[0]) != len(names):
        return None
    try:
        return dict(zip(names, zip(*rows, strict=True), strict=True))
    except ValueError:  # a row of another length
        return None


def _cells_by_name(names: list[str], instances: list[Any]) -> Cells | None:
    if set(map(type, instances)) != {dict} or not set().union(*instances) <= set(names):
        return None
    if set(map(len, instances)) == {len(names)} and len(names) > 1:
        rows = map(itemgetter(*names), instances)
        return dict(zip(names, zip(*rows, strict=True), strict=True))
    return {name: [row.get(name, ABSENT) for row in instances] for name in names}


def _path(instance: Any) -> Path | None:
    """Where in the instance its list of values stands; None for an instance by name.

    No input can be called `features` or `data`: the contract's loader keeps both for the shapes.
    """
    if not isinstance(instance, dict):
        return ()
    for key, path in _SHAPES.items():
        if key in instance:
            return path
    return None


def _read_each(inputs: Sequence[Input], names: list[str], instances: list[Any], root: str) -> Columns:
    """Read every row by its own shape, and report what is wrong with forms and cells together."""
    problems: list[tuple[int, PointedProblem]] = []
    readable: list[int] = []
    rows: list[Sequence[Any]] = []
    for number, instance in enumerate(instances):
        row = _take_apart(names, instance, f"{root}/{number}")
        problems += [(number, problem) for problem in row.problems]
        if row.cells is not None:
            readable.append(number)
            rows.append(row.cells)
    total = len(problems)
    columns: Columns = {}
    if rows:
        try:
            columns = read_columns(inputs, dict(zip(names, zip(*rows, strict=True), strict=True)))
        except InvalidInstances as error:
            total += error.total
            for problem in error.instance_problems:
                number = readable[problem.row]
                problems.append((number, _pointed(problem, names, instances[number], number, root)))
    if problems:
        problems.sort(key=itemgetter(0))
        raise InvalidInstances.pointing((problem for _, problem in problems), total)
    return columns


def _take_apart(names: list[str], instance: Any, pointer: str) -> _Row:
    path = _path(instance)
    if path is None:
        known = [instance.get(name, ABSENT) for name in names]
        return _Row(known, _unknown_fields(instance, names, pointer))
    problems: list[PointedProblem] = []
    value = instance
    for key in path:
        if not isinstance(value, dict) or key not in value:
            problems.append(PointedProblem(pointer, f"Expected an object with {key!r}, got {_kind(value)}."))
            return _Row(None, problems)
        problems += _unknown_fields(value, [key], pointer)
        value, pointer = value[key], f"{pointer}/{key}"
    if not isinstance(value, list):
        expected = "an array of values" if path else "an array or an object"
        problems.append(PointedProblem(pointer, f"Expected {expected}, got {_kind(value)}."))
        return _Row(None, problems)
    if len(value) != len(names):
        detail = f"Expected {len(names)} values ({', '.join(names)}), got {len(value)}."
        problems.append(PointedProblem(pointer, detail))
        return _Row(None, problems)
    return _Row(value, problems)


def _unknown_fields(instance: dict[str, Any], known: list[str], pointer: str) -> list[PointedProblem]:
    detail = f"Unknown field; known here: {', '.join(known)}."
    return [
        PointedProblem(f"{pointer}/{escape_pointer(key)}" if len(key) <= _LONGEST_KEY else pointer, detail)
        for key in instance
        if key not in known
    ]


def _pointed(
    problem: InstanceProblem, names: list[str], instance: Any, number: int, root: str
) -> PointedProblem:
    """A problem of a cell, at its place in the shape that this row has."""
    path = _path(instance)
    tokens: list[int | str] = [number, *(path or ())]
    if problem.field != "":
        tokens.append(problem.field if path is None else names.index(str(problem.field)))
    return PointedProblem("/".join([root, *map(escape_pointer, tokens)]), problem.detail)


def _kind(value: Any) -> str:
    """What JSON calls a value."""
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")
