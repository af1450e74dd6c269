"""Rules of composite alarms: `ALARM("a") AND NOT (OK(b) OR TRUE)`.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
"""

import re
from collections.abc import Callable, Iterator

StateOf = Callable[[str], str]
"""Name of an alarm → OK, ALARM or INSUFFICIENT_DATA; raises KeyError for one that there isn't."""

_TOKEN = re.compile(
    r"\s*(?:(?P<state>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:\"(?P<quoted>[^\"]+)\"|(?P<bare>[^\s\"()]+))\s*\)"
    r"|(?P<word>AND|OR|NOT|TRUE|FALSE|\(|\))(?=\W|$|(?<=[()])))"
)


class RuleError(ValueError):
    """The rule can't be read."""


def holds(rule: str, state_of: StateOf) -> bool:
    """Tell whether a rule is met. NOT binds closest, then AND, then OR. Raises RuleError."""
    return _Parser(rule, state_of).read()


class _Parser:
    def __init__(self, rule: str, state_of: StateOf) -> None:
        self._tokens = list(_read_tokens(rule, state_of))

    def read(self) -> bool:
        met = self._either()
        if self._tokens:
            raise RuleError(f"the rule does not end where {self._tokens[0]!r} stands")
        return met

    def _either(self) -> bool:
        met = self._all()
        while self._take("OR"):
            other = self._all()
            met = met or other
        return met

    def _all(self) -> bool:
        met = self._one()
        while self._take("AND"):
            other = self._one()
            met = met and other
        return met

    def _one(self) -> bool:
        if self._take("NOT"):
            return not self._one()
        if self._take("("):
            met = self._either()
            if not self._take(")"):
                raise RuleError("a bracket is not closed")
            return met
        token = self._tokens.pop(0) if self._tokens else "nothing"
        if not isinstance(token, bool):
            raise RuleError(f"an alarm's state is expected, not {token!r}")
        return token

    def _take(self, word: str) -> bool:
        if self._tokens and self._tokens[0] == word:
            del self._tokens[0]
            return True
        return False


def _read_tokens(rule: str, state_of: StateOf) -> Iterator[bool | str]:
    at, end = 0, len(rule.rstrip())
    while at < end:
        found = _TOKEN.match(rule, at)
        if found is None:
            raise RuleError(f"{rule[at:].strip()!r} can't be read")
        at = found.end()
        if found["state"]:
            name = (found["quoted"] or found["bare"]).rpartition(":alarm:")[2]
            yield state_of(name) == found["state"]
        else:
            yield {"TRUE": True, "FALSE": False}.get(found["word"], found["word"])
