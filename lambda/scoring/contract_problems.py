"""What is wrong in a contract: where, what was expected there, and what stands there instead."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from .errors import escape_pointer

LONGEST_SHOWN = 60
MOST_LISTED = 25


class Problem(NamedTuple):
    """One thing wrong in a contract: `pointer` is a JSON pointer (RFC 6901), "" for the whole document."""

    pointer: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.pointer or '(the whole document)'}: expected {self.expected}; found {self.found}"


class ContractError(ValueError):
    """A contract that can't be used; `problems` holds everything that is wrong with it, in document order."""

    def __init__(self, problems: Iterable[Problem], source: str = "") -> None:
        self.problems = tuple(problems)
        self.source = source
        noun = "problem" if len(self.problems) == 1 else "problems"
        heading = f"{len(self.problems)} {noun} in {source or 'the contract'}"
        super().__init__("\n  ".join([heading, *map(str, self.problems)]))


def child(pointer: str, key: int | str) -> str:
    """The JSON pointer to a key or an index of what `pointer` points at."""
    return f"{pointer}/{escape_pointer(key)}"


def show(value: Any) -> str:
    """A value as it stands in JSON, shortened so that a message stays a line."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):  # an integer of thousands of digits, a structure without a bottom
        text = f"a {type(value).__name__} too large to show"
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def one_of(names: Iterable[Any]) -> str:
    """Alternatives as they are written in JSON: `"a", "b" or "c"`."""
    shown = [show(name) for name in names]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}" if shown else "nothing"


def some_of(values: Sequence[Any]) -> str:
    """As `one_of`, but a long list is cut: `one of 1200 values such as "a", "b" or "c"`."""
    if len(values) <= MOST_LISTED:
        return one_of(values)
    return f"one of {len(values)} values such as {one_of(values[:3])}"


def did_you_mean(name: Any, known: Sequence[str]) -> str:
    """` (did you mean "minimum"?)` when one of the known names is near, else nothing."""
    from difflib import get_close_matches  # noqa: PLC0415 - a cold start of a sound contract never needs it

    near = get_close_matches(name, known, n=1) if isinstance(name, str) else []
    return f" (did you mean {show(near[0])}?)" if near else ""
