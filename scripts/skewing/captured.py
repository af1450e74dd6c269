"""Features as they went to the model: what SageMaker captured, and what the function itself logged."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from scoring import Contract
from scripts.skewing.sources import Line, SkewError
from scripts.skewing.wire import read_payload

Matrix = np.ndarray[Any, Any]


class Captured(NamedTuple):
    """Rows of features, and what was found while reading them."""

    matrix: Matrix
    """(n_rows, n_features) float64."""
    requests: int
    other_contract: int = 0
    """Requests among them that were logged under a contract of another digest."""


def read_captures(lines: Iterable[Line], contract: Contract) -> Captured:
    """Features in records of SageMaker's data capture, a JSON object a line; raises SkewError.

    `captureData.endpointInput` has `data` in the `encoding` CSV or JSON (the text as it went) or BASE64, and
    `observedContentType`. Records of outputs alone, which the capture options can ask for, are left aside.
    https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture.html
    """
    blocks = []
    for line in lines:
        record = _object(line)
        if not isinstance(record.get("captureData"), dict):
            raise SkewError(f"{line.place} is no record of SageMaker's data capture: it has no captureData")
        given = record["captureData"].get("endpointInput")
        if given is not None:
            body = _body(given, line.place)
            media = given.get("observedContentType") or contract.endpoint.content_type
            blocks.append(read_payload(body, media, contract, line.place))
    return Captured(_stack(blocks, contract), len(blocks))


def read_feature_log(lines: Iterable[Line], contract: Contract) -> Captured:
    """Features that the function logged (FEATURE_LOG_SAMPLE_RATE); other lines of its log are left aside.

    A line is the log's own document, or one of `aws logs tail` that ends in it, or has it as `message`.
    Raises SkewError.
    """
    blocks, others = [], 0
    for line in lines:
        start = line.text.find("{")
        document = _parsed(line.text[start:]) if start >= 0 else None
        if isinstance(document, dict) and isinstance(document.get("message"), str):
            document = _parsed(document["message"]) or document
        if not isinstance(document, dict) or document.get("message") != "features":
            continue
        rows = [[np.nan if cell is None else cell for cell in row] for row in document["features"]]
        blocks.append(shaped(rows, contract, line.place))
        others += document.get("contract_digest") != contract.digest
    return Captured(_stack(blocks, contract), len(blocks), others)


def shaped(rows: Any, contract: Contract, place: str) -> Matrix:
    """(n_rows, n_features) float64; raises SkewError for rows of another length."""
    wanted = len(contract.feature_names)
    try:
        matrix = np.array(rows, np.float64)
    except (TypeError, ValueError):
        raise SkewError(f"{place} holds rows of different lengths, or values that are no numbers") from None
    if matrix.ndim != 2 or matrix.shape[1] != wanted:
        raise SkewError(
            f"{place} holds rows of {matrix.shape[-1]} features, the contract {contract.name} has {wanted}\n"
            "  repair: name the contract of the version that was deployed"
        )
    return matrix


def _body(given: Any, place: str) -> bytes:
    data, encoding = given.get("data"), str(given.get("encoding", "")).upper()
    if not isinstance(data, str) or encoding not in ("CSV", "JSON", "BASE64"):
        raise SkewError(f"{place}: expected data with the encoding CSV, JSON or BASE64; found {encoding}")
    try:
        return b64decode(data, validate=True) if encoding == "BASE64" else data.encode("utf-8")
    except ValueError:
        raise SkewError(f"{place}: the data is said to be BASE64 and isn't") from None


def _object(line: Line) -> dict[str, Any]:
    found = _parsed(line.text)
    if not isinstance(found, dict):
        raise SkewError(f"{line.place} is no JSON object")
    return found


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _stack(blocks: list[Matrix], contract: Contract) -> Matrix:
    return np.concatenate([np.empty((0, len(contract.feature_names))), *blocks])
