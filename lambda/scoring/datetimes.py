"""Datetimes as clients write them → naive datetimes in the contract's local time.

Accepted: `YYYY-MM-DD HH:MM[:SS]` and ISO 8601's extended format: `T` for the space, a fraction of a second
(digits beyond the microsecond are cut off), `Z` or an offset. Not accepted: ISO's basic format, week dates
and ordinal dates, which Python's own `fromisoformat` takes in one version and refuses in another.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import numpy as np

EXAMPLE = "2012-12-19 17:00:00"

_WRITTEN = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII
)
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)", re.ASCII)

_LAYOUT = b"0000-00-00 00:00:00"
_TO_LAYOUT = bytes.maketrans(b"123456789T", b"000000000 ")
_FIRST_YEAR = np.datetime64("0001-01-01", "us")

NO_SUCH_TIME = "there is no such date or time"
NO_TIME_OF_DAY = "the time of day is missing"
HAS_OFFSET = "it carries a UTC offset, but the model takes local time without one"
BEYOND_YEARS = "in the model's UTC offset it is outside the years 0001 to 9999"


def read_offset(written: str) -> timezone:
    """`Z`, `+02:00` or `-0330` as a time zone; raises ValueError."""
    if written == "Z":
        return UTC
    found = _OFFSET.fullmatch(written)
    if not found or found[2] > "23" or found[3] > "59":
        raise ValueError(NO_SUCH_TIME)
    distance = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(-distance if found[1] == "-" else distance)


def read_datetime(value: Any, zone: timezone | None = None, *, date_only: bool = False) -> datetime:
    """One text or Python date(time) as a naive datetime in `zone`; raises ValueError with the reason, if any.

    Without a zone an aware value is refused: its local hour can't be known.
    """
    if isinstance(value, datetime):
        return _localized(value, zone)
    if isinstance(value, date):
        if not date_only:
            raise ValueError(NO_TIME_OF_DAY)
        return datetime.combine(value, time())
    found = _WRITTEN.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    if hour is None and not date_only:
        raise ValueError(NO_TIME_OF_DAY)
    microsecond = int((fraction or "0").ljust(6, "0")[:6])
    aware = read_offset(offset) if offset else None
    try:
        clock = (int(hour or 0), int(minute or 0), int(second or 0), microsecond, aware)
        written = datetime(int(year), int(month), int(day), *clock)
    except ValueError:
        raise ValueError(NO_SUCH_TIME) from None
    return _localized(written, zone)


def _localized(value: datetime, zone: timezone | None) -> datetime:
    if value.tzinfo is None:
        return value
    if zone is None:
        raise ValueError(HAS_OFFSET)
    try:
        return value.astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        raise ValueError(BEYOND_YEARS) from None


def read_plain_datetimes(values: Sequence[Any]) -> np.ndarray[Any, Any] | None:
    """(n,) datetime64[us] if all are `YYYY-MM-DD HH:MM:SS` (or with `T`) or naive datetimes, else None.

    The layout is compared in one sweep over the joined bytes, so that numpy's own parser, which knows other
    notations too ("today", "2012-12"), sees only this one: 0.5 ms for 10,000 rows against 13 ms one by one.
    """
    types = set(map(type, values))
    if types == {datetime}:
        return None if any(value.tzinfo for value in values) else np.array(values, "datetime64[us]")
    if types != {str} or set(map(len, values)) != {len(_LAYOUT)}:
        return None
    joined = "".join(values)
    if not joined.isascii() or joined.encode().translate(_TO_LAYOUT) != _LAYOUT * len(values):
        return None
    try:
        column = np.frombuffer(joined.encode(), f"S{len(_LAYOUT)}").astype("datetime64[us]")
    except ValueError:
        return None
    return column if column.min() >= _FIRST_YEAR else None
