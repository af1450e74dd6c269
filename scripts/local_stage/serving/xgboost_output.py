"""Encodes predictions as SageMaker's XGBoost container does."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from scripts.local_stage.serving.xgboost_release import Release

CSV, JSON, JSON_LINES = "text/csv", "application/json", "application/jsonlines"
ACCEPTED = (JSON, JSON_LINES, "application/x-recordio-protobuf", CSV)


class UnacceptableError(Exception):
    """An Accept that the container doesn't serve: it answers 406."""


def read_accept(header: str | None, release: Release) -> str:
    """Return the content type of the reply; raises UnacceptableError."""
    name = (header or "").split(";", 1)[0].strip().lower()
    if not release.heeds_accept or name in ("", "*/*"):
        return CSV
    if name not in ENCODERS:
        raise UnacceptableError(
            f"Accept type {header} is not supported. Please use supported accept types: {list(ACCEPTED)}."
        )
    return name


def encode(scores: list[Any], accept: str, release: Release) -> bytes:
    """Encode `scores`, a number a row or, of several classes, a list a row."""
    return ENCODERS[accept](scores, release).encode()


def _encode_csv(scores: list[Any], release: Release) -> str:
    lines = [",".join(map(str, score)) if isinstance(score, list) else str(score) for score in scores]
    many_classes = bool(scores) and isinstance(scores[0], list)
    if release.one_line and not many_classes:
        return ",".join(lines)
    return "\n".join(lines) + ("" if release.one_line else "\n")


def _encode_json(scores: list[Any], _: Release) -> str:
    return json.dumps({"predictions": [{"score": score} for score in scores]})


def _encode_json_lines(scores: list[Any], _: Release) -> str:
    return "".join(json.dumps({"score": score}) + "\n" for score in scores)


ENCODERS: dict[str, Callable[[list[Any], Release], str]] = {
    CSV: _encode_csv,
    JSON: _encode_json,
    JSON_LINES: _encode_json_lines,
}
