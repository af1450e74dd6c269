"""The training data: an hour a row, in the units that clients send.

Source: Bikeshare, from the package ISLP (James, Witten, Hastie, Tibshirani, Taylor: An Introduction to
Statistical Learning with Applications in Python), which has it from the Bike Sharing data of UCI:
8645 hours of Capital Bikeshare, Washington D.C., in 2011. The weather is scaled to [0, 1]
there; the factors that undo it stand with the original data.
"""

from __future__ import annotations

import csv
import datetime
import importlib.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

YEAR = 2011
WEATHER = {"clear": 1, "cloudy/misty": 2, "light rain/snow": 3, "heavy rain/snow": 4}
SCALE = {"temp": 41.0, "atemp": 50.0, "humidity": 100.0, "windspeed": 67.0}
"""Degrees Celsius, degrees Celsius, percent, km/h at the top of the scale."""
LAST_TRAINING_DAY = 19
"""Days 1 to 19 of a month train, the rest test, as in the competition where the course's data come from."""


class MissingDataError(Exception):
    """The package with the data is not installed."""


@dataclass(frozen=True)
class Hours:
    """`inputs`: columns by input name; `count`: bicycles rented; `day`: day of the month; all (n_rows,)."""

    inputs: dict[str, npt.NDArray[np.generic]]
    count: npt.NDArray[np.float64]
    day: npt.NDArray[np.int64]

    def select(self, rows: npt.NDArray[np.bool_]) -> Hours:
        """Return the rows where `rows` is true."""
        inputs = {name: column[rows] for name, column in self.inputs.items()}
        return Hours(inputs, self.count[rows], self.day[rows])

    def split(self) -> tuple[Hours, Hours]:
        """Split by days into training and hold-out rows: hours of one day are too alike to split by rows."""
        early = self.day <= LAST_TRAINING_DAY
        return self.select(early), self.select(~early)


def find_csv() -> Path:
    """Find Bikeshare.csv in the installed package without importing it (it would want torch)."""
    spec = importlib.util.find_spec("ISLP")
    if spec is None or spec.origin is None:
        raise MissingDataError("the package ISLP is not installed")
    return Path(spec.origin).parent / "data" / "Bikeshare.csv"


def load_hours(path: Path) -> Hours:
    """Read the file and turn it back into raw units."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    starts = [
        datetime.datetime(YEAR, 1, 1) + datetime.timedelta(days=int(row["day"]) - 1, hours=int(row["hr"]))
        for row in rows
    ]

    def integers(column: str) -> npt.NDArray[np.generic]:
        return np.array([int(row[column]) for row in rows])

    def unscaled(column: str, name: str) -> npt.NDArray[np.generic]:
        return np.round(np.array([float(row[column]) for row in rows]) * SCALE[name], 4)

    inputs = {
        "datetime": np.array([start.isoformat(sep=" ") for start in starts]),
        "season": integers("season"),
        "holiday": integers("holiday"),
        "workingday": integers("workingday"),
        "weather": np.array([WEATHER[row["weathersit"]] for row in rows]),
        "temp": unscaled("temp", "temp"),
        "atemp": unscaled("atemp", "atemp"),
        "humidity": unscaled("hum", "humidity"),
        "windspeed": unscaled("windspeed", "windspeed"),
    }
    count = np.array([float(row["bikers"]) for row in rows])
    return Hours(inputs, count, np.array([start.day for start in starts]))


def write_rows(path: Path, hours: Hours) -> None:
    """Write raw rows with their actual counts: header of input names and `count`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*hours.inputs, "count"])
        columns = [column.tolist() for column in hours.inputs.values()]
        writer.writerows(zip(*columns, map(int, hours.count), strict=True))
