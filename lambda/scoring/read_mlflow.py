"""Rows as MLflow's scoring protocol has them → columns.

{"dataframe_split": {"columns": ["temp", …], "data": [[16.4, …], …]}}   /dataframe_split/data/3/0
{"dataframe_records": [{"temp": 16.4, …}, …]}                           /dataframe_records/3/temp
{"inputs": {"temp": [16.4, …], …}}                                      /inputs/temp/3
{"inputs": [{"temp": 16.4, …}, …]}, or rows as lists                    /inputs/3/temp

`index`, which pandas writes beside `columns` and `data`, says nothing about the rows and is passed over.
https://mlflow.org/docs/latest/ml/deployment/deploy-model-locally
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .columns import Columns, read_columns
from .contract import Input
from .errors import (
    InstanceProblem,
    InvalidInstances,
    InvalidRequest,
    PointedProblem,
    TooManyInstances,
    escape_pointer,
)
from .read_instances import read_instances

_MOST = 100


def read_mlflow(inputs: Sequence[Input], member: str, value: Any, most: int) -> Columns:
    """Checked columns; raises InvalidRequest, TooManyInstances or InvalidInstances."""
    if member == "dataframe_split":
        return _read_split(inputs, value, f"/{member}", most)
    if member == "inputs" and isinstance(value, dict):
        return _read_by_column(inputs, value, f"/{member}", most)
    _check_rows(value, f"/{member}", most)
    return read_instances(inputs, value, root=f"/{member}")


def _read_split(inputs: Sequence[Input], value: Any, root: str, most: int) -> Columns:
    if not isinstance(value, dict) or not value.keys() >= {"columns", "data"}:
        raise InvalidRequest([PointedProblem(root, "Expected an object with 'columns' and 'data'.")])
    names, rows = value["columns"], value["data"]
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InvalidRequest([PointedProblem(f"{root}/columns", "Expected an array of names.")])
    others = [key for key in value if key not in ("columns", "data", "index")]
    problems = [PointedProblem(f"{root}/{escape_pointer(key[:_MOST])}", "Unknown member.") for key in others]
    problems += _problems_of_names(inputs, names, f"{root}/columns", str)
    if problems:
        raise InvalidRequest(problems[:_MOST])
    _check_rows(rows, f"{root}/data", most)
    wrong = [number for number, row in enumerate(rows) if type(row) is not list or len(row) != len(names)]
    if wrong:
        detail = f"Expected an array of {len(names)} values, one for each of the columns."
        places = (PointedProblem(f"{root}/data/{number}", detail) for number in wrong[:_MOST])
        raise InvalidInstances.pointing(places, len(wrong))
    cells = dict(zip(names, zip(*rows, strict=True), strict=True))
    return _read(inputs, cells, lambda p: f"{root}/data/{p.row}/{names.index(p.field)}")


def _read_by_column(inputs: Sequence[Input], value: dict[str, Any], root: str, most: int) -> Columns:
    names = list(value)
    problems = _problems_of_names(inputs, names, root, lambda place: escape_pointer(names[place][:_MOST]))
    problems += [
        PointedProblem(f"{root}/{escape_pointer(name[:_MOST])}", "Expected an array, a value a row.")
        for name, column in value.items()
        if not isinstance(column, list)
    ]
    if problems:
        raise InvalidRequest(problems[:_MOST])
    lengths = set(map(len, value.values()))
    if len(lengths) != 1:
        raise InvalidRequest([PointedProblem(root, f"Expected arrays of one length, got {sorted(lengths)}.")])
    _check_rows(value[names[0]], root, most)
    return _read(inputs, value, lambda p: f"{root}/{escape_pointer(p.field)}/{p.row}")


def _read(
    inputs: Sequence[Input],
    cells: Mapping[str, Sequence[Any]],
    pointer: Callable[[InstanceProblem], str],
) -> Columns:
    try:
        return read_columns(inputs, cells)
    except InvalidInstances as error:
        error.point(PointedProblem(pointer(p), p.detail) for p in error.instance_problems)
        raise


def _problems_of_names(
    inputs: Sequence[Input], names: list[str], root: str, token: Callable[[int], str]
) -> list[PointedProblem]:
    known = {declared.name for declared in inputs}
    listed = ", ".join(declared.name for declared in inputs)
    problems = [
        PointedProblem(f"{root}/{token(place)}", f"No input has this name; there are: {listed}.")
        for place, name in enumerate(names)
        if name not in known
    ]
    problems += [
        PointedProblem(f"{root}/{token(place)}", "This name stands here twice.")
        for place, name in enumerate(names)
        if name in known and names.index(name) < place
    ]
    missing = [declared.name for declared in inputs if declared.required and declared.name not in names]
    return problems + [PointedProblem(root, f"{name!r} is missing.") for name in missing]


def _check_rows(rows: Any, pointer: str, most: int) -> None:
    if not isinstance(rows, list):
        raise InvalidRequest([PointedProblem(pointer, "Expected an array of rows.")])
    if not rows:
        raise InvalidRequest([PointedProblem(pointer, "Expected at least one row, got none.")])
    if len(rows) > most:
        raise TooManyInstances(f"One request may have {most} instances and came with {len(rows)}.")
