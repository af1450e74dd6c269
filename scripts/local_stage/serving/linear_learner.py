"""Serves a logistic regression of this project in the request and response formats of Linear Learner.

It is no Linear Learner: that algorithm's image is closed and its artifact an MXNet model of its own. What is
kept are the documented formats of a binary classifier, so that a contract written for them can be tried here:
https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-inference.html
https://docs.aws.amazon.com/sagemaker/latest/dg/LL-in-formats.html (but not its recordio responses)
The status and words of its refusals aren't documented; here they are 400, 406 and 415 with a sentence.

The artifact holds `model.json`:
{"format": "logistic-regression/1", "weights": […], "bias": b, "threshold": t};
score = 1 / (1 + exp(-(weights · row + bias))), predicted_label = 1 if score >= t, else 0.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from scripts.local_stage.serving.answers import Answer, Invoke
from scripts.local_stage.serving.http_server import serve
from scripts.local_stage.serving.recordio import read_recordio

FORMAT = "logistic-regression/1"
MODEL_FILE = "model.json"
JSON, JSON_LINES = "application/json", "application/jsonlines"

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LogisticRegression:
    """The model: (n_features,) weights, bias, and the score from which on the label is 1."""

    weights: Floats
    bias: float
    threshold: float

    def predict(self, rows: Floats) -> list[dict[str, Any]]:
        """Return an item a row, as Linear Learner's binary classifier does."""
        scores = np.exp(-np.logaddexp(0.0, -(rows @ self.weights + self.bias)))  # no overflow on either side
        labels = (scores >= self.threshold).astype(int)
        pairs = zip(scores.tolist(), labels.tolist(), strict=True)
        return [{"score": score, "predicted_label": label} for score, label in pairs]


def load_model(folder: Path) -> LogisticRegression:
    """Read model.json; exits with what is wrong, as a container that can't start does."""
    file = folder / MODEL_FILE
    if not file.is_file():
        raise SystemExit(
            f"no {MODEL_FILE} in {folder}: the local stage serves {FORMAT} under the name of linear-learner, "
            "and can't read an artifact of the real algorithm"
        )
    model = json.loads(file.read_text())
    if model.get("format") != FORMAT:
        raise SystemExit(f"{MODEL_FILE} has the format {model.get('format')!r}, not {FORMAT!r}")
    weights = np.array(model["weights"], dtype=np.float64)
    return LogisticRegression(weights, float(model["bias"]), float(model["threshold"]))


def _read_csv(body: bytes) -> Floats:
    return np.array([line.split(",") for line in body.decode().strip().splitlines()], dtype=np.float64)


def _read_json(body: bytes) -> Floats:
    return np.array([_features(item) for item in json.loads(body)["instances"]], dtype=np.float64)


def _read_json_lines(body: bytes) -> Floats:
    items = [json.loads(line) for line in body.splitlines() if line.strip()]
    return np.array([_features(item) for item in items], dtype=np.float64)


def _features(item: Any) -> Any:
    """`{"features": […]}`, or nested as `{"data": {"features": {"values": […]}}}`."""
    return item["features"] if "features" in item else item["data"]["features"]["values"]


def _read_recordio(body: bytes) -> Floats:
    rows = read_recordio(body)
    dense: Floats = rows if isinstance(rows, np.ndarray) else rows.toarray()
    return dense


READERS: Mapping[str, Callable[[bytes], Floats]] = {
    "text/csv": _read_csv,
    JSON: _read_json,
    JSON_LINES: _read_json_lines,
    "application/x-recordio-protobuf": _read_recordio,
}
WRITERS: Mapping[str, Callable[[list[dict[str, Any]]], str]] = {
    JSON: lambda items: json.dumps({"predictions": items}),
    JSON_LINES: lambda items: "".join(json.dumps(item) + "\n" for item in items),
}


def make_invoke(model: LogisticRegression) -> Invoke:
    """Return the container's answer to POST /invocations."""

    def invoke(body: bytes, headers: Mapping[str, str]) -> Answer:
        content_type = _essence(headers.get("Content-Type"), "text/csv")
        accept = _essence(headers.get("Accept"), JSON)
        if content_type not in READERS:
            return Answer(415, f"Content-Type {content_type}: not one of {', '.join(READERS)}".encode())
        accept = JSON if accept == "*/*" else accept
        if accept not in WRITERS:
            return Answer(406, f"Accept {accept}: not one of {', '.join(WRITERS)}".encode())
        try:
            rows = READERS[content_type](body)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            return Answer(400, f"The payload can't be read as {content_type}: {error!r}".encode())
        if rows.ndim != 2 or rows.shape[1] != len(model.weights):
            return Answer(400, f"Rows of {len(model.weights)} values are expected, got {rows.shape}".encode())
        return Answer(200, WRITERS[accept](model.predict(rows)).encode(), accept)

    return invoke


def _essence(header: str | None, default: str) -> str:
    return header.split(";", 1)[0].strip().lower() if header else default


def main(image_tag: str) -> None:
    """Load the model, serve it; all tags of the image answer alike."""
    del image_tag
    serve(lambda folder: make_invoke(load_model(folder)))
