"""One reader for each type of input: cells → a typed column and what is wrong with them.

Every rule stands once, in `read_one`, which judges a single value. `read_all` takes a whole column at numpy's speed
if nothing about it is unusual, and else leaves it to `read_one`; a property test holds the two together.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, ClassVar, Final

import numpy as np

from .contract_problems import one_of, show
from .contract_sections import Input
from .datetimes import EXAMPLE, read_datetime, read_offset, read_plain_datetimes
from .errors import MAXIMUM_PROBLEMS

Column = np.ndarray[Any, Any]

FEW_ROWS: Final = 12
"""Below this, reading one by one is faster than numpy's fixed cost for each call (measured)."""
LARGEST_EXACT: Final = 2**53
"""Integers beyond it have no exact float64."""
LARGEST_FLOAT: Final = float(np.finfo(np.float64).max)

_NUMBER: Final = re.compile(
    r"[+-]?(?:\d+(?P<fraction>\.\d*)?|(?P<bare>\.\d+))(?P<exponent>[eE][+-]?\d+)?", re.ASCII
)
_NUMBER_BYTES: Final = b"0123456789+-.eE"
_LONGEST_NUMBER: Final = 400
_TRUTH: Final = {"true": True, "1": True, "false": False, "0": False}


class Absent:
    """The type of `ABSENT`."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent()
"""Stands in a column where a row doesn't have the field at all; None is an explicit null."""


class Reader:
    """What all types share: absent values, defaults, and the wording of a problem."""

    dtype: ClassVar[str]
    missing: ClassVar[Any]
    noun: ClassVar[str]

    def __init__(self, declared: Input) -> None:
        self.required = declared.required
        self.minimum, self.maximum, self.enum = declared.minimum, declared.maximum, declared.enum
        self.expected = self._expectation(declared)
        self.fallback = self.read_one(declared.default) if declared.has_default else self.missing

    def read(self, values: Sequence[Any], *, text: bool) -> tuple[Column, list[tuple[int, str]], int]:
        """The column, the first problems as (row, detail), and how many there are."""
        column = self.read_all(values, text=text) if len(values) >= FEW_ROWS else None
        return self._read_each(values, text=text) if column is None else (column, [], 0)

    def absent(self, n_rows: int) -> tuple[Column, list[tuple[int, str]], int]:
        """As `read`, for a column that no row has."""
        return self.read((ABSENT,) * n_rows, text=False)

    def read_all(self, values: Sequence[Any], *, text: bool) -> Column | None:
        """The whole column at once, or None if any value needs a closer look."""
        raise NotImplementedError

    def read_one(self, value: Any) -> Any:
        """One value as its column holds it; raises ValueError with the reason, if there is more to say."""
        raise NotImplementedError

    def from_text(self, cell: str) -> Any:
        """What a cell of a CSV row or a query string stands for: "" for an absent value."""
        return cell.strip(" ") or ABSENT

    def _read_each(self, values: Sequence[Any], *, text: bool) -> tuple[Column, list[tuple[int, str]], int]:
        cells: list[Any] = []
        problems: list[tuple[int, str]] = []
        total = 0
        for row, written in enumerate(values):
            value = self.from_text(written) if text and type(written) is str else written
            try:
                if value is None or value is ABSENT:
                    if self.required:
                        raise ValueError
                    cells.append(self.fallback)
                else:
                    cells.append(self.read_one(value))
            except ValueError as refusal:
                total += 1
                if total <= MAXIMUM_PROBLEMS:
                    problems.append((row, self._detail(value, str(refusal))))
        return np.array([] if problems else cells, self.dtype), problems, total

    def _detail(self, value: Any, reason: str) -> str:
        if value is ABSENT:
            return f"is missing: must be {self.expected}"
        return f"must be {self.expected}, not {show(value)}{f': {reason}' if reason else ''}"

    def _expectation(self, declared: Input) -> str:
        if self.enum:
            return one_of(self.enum)
        unit = f" {declared.unit}" if declared.unit else ""
        match declared.minimum is not None, declared.maximum is not None:
            case True, True:
                return f"{self.noun} from {declared.minimum} to {declared.maximum}{unit}"
            case True, False:
                return f"{self.noun} of at least {declared.minimum}{unit}"
            case False, True:
                return f"{self.noun} of at most {declared.maximum}{unit}"
        return self.noun


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

    def read_all(self, values: Sequence[Any], *, text: bool) -> Column | None:  # noqa: D102 - as the base says
        types = set(map(type, values))
        if text:
            if types != {str} or not _only_number_bytes("".join(values)):
                return None
            try:
                values, types = list(map(float, values)), {int, float}
            except ValueError:
                return None
        if not types <= ({int, float} if self.required else {int, float, type(None)}):
            return None
        try:
            column = np.array(values, np.float64)
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

    def read_one(self, value: Any) -> float:  # noqa: D102
        if type(value) is int:
            if not -LARGEST_EXACT <= value <= LARGEST_EXACT:
                raise ValueError("beyond ±2^53 an integer can't be passed on exactly")
        elif type(value) is not float or (self.whole and not value.is_integer()):
            raise ValueError
        if not self.low <= value <= self.high or (self.enum is not None and value not in self.enum):
            raise ValueError
        return float(value)

    def from_text(self, cell: str) -> Any:  # noqa: D102
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

    def read_all(self, values: Sequence[Any], *, text: bool) -> Column | None:  # noqa: D102
        return np.array(values, np.float64) if not text and set(map(type, values)) == {bool} else None

    def read_one(self, value: Any) -> float:  # noqa: D102
        if type(value) is not bool:
            raise ValueError
        return float(value)

    def from_text(self, cell: str) -> Any:  # noqa: D102
        cell = cell.strip(" ")
        return _TRUTH.get(cell.lower(), cell) if cell else ABSENT


class StringReader(Reader):
    """`string`: object, None where absent. Text is taken as it comes; only a cell of text may be empty = absent."""

    dtype = "object"
    missing = None
    noun = "text"

    def read_all(self, values: Sequence[Any], *, text: bool) -> Column | None:  # noqa: D102
        if set(map(type, values)) != {str} or (text and "" in values):
            return None
        return np.array(values, object) if self.enum is None or set(values).issubset(self.enum) else None

    def read_one(self, value: Any) -> str:  # noqa: D102
        if type(value) is not str or (self.enum is not None and value not in self.enum):
            raise ValueError
        return value

    def from_text(self, cell: str) -> Any:  # noqa: D102
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

    def read_all(self, values: Sequence[Any], *, text: bool) -> Column | None:  # noqa: D102
        column = read_plain_datetimes(values)
        return (
            column
            if column is not None and self._within(column.min()) and self._within(column.max())
            else None
        )

    def read_one(self, value: Any) -> np.datetime64:  # noqa: D102
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


def _only_number_bytes(joined: str) -> bool:
    return joined.isascii() and not joined.encode().translate(None, _NUMBER_BYTES)
