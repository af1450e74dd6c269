"""Operations on time as it goes round and as it passes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar, Final

import numpy as np

from scoring.datetimes import read_datetime, read_offset
from scoring.declarations import Field
from scoring.kinds import Choice, Number, Text

from .registry import Block, Operation, feature

UNITS: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
OFFSET: Final = Text('an offset from UTC such as "+02:00"', r"Z|[+-](?:[01]\d|2[0-3]):[0-5]\d")


class Moment(Text):
    """A date or datetime without an offset."""

    def __init__(self) -> None:
        super().__init__('a date or datetime such as "2012-12-19 17:00:00", without an offset')

    def accepts(self, value: Any) -> bool:
        try:
            return type(value) is str and read_datetime(value, date_only=True) is not None
        except ValueError:
            return False


@feature
class Cyclical(Operation):
    """Put a number that goes round on a circle: a sine and a cosine column, so that 23 h is near 0 h.

    For a part of a datetime, let its `input` be `datetime_parts`. An absent value gives NaN in both.
    """

    name = "cyclical"
    formula = "sin(x / period * 2 pi), cos(x / period * 2 pi)"
    sklearn = "FunctionTransformer of numpy's sin and cos, as its examples write it"
    parameters: ClassVar[Sequence[Field]] = (
        Field(
            "period",
            Number(minimum=0),
            "After how much the number is where it was: 24 for hours, 7 for days of the week, 12 for months.",
            required=True,
        ),
    )
    example: ClassVar[dict[str, Any]] = {
        "operation": "cyclical",
        "input": {"operation": "datetime_parts", "input": "datetime", "parts": ["hour"]},
        "period": 24,
    }

    def __init__(self, period: float) -> None:
        self._period = period

    @classmethod
    def disagreements(cls, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        if not parameters["period"]:
            yield "period", "a number greater than 0"

    def column_names(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(f"{name}_{wave}" for name in names for wave in ("sin", "cos"))

    def apply(self, block: Block) -> Block:
        angles = block / self._period * 2 * np.pi
        made = np.empty((len(block), 2 * block.shape[1]))
        made[:, ::2], made[:, 1::2] = np.sin(angles), np.cos(angles)
        return made


@feature
class ElapsedSince(Operation):
    """Measure the time from a reference to a datetime, negative before it.

    Without a `reference` the input is two datetimes, the later one first. An absent datetime gives NaN.
    """

    name = "elapsed_since"
    sklearn = "none; in pandas a difference of datetimes and its dt.total_seconds()"
    formula = "(x - reference) / unit"
    takes = ("datetime",)
    parameters: ClassVar[Sequence[Field]] = (
        Field("reference", Moment(), "From when, in the input's local time."),
        Field("unit", Choice(*UNITS), "What is counted, with fractions.", required=True),
    )
    example: ClassVar[dict[str, Any]] = {
        "operation": "elapsed_since",
        "input": "datetime",
        "reference": "2011-01-01",
        "unit": "day",
    }

    def __init__(self, unit: str, reference: str | None = None) -> None:
        self._unit = unit
        self._reference = reference and np.datetime64(read_datetime(reference, date_only=True), "us")

    @classmethod
    def misfits(cls, parameters: Mapping[str, Any], width: int) -> Iterator[tuple[str, str]]:
        if "reference" not in parameters and width != 2:
            yield "input", "two datetimes, as there is no reference"

    def column_names(self, names: Sequence[str]) -> tuple[str, ...]:
        if self._reference is None:
            return (f"{names[0]}_since_{names[1]}",)
        return tuple(f"{name}_elapsed" for name in names)

    def apply(self, block: Block) -> Block:
        passed = block[:, :1] - block[:, 1:] if self._reference is None else block - self._reference
        microseconds = passed.astype(np.int64).astype(np.float64)
        made: Block = np.where(np.isnat(passed), np.nan, microseconds / 1e6 / UNITS[self._unit])
        return made


@feature
class LocalTime(Operation):
    """Turn UTC into the time that clocks show at a fixed offset, before parts are taken of it.

    For an input with `"utc_offset": "Z"`. Summer time isn't known to it: a fixed offset is what it says.
    """

    name = "local_time"
    sklearn = "none; in pandas Series.dt.tz_convert and dt.tz_localize"
    formula = "x + utc_offset"
    takes = ("datetime",)
    makes = "datetime"
    parameters: ClassVar[Sequence[Field]] = (
        Field("utc_offset", OFFSET, "The offset that clocks there have.", required=True),
    )
    example: ClassVar[dict[str, Any]] = {
        "operation": "local_time",
        "input": "datetime",
        "utc_offset": "-05:00",
    }

    def __init__(self, utc_offset: str) -> None:
        self._offset = np.timedelta64(read_offset(utc_offset).utcoffset(None) or timedelta(), "us")

    def column_names(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(f"{name}_local" for name in names)

    def apply(self, block: Block) -> Block:
        return block + self._offset
