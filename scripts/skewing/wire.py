"""A payload as the model got it → the matrix it was made of: what `scoring.encode_*` write, read back."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import numpy as np

from scoring import Contract
from scripts.skewing.sources import SkewError

Matrix = np.ndarray[Any, Any]
Rows = list[list[float]]


def read_payload(body: bytes, content_type: str, contract: Contract, place: str) -> Matrix:
    """(n_rows, n_features) float64, NaN where a value is missing; raises SkewError."""
    essence = content_type.partition(";")[0].strip().lower()
    reader = _READERS.get(essence)
    if reader is None:
        known = ", ".join(_READERS)
        raise SkewError(f"{place} holds {essence}; payloads that can be read back are {known}")
    try:
        rows = reader(body.decode("utf-8"), contract)
        matrix = np.array(rows, np.float64)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise SkewError(f"{place} can't be read as {essence}: {error}") from None
    wanted = len(contract.feature_names)
    if matrix.ndim != 2 or matrix.shape[1] != wanted:
        raise SkewError(
            f"{place} holds rows of {len(rows[0]) if rows else 0} features, the contract {contract.name} has "
            f"{wanted}\n  repair: name the contract of the version that was deployed"
        )
    return matrix


def _csv(text: str, _: Contract) -> Rows:
    return [[float(cell) if cell.strip() else np.nan for cell in row] for row in csv.reader(StringIO(text))]


def _json(text: str, contract: Contract) -> Rows:
    return [_item(item, contract) for item in json.loads(text)["instances"]]


def _json_lines(text: str, contract: Contract) -> Rows:
    return [_item(json.loads(line), contract) for line in text.splitlines() if line.strip()]


def _item(item: Any, contract: Contract) -> list[float]:
    features = item["features"] if "features" in item else item["data"]["features"]
    if isinstance(features, dict) and "keys" in features:
        row = _blank(contract)
        for key, value in zip(features["keys"], features["values"], strict=True):
            row[key] = value
        return row
    return list(features["values"] if isinstance(features, dict) else features)


def _libsvm(text: str, contract: Contract) -> Rows:
    rows = []
    for line in text.splitlines():
        row = _blank(contract)
        for cell in line.split()[1:]:
            place, _, value = cell.partition(":")
            row[int(place) - contract.endpoint.payload.index_base] = float(value)
        rows.append(row)
    return rows


def _blank(contract: Contract) -> list[float]:
    """A row of what the model takes a feature for that a sparse row leaves out."""
    absent = contract.endpoint.payload.absent or "missing"
    return [np.nan if absent == "missing" else 0.0] * len(contract.feature_names)


_READERS: dict[str, Callable[[str, Contract], Rows]] = {
    "text/csv": _csv,
    "application/json": _json,
    "application/jsonlines": _json_lines,
    "text/libsvm": _libsvm,
    "text/x-libsvm": _libsvm,
}
