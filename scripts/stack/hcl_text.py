"""As much of HCL as types and tfvars files are written in: objects, lists, type constructors, literals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(
    r"""
      (?P<skip>   \s+ | \#[^\n]* | //[^\n]* | /\*.*?\*/ | ,)
    | (?P<heredoc><<-?(?P<end>\w+)\n.*?^[ \t]*(?P=end)\b)
    | (?P<string> "(?:\\.|[^"\\])*")
    | (?P<word>   -?[\w.]+(?:-[\w.]+)*)
    | (?P<mark>   [{}\[\]()=:])
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


class HclError(Exception):
    """The text is no HCL, or more than types and settings need."""


@dataclass(frozen=True)
class Call:
    """A type constructor with its arguments, such as optional(number, 1)."""

    name: str
    arguments: tuple[Any, ...]


def parse_settings(text: str) -> dict[str, Any]:
    """Return the names of a tfvars file with their values: dicts, lists, Call for types, else text.

    Raises HclError.
    """
    parser = _Parser(text)
    return parser.members(until="")


def parse_expression(text: str) -> Any:
    """Return what the text begins with, as parse_settings does a value; the rest is not read."""
    return _Parser(text).value()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def members(self, until: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while (name := self._next()) != until:
            if self._next() not in ("=", ":"):
                raise HclError(f"no value behind {name!r}")
            found[name.strip('"')] = self.value()
        return found

    def value(self) -> Any:
        first = self._next()
        if first == "{":
            return self.members(until="}")
        if first == "[":
            return self._values(until="]")
        if not first or first in "}])(=:":
            raise HclError(f"no value at {self._at}")
        if first[0].isalpha() and self._peek() == "(":
            self._next()
            return Call(first, tuple(self._values(until=")")))
        return first

    def _values(self, until: str) -> list[Any]:
        found = []
        while self._peek() != until:
            found.append(self.value())
        self._next()
        return found

    def _peek(self) -> str:
        at = self._at
        following = self._next()
        self._at = at
        return following

    def _next(self) -> str:
        """Read the next token; empty at the end."""
        while self._at < len(self._text):
            token = _TOKEN.match(self._text, self._at)
            if token is None:
                raise HclError(f"not understood: {self._text[self._at : self._at + 20]!r}")
            self._at = token.end()
            if token.lastgroup != "skip":
                return token[0]
        return ""
