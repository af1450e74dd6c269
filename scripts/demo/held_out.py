"""Ask the stage about the hours that training never saw, and set its answers beside what happened."""

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from scripts.smoke.stage_client import StageClient

TARGET = "count"


class PredictionError(Exception):
    """The stage did not answer with a prediction a row."""


@dataclass(frozen=True)
class HeldOut:
    """Held-out hours, what was counted in each, and what the stage predicts."""

    rows: Sequence[Mapping[str, Any]]
    actual: Sequence[float]
    predicted: Sequence[float]
    seconds: float

    @property
    def rmsle(self) -> float:
        """Root mean squared error of log1p: what the course and the model's training measure."""
        errors = [math.log1p(p) - math.log1p(a) for p, a in zip(self.predicted, self.actual, strict=True)]
        return math.sqrt(sum(error * error for error in errors) / len(errors))


def predict_held_out(client: StageClient, path: str, key: str | None, file: Path) -> HeldOut:
    """Send all held-out hours in one request. Raises PredictionError, requests.RequestException."""
    with file.open(newline="", encoding="utf-8") as lines:
        records = list(csv.DictReader(lines))
    actual = [float(record.pop(TARGET)) for record in records]
    rows = [{name: _value(text) for name, text in record.items()} for record in records]
    reply = client.send("POST", path, {"instances": rows}, key=key)
    if reply.status != 200:
        raise PredictionError(f"{len(rows)} held-out hours were answered with {reply}")
    predicted = [prediction[TARGET] for prediction in reply.json()["predictions"]]
    if len(predicted) != len(rows):
        raise PredictionError(f"{len(rows)} held-out hours were answered with {len(predicted)} predictions")
    return HeldOut(rows, actual, predicted, reply.seconds)


def _value(text: str) -> Any:
    """Read a cell as JSON would carry it: a whole number, a number, else text."""
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text


def render_hours(held_out: HeldOut, shown: int = 8) -> Table:
    """Lay out some of the hours, evenly spread over all of them so that none is picked."""
    table = Table(box=None, pad_edge=False)
    table.add_column("hour")
    for title in ("°C", "predicted", "actual"):
        table.add_column(title, justify="right")
    count = len(held_out.rows)
    for index in range(count // (2 * shown), count, max(1, count // shown)):
        row = held_out.rows[index]
        predicted, actual = held_out.predicted[index], held_out.actual[index]
        table.add_row(str(row["datetime"])[:16], f"{row['temp']:.1f}", f"{predicted:.0f}", f"{actual:.0f}")
    return table
