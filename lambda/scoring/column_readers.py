"""One reader for each type of input: cells → a typed column and what is wrong with them.

Every rule stands once, in `read_one`, which judges a single value. `read_all` takes a whole column at numpy's
speed if nothing about it is unusual, and else leaves it to `read_one`; a property test holds the two
together.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, ClassVar, Final

import numpy as np

from .column_reader import ABSENT, Column, Reader
from .contract_sections import Input
from .datetimes import EXAMPLE, read_datetime, read_offset, read_plain_datetimes

LARGEST_EXACT: Final = 2**53
"""Integers beyond it have no exact float64."""
LARGEST_FLOAT: Final = float(np.finfo(np.float64).max)

_NUMBER: Final = re.compile(r"[+-]?(?:\d+(\.\d*)?|(\.\d+))([eE][+-]?\d+)?", re.ASCII)
_NUMBER_BYTES: Final = b"0123456789+-.eE"
_LONGEST_NUMBER: Final = 400
_TRUTH: Final = {"true": True, "1": True, "false": False, "0": False}


class NumberReader(Reader):
    """`number` and, below, `integer`: float64, NaN where absent. A boolean is no number."""

    dtype = "float64"
    missing = np.nan
    noun = "a number"
    whole: ClassVar[bool] = False

    def __init__(self, declared: Input) -> None:
        self.low = -LARGEST_FLOAT if declared.minimum is None else declared.minimum
        self.high = LARGEST_FLOAT if declared.maximum is None else declared.maximum
        super().__init__(declared)

    def read_all(self, values: Sequence[Any], *, text: bool) -> Column | None:
        if text:
            values = _numbers_in(values)
        types = {int, float} if text else set(map(type, values))
        if not values or not types <= ({int, float} if self.required else {int, float, type(None)}):
            return None
        try:
            dtype = np.int64 if types == {int} else np.float64  # integers are read faster as such
            column = np.array(values, dtype).astype(np.float64, copy=False)
        except OverflowError:
            return None
        present, gaps = column, None
        if type(None) in types:
            gaps = np.isnan(column)
            present = column[~gaps]
            if np.count_nonzero(gaps) != values.count(None) or not present.size:
                return None
        if not self._all_sound(present, types):
            return None
        if gaps is not None:
            column[gaps] = self.fallback
        return column

    def _all_sound(self, column: Column, types: set[type]) -> bool:
        low, high = column.min(), column.max()
        if not (low >= self.low and high <= self.high):
            return False
        if int in types and (high >= LARGEST_EXACT or low <= -LARGEST_EXACT):
            return False
        if self.whole and float in types and bool((column != np.rint(column)).any()):
            return False
        return self.enum is None or set(np.unique(column).tolist()).issubset(self.enum)

    def read_one(self, value: Any) -> float:
        if type(value) is int:
            if not -LARGEST_EXACT <= value <= LARGEST_EXACT:
                raise ValueError("beyond ±2^53 an integer can't be passed on exactly")
        elif type(value) is not float or (self.whole and not value.is_integer()):
            raise ValueError
        if not self.low <= value <= self.high or (self.enum is not None and value not in self.enum):
            raise ValueError
        return float(value)

    def from_text(self, cell: str) -> Any:
        cell = cell.strip(" ")
        found = _NUMBER.fullmatch(cell) if len(cell) <= _LONGEST_NUMBER else None
        if not found:
            return cell or ABSENT
        return float(cell) if any(found.groups()) else int(cell)


class IntegerReader(NumberReader):
    """`integer`: 4 and 4.0 (JSON knows no difference), but not 4.5."""

    noun = "an integer"
    whole = True


class BooleanReader(Reader):
    """`boolean`: 1.0, 0.0, NaN where absent. In text: true, false, 1 or 0."""

    dtype = "float64"
    missing = np.nan
    noun = "true or false"

    def read_all(self, values: Sequence[Any], *, text: bool) -> Column | None:
        return np.array(values, np.float64) if not text and set(map(type, values)) == {bool} else None

    def read_one(self, value: Any) -> float:
        if type(value) is not bool:
            raise ValueError
        return float(value)

    def from_text(self, cell: str) -> Any:
        cell = cell.strip(" ")
        return _TRUTH.get(cell.lower(), cell) if cell else ABSENT


class StringReader(Reader):
    """`string`: object, None where absent. Taken as it comes; in cells of text an empty one is absent."""

    dtype = "object"
    missing = None
    noun = "text"

    def read_all(self, values: Sequence[Any], *, text: bool) -> Column | None:
        if set(map(type, values)) != {str} or (text and "" in values):
            return None
        return np.array(values, object) if self.enum is None or set(values).issubset(self.enum) else None

    def read_one(self, value: Any) -> str:
        if type(value) is not str or (self.enum is not None and value not in self.enum):
            raise ValueError
        return value

    def from_text(self, cell: str) -> Any:
        return cell or ABSENT


class DatetimeReader(Reader):
    """`datetime`: datetime64[us] in the contract's local time, NaT where absent."""

    dtype = "datetime64[us]"
    missing = None
    noun = "a datetime"

    def __init__(self, declared: Input) -> None:
        self.zone = read_offset(declared.utc_offset) if declared.utc_offset else None
        self.date_only = declared.date_only
        self.low, self.high = (
            None if bound is None else np.datetime64(read_datetime(bound, date_only=True), "us")
            for bound in (declared.minimum, declared.maximum)
        )
        super().__init__(declared)

    def read_all(self, values: Sequence[Any], *, text: bool) -> Column | None:
        column = read_plain_datetimes(values)
        return (
            column
            if column is not None and self._within(column.min()) and self._within(column.max())
            else None
        )

    def read_one(self, value: Any) -> np.datetime64:
        moment = np.datetime64(read_datetime(value, self.zone, date_only=self.date_only), "us")
        if not self._within(moment):
            raise ValueError
        return moment

    def _within(self, moment: Any) -> bool:
        return (self.low is None or moment >= self.low) and (self.high is None or moment <= self.high)

    def _expectation(self, declared: Input) -> str:
        return f"{super()._expectation(declared)} such as {declared.example or EXAMPLE}"


READERS: Final[dict[str, type[Reader]]] = {
    "number": NumberReader,
    "integer": IntegerReader,
    "string": StringReader,
    "boolean": BooleanReader,
    "datetime": DatetimeReader,
}


@lru_cache(maxsize=4096)
def reader_of(declared: Input) -> Reader:
    """The reader of an input, made once in the life of a process."""
    return READERS[declared.type](declared)


def _numbers_in(cells: Sequence[Any]) -> Sequence[float]:
    """The numbers in cells of text if all are plain, else nothing: `float` alone would take `nan`, `1_0`."""
    if set(map(type, cells)) != {str}:
        return ()
    joined = "".join(cells)
    if not joined.isascii() or joined.encode().translate(None, _NUMBER_BYTES):
        return ()
    try:
        return tuple(map(float, cells))
    except ValueError:
        return ()
