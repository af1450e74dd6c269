"""What clients sent, from files → inputs and features, read and transformed by the code that serves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from scoring import Contract
from scoring.columns import Columns
from scoring.errors import RequestError
from scoring.read_data import read_data
from scoring.read_instances import read_instances
from scripts.predict.errors import FileError
from scripts.predict.read_rows import Reading, format_of, read_rows
from scripts.skewing.sources import SkewError

Block = tuple[Columns, np.ndarray[Any, Any]]
NO_LIMIT = 2**62


class Requested(NamedTuple):
    """Rows of inputs and features, and those that the contract refuses."""

    columns: Columns
    matrix: np.ndarray[Any, Any]
    """(n_rows, n_features) float64."""
    refused: int
    reasons: Counter[str]
    """How often which input was refused, and why: the first problem of each row."""

    @property
    def rows(self) -> int:
        """All that were sent."""
        return len(self.matrix) + self.refused


def read_requests(paths: Iterable[Path], contract: Contract) -> Requested:
    """Rows in CSV with a header, JSON (`{"instances": […]}` or an array) and JSON lines (an instance, or a
    request's whole body, a line). Columns of a CSV that are no input are left aside; raises SkewError.
    """
    blocks: list[Block] = []
    reasons: Counter[str] = Counter()
    for path in paths:
        instances, texts = _read_file(path, contract)
        blocks += _transform(instances, contract, reasons)
        for text in texts:
            blocks += _transform_text(text, contract, reasons)
    names = [each.name for each in contract.inputs]
    matrix = np.concatenate([np.empty((0, len(contract.feature_names))), *(block[1] for block in blocks)])
    columns = {name: np.concatenate([block[0][name] for block in blocks]) for name in names} if blocks else {}
    return Requested(columns, matrix, sum(reasons.values()), reasons)


def _read_file(path: Path, contract: Contract) -> tuple[list[Any], list[str]]:
    """Instances, and rows that came as one text in `{"data": "…"}`."""
    kind = format_of(path)
    if kind is None:
        raise SkewError(f"{path}: expected a name that ends in .csv, .json or .jsonl")
    types = {each.name: each.type for each in contract.inputs}
    instances: list[Any] = []
    texts: list[str] = []
    try:
        for row in read_rows(BytesIO(path.read_bytes()), Reading(kind, types=types)):
            sent: Any = row.instance
            if isinstance(sent, dict) and isinstance(sent.get("instances"), list):
                instances += sent["instances"]
            elif isinstance(sent, dict) and isinstance(sent.get("data"), str) and len(sent) == 1:
                texts.append(sent["data"])
            elif kind == "csv":
                instances.append({name: value for name, value in sent.items() if name in types})
            else:
                instances.append(sent)
    except FileError as error:
        raise SkewError(f"{path}: {error}") from None
    except OSError as error:
        raise SkewError(f"{path}: {error.strerror}") from None
    return instances, texts


def _transform(instances: Sequence[Any], contract: Contract, reasons: Counter[str]) -> Iterator[Block]:
    """All rows at once; if one of them is refused, each alone, and that one is counted."""
    if not instances:
        return
    try:
        columns = read_instances(contract.inputs, list(instances))
        yield columns, contract.build_matrix(columns)
    except RequestError as error:
        if len(instances) == 1:
            reasons[_reason(error)] += 1
            return
        middle = len(instances) // 2
        yield from _transform(instances[:middle], contract, reasons)
        yield from _transform(instances[middle:], contract, reasons)


def _transform_text(text: str, contract: Contract, reasons: Counter[str]) -> Iterator[Block]:
    try:
        columns = read_data(contract.inputs, text, NO_LIMIT)
        yield columns, contract.build_matrix(columns)
    except RequestError as error:
        reasons[_reason(error)] += text.strip().count("\n") + text.count(";") + 1


def _reason(error: RequestError) -> str:
    """The field and what is wrong with it, without the row's number."""
    if not error.problems:
        return error.detail
    first = error.problems[0]
    field = first.pointer.rsplit("/", 1)[-1]
    return f"{field}: {first.detail}" if field and not field.isdigit() else first.detail
