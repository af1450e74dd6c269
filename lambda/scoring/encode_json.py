"""A matrix as application/json or application/jsonlines, in the shapes that SageMaker's algorithms share.

features  {"features": [4.0, 0.5]}
values    {"data": {"features": {"values": [4.0, 0.5]}}}
sparse    {"data": {"features": {"keys": [0, 1], "shape": [2], "values": [4.0, 0.5]}}}

JSON has them as the items of {"instances": […]}, JSON lines one a line.
https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-inference.html
That page has no word for a missing value: null isn't mentioned, and NaN isn't JSON.
"""

import json
from collections.abc import Callable
from typing import Any

import numpy as np

from .contract import PayloadOptions
from .media_types import JSON

Matrix = np.ndarray[Any, Any]

_AROUND = {"features": ('{"features":', "}"), "values": ('{"data":{"features":{"values":', "}}}")}


def make_encoder(essence: str, options: PayloadOptions) -> tuple[Callable[[Matrix], bytes], bool]:
    """JSON or JSON lines in one of the layouts; only sparse rows of a model that says so can lack a value."""
    start, between, end = ('{"instances":[', ",", "]}") if essence == JSON else ("", "\n", "")
    layout = options.layout or "features"
    missing = layout == "sparse" and options.absent == "missing"

    def encode(matrix: Matrix) -> bytes:
        matrix = matrix + 0.0  # makes -0.0 a plain 0
        if layout == "sparse":
            body = between.join(_sparse_rows(matrix, leave_out_zeros=not missing))
        else:
            before, behind = _AROUND[layout]
            rows = json.dumps(matrix.tolist(), separators=(",", ":"))[1:-1]
            body = before + rows.replace("],[", f"]{behind}{between}{before}[") + behind
        return (start + body + end).encode("ascii")

    return encode, missing


def _sparse_rows(matrix: Matrix, *, leave_out_zeros: bool) -> list[str]:
    present = matrix != 0 if leave_out_zeros else ~np.isnan(matrix)
    width = matrix.shape[1]
    lines = []
    for row, here in zip(matrix, present, strict=True):
        features = {"keys": np.flatnonzero(here).tolist(), "shape": [width], "values": row[here].tolist()}
        lines.append(json.dumps({"data": {"features": features}}, separators=(",", ":")))
    return lines
