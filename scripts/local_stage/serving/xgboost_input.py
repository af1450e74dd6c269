"""Decodes requests as SageMaker's XGBoost container does, with its quirks.

Source: sagemaker-xgboost-container, algorithm_mode/serve_utils.py and encoder.py; measured in its releases.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from scripts.local_stage.serving.recordio import read_recordio

CSV, LIBSVM, RECORDIO = "csv", "libsvm", "recordio-protobuf"
CONTENT_TYPES = {
    "csv": CSV,
    "text/csv": CSV,
    "libsvm": LIBSVM,
    "text/libsvm": LIBSVM,
    "text/x-libsvm": LIBSVM,
    "recordio-protobuf": RECORDIO,
    "application/x-recordio-protobuf": RECORDIO,
}
SNIFFED_CHARACTERS = 512


class UndecodableError(Exception):
    """A request that the container can't read: it answers 415."""


@dataclass(frozen=True, slots=True)
class Input:
    """A decoded request: (n_rows, n_columns) float64, dense, or sparse where an absent value is missing."""

    kind: str
    data: Any


def read_content_type(header: str | None) -> str:
    """Return the format that a Content-Type names; without one the container takes libsvm."""
    if not header:
        return LIBSVM
    name = header.split(";", 1)[0].strip().lower()
    if name not in CONTENT_TYPES:
        raise UndecodableError(f"{header} is not an accepted ContentType: {', '.join(CONTENT_TYPES)}.")
    if name.endswith("csv") and "label_size=" in header and "label_size=1" not in header:
        raise UndecodableError(
            f"{header} is not an accepted csv ContentType. Optional parameter label_size must be equal to 1"
        )
    return CONTENT_TYPES[name]


def decode(body: bytes, header: str | None) -> Input:
    """Decode a body by its Content-Type; raises UndecodableError."""
    kind = read_content_type(header)
    try:
        return Input(kind, DECODERS[kind](body))
    except Exception as error:  # whatever goes wrong in there, the container says 415
        raise UndecodableError(
            f"Loading {kind} data failed with Exception, please ensure data is in {kind} format:\n"
            f" {type(error)}\n {error}"
        ) from error


def _decode_csv(body: bytes) -> npt.NDArray[np.float64]:
    lines = body.strip().decode("utf-8").split("\n")
    delimiter = _find_delimiter(lines[0][:SNIFFED_CHARACTERS])
    cells = [["nan" if cell == "" else cell for cell in line.split(delimiter)] for line in lines]
    return np.array(cells).astype(np.float64)


def _find_delimiter(sample: str) -> str:
    """Do as csv.Sniffer: of one line without quotes it takes a comma if there is one."""
    if "," in sample and '"' not in sample and "'" not in sample:
        return ","
    found = csv.Sniffer().sniff(sample).delimiter
    return "," if found.isalnum() else found


def _decode_libsvm(body: bytes) -> Any:
    """Read `label index:value …` lines; indices count from 0, and the matrix is as wide as the largest."""
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for row, line in enumerate(body.strip().decode("utf-8").split("\n")):
        for item in line.split(" "):
            index, colon, value = item.partition(":")
            if colon:
                rows.append(row)
                columns.append(int(index))
                values.append(float(value))
    return csr_matrix((np.array(values), (np.array(rows, dtype=int), np.array(columns, dtype=int))))


DECODERS = {CSV: _decode_csv, LIBSVM: _decode_libsvm, RECORDIO: read_recordio}
