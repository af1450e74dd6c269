"""The kinds of single values that may stand in a contract; `declarations.py` puts them together."""

import re
import sys
from typing import Any

from .contract_problems import Problem, did_you_mean, one_of, show

Schema = dict[str, Any]


class Invalid:
    """The type of `INVALID`."""


INVALID = Invalid()
"""What `check` returns for a value that has a problem; the problem itself is in the list."""


class Kind:
    """A kind of value: what it is called, how it is checked, and its JSON Schema."""

    expected: str

    def check(self, value: Any, at: str, problems: list[Problem]) -> Any:
        """The value as the contract holds it, or INVALID and a problem that points `at` it."""
        if self.accepts(value):
            return value
        problems.append(Problem(at, self.expected, show(value)))
        return INVALID

    def accepts(self, value: Any) -> bool:
        """Whether the value, judged alone, is of this kind."""
        raise NotImplementedError

    def schema(self) -> Schema:
        """This kind as JSON Schema, draft 2020-12."""
        raise NotImplementedError


class Text(Kind):
    """A text, matching the whole of a pattern if one is given."""

    def __init__(self, expected: str = "text", pattern: str | None = None) -> None:
        self.expected = expected
        self.pattern = pattern

    def accepts(self, value: Any) -> bool:
        return type(value) is str and (self.pattern is None or re.fullmatch(self.pattern, value) is not None)

    def schema(self) -> Schema:
        return {"type": "string"} | ({"pattern": f"^(?:{self.pattern})$"} if self.pattern else {})


class Number(Kind):
    """A finite number, or an integer; never a boolean."""

    def __init__(
        self, *, minimum: float | None = None, maximum: float | None = None, whole: bool = False
    ) -> None:
        self.minimum, self.maximum, self.whole = minimum, maximum, whole
        noun = "an integer" if whole else "a number"
        if minimum is not None and maximum is not None:
            self.expected = f"{noun} from {minimum} to {maximum}"
        else:
            self.expected = noun if minimum is None else f"{noun} of at least {minimum}"

    def accepts(self, value: Any) -> bool:
        if type(value) is not int and (type(value) is not float or self.whole):
            return False
        low = -float("inf") if self.minimum is None else self.minimum
        high = float("inf") if self.maximum is None else self.maximum
        return low <= value <= high and abs(value) <= sys.float_info.max

    def schema(self) -> Schema:
        bounds = {"minimum": self.minimum, "maximum": self.maximum}
        return {"type": "integer" if self.whole else "number"} | {
            k: v for k, v in bounds.items() if v is not None
        }


class Flag(Kind):
    """true or false."""

    expected = "true or false"

    def accepts(self, value: Any) -> bool:
        return type(value) is bool

    def schema(self) -> Schema:
        return {"type": "boolean"}


class Scalar(Kind):
    """A value of one of the inputs' types; which one, is checked when the type is known."""

    expected = "a number, text, true or false"

    def accepts(self, value: Any) -> bool:
        return type(value) in (str, bool) or Number().accepts(value)

    def schema(self) -> Schema:
        return {"type": ["number", "string", "boolean"]}


class Document(Kind):
    """Any JSON object: the body of a request or of a response."""

    expected = "an object"

    def accepts(self, value: Any) -> bool:
        return isinstance(value, dict)

    def schema(self) -> Schema:
        return {"type": "object"}


class Choice(Kind):
    """One of a few texts."""

    def __init__(self, *choices: str) -> None:
        self.choices = choices
        self.expected = one_of(choices)

    def check(self, value: Any, at: str, problems: list[Problem]) -> Any:
        if value in self.choices:
            return value
        problems.append(Problem(at, f"{self.expected}{did_you_mean(value, self.choices)}", show(value)))
        return INVALID

    def schema(self) -> Schema:
        return {"enum": list(self.choices)}


NAME = Text("a name of 1 to 100 characters without white space around it", r"\S(?:[^\x00-\x1f]{0,98}\S)?")
