"""The query language of CloudWatch Logs Insights, read: commands one after the other.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
Known here: fields, filter, stats, sort, limit, display, and the functions of `insights_values.py`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from scripts.local_stage.insights_values import (
    AGGREGATES,
    FUNCTIONS,
    OPERATORS,
    Moment,
    Node,
    Row,
    like,
    seconds_of,
)

_TOKEN = re.compile(
    r"(?P<blank>\s+|\#[^\n]*)|(?P<text>\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')|(?P<number>\d+(?:\.\d+)?(?![\w.]))"
    r"|(?P<span>\d+[a-z]+)|`(?P<quoted>[^`]+)`|(?P<name>@?[A-Za-z_][\w.@]*)|(?P<sign>!=|<=|>=|=~|[-+*/()\[\],=<>|])"
)
_PATTERN = re.compile(r"\s*/((?:\\.|[^/\\])+)/")
_LEVELS = (("or",), ("and",), ("=", "!=", "<", ">", "<=", ">="), ("+", "-"), ("*", "/"))


class QueryError(ValueError):
    """A query can't be read, or has what isn't known here."""


class Column(NamedTuple):
    """What a column is called, and what it is worth for an event, or of a group of events."""

    name: str
    value: Any


@dataclass(frozen=True)
class Command:
    """One command; what it doesn't use stays empty."""

    kind: str
    columns: tuple[Column, ...] = ()
    by: tuple[Column, ...] = ()
    condition: Node = lambda _: True
    count: int = 0


def read_query(text: str) -> list[Command]:
    """Read a query. Raises QueryError."""
    return list(_Reader(text).read())


def _read_tokens(text: str) -> Iterator[tuple[str, str, int, int]]:
    at, before = 0, ""
    while at < len(text):
        pattern = _PATTERN.match(text, at) if before in ("like", "=~") else None
        if pattern is not None:
            kind, found, at = "pattern", pattern[1], pattern.end()
            yield kind, found, pattern.start(), at
        else:
            match = _TOKEN.match(text, at)
            if match is None:
                raise QueryError(f"unexpected {text[at : at + 20]!r}")
            kind, found, at = str(match.lastgroup), match[str(match.lastgroup)], match.end()
            if kind == "blank":
                continue
            yield kind, found, match.start(), at
        before = found


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_read_tokens(text))

    def read(self) -> Iterator[Command]:
        while self._tokens:
            yield self._command()
            if self._tokens:
                self._expect("|")

    def _command(self) -> Command:
        kind = self._next()[1]
        if kind in ("fields", "display"):
            return Command(kind, columns=tuple(self._listed(self._column)))
        if kind == "filter":
            return Command(kind, condition=self._binary(0))
        if kind == "stats":
            aggregates = tuple(self._listed(self._aggregate))
            by = tuple(self._listed(self._column)) if self._take("by") else ()
            return Command(kind, columns=aggregates, by=by)
        if kind == "sort":
            return Command(kind, columns=tuple(self._listed(self._order)))
        if kind == "limit":
            return Command(kind, count=int(self._next("number")[1]))
        raise QueryError(f"the command {kind!r} is not known here")

    def _listed(self, read: Callable[[], Column]) -> Iterator[Column]:
        yield read()
        while self._take(","):
            yield read()

    def _column(self) -> Column:
        first = self._start()
        node = self._binary(0)
        return Column(self._named(first), node)

    def _aggregate(self) -> Column:
        """An aggregate is a function of the rows of a group."""
        first = self._start()
        kind = self._next("name")[1]
        if kind not in AGGREGATES:
            raise QueryError(f"the function {kind!r} of stats is not known here")
        self._expect("(")
        every = self._take("*")
        node: Node = (lambda _: True) if every else self._binary(0)
        more = [float(self._next("number")[1]) for _ in range(self._take(","))]
        self._expect(")")

        def value(rows: list[Row]) -> Any:
            return AGGREGATES[kind]([found for row in rows if (found := node(row)) is not None], *more)

        return Column(self._named(first), value)

    def _order(self) -> Column:
        node = self._binary(0)
        descending = self._take("desc")
        if not descending:
            self._take("asc")
        return Column("desc" if descending else "asc", node)

    def _named(self, first: int) -> str:
        """The name after `as`, or else the text itself."""
        last = self._tokens[0][2] if self._tokens else len(self._text)
        if self._take("as"):
            return self._next("name")[1]
        return self._text[first:last].strip().strip("`")

    def _binary(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._one()
        if level == 2 and self._take("not"):
            node = self._binary(level)
            return lambda row: not node(row)
        node = self._binary(level + 1)
        while self._tokens:
            sign = self._tokens[0][1]
            if sign in _LEVELS[level] and self._tokens[0][0] in ("sign", "name"):
                del self._tokens[0]
                node = _combination(sign, node, self._binary(level + 1))
            elif level == 2 and sign in ("like", "=~", "in", "not"):
                node = self._match(node)
            else:
                break
        return node

    def _match(self, node: Node) -> Node:
        negated = self._take("not")
        sign = self._next()[1]
        if sign == "in":
            self._expect("[")
            values = [column.value({}) for column in self._listed(self._column)]
            self._expect("]")
            met: Node = lambda row: node(row) in values  # noqa: E731 - one of two
        else:
            kind, text, *_ = self._next()
            wanted = re.compile(text if kind == "pattern" else re.escape(text[1:-1]))
            met = lambda row: like(node(row), wanted)  # noqa: E731 - the other
        return (lambda row: not met(row)) if negated else met

    def _one(self) -> Node:
        kind, text, *_ = self._next()
        if kind == "number":
            return lambda _: float(text)
        if kind == "text":
            return lambda _: text[1:-1].replace('\\"', '"')
        if kind == "quoted":
            return lambda row: row.get(text)
        if text == "(":
            node = self._binary(0)
            self._expect(")")
            return node
        if kind == "name":
            return self._call(text) if self._take("(") else lambda row: row.get(text)
        raise QueryError(f"a field or a value is expected, not {text!r}")

    def _call(self, name: str) -> Node:
        if name == "bin":
            span = seconds_of(self._next("span")[1])
            self._expect(")")
            return lambda row: Moment(row["@timestamp"] // (1000 * span) * 1000 * span)
        function = FUNCTIONS.get(name)
        if function is None:
            raise QueryError(f"the function {name!r} is not known here")
        arguments = [column.value for column in self._listed(self._column)]
        self._expect(")")
        return lambda row: function(*(argument(row) for argument in arguments))

    def _next(self, kind: str = "") -> tuple[str, str, int, int]:
        token = self._tokens.pop(0) if self._tokens else ("end", "the end", 0, 0)
        if token[0] == "end" or (kind and token[0] != kind):
            raise QueryError(f"{kind or 'more'} is expected, not {token[1]!r}")
        return token

    def _start(self) -> int:
        return self._tokens[0][2] if self._tokens else len(self._text)

    def _take(self, text: str) -> bool:
        if self._tokens and self._tokens[0][0] in ("sign", "name") and self._tokens[0][1] == text:
            del self._tokens[0]
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise QueryError(
                f"{text!r} is expected, not {self._tokens[0][1] if self._tokens else 'the end'!r}"
            )


def _combination(sign: str, left: Node, right: Node) -> Node:
    if sign == "and":
        return lambda row: bool(left(row)) and bool(right(row))
    if sign == "or":
        return lambda row: bool(left(row)) or bool(right(row))
    return lambda row: OPERATORS[sign](left(row), right(row))
