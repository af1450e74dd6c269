"""CloudWatch's metric math, read: `(integration - FILL(model, 0) / 1000) / requests`.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
Known here: numbers, ids, lists, + - * / ^, comparisons, AND, OR, and the functions of `metric_values.py`.
"""

import operator
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from scripts.local_stage.metric_values import FUNCTIONS, OPERATORS, Many, MathError, Value, each, many, power

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?P<text>\"[^\"]*\"|'[^']*')"
    r"|(?P<name>[A-Za-z]\w*)|(?P<sign>\|\||&&|[=!<>]=|[-+*/^()\[\],<>]))"
)
_LEVELS = (("OR", "||"), ("AND", "&&"), ("==", "!=", "<=", ">=", "<", ">"), ("+", "-"), ("*", "/"))
_WORDS = ("REPEAT", "LINEAR")


@dataclass(frozen=True)
class Scope:
    """What an expression may refer to."""

    resolve: Callable[[str], Value]
    """Id → its value; raises MathError for one that there isn't."""
    metrics: Callable[[], Many]
    """The series of all metrics, for METRICS()."""


Node = Callable[[Scope], Value]


@dataclass(frozen=True)
class Expression:
    """An expression that was read, and the ids that it names."""

    evaluate: Node
    names: frozenset[str]


def read_expression(text: str) -> Expression:
    """Read an expression. Raises MathError."""
    reader = _Reader(text)
    return Expression(reader.read(), frozenset(reader.names))


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens = list(_read_tokens(text))
        self.names: set[str] = set()

    def read(self) -> Node:
        node = self._binary(0)
        if self._tokens:
            raise MathError(f"the expression does not end where {self._tokens[0][1]!r} stands")
        return node

    def _binary(self, level: int) -> Node:
        """Operators of one level, left to right; the last level binds closest."""
        if level == len(_LEVELS):
            return self._signed()
        node = self._binary(level + 1)
        while self._tokens and self._tokens[0][1] in _LEVELS[level]:
            node = _combination(OPERATORS[self._tokens.pop(0)[1]], node, self._binary(level + 1))
        return node

    def _signed(self) -> Node:
        if self._take("-"):
            return _combination(operator.sub, lambda _: 0.0, self._signed())
        node = self._one()
        return _combination(power, node, self._signed()) if self._take("^") else node

    def _one(self) -> Node:
        kind, text = self._tokens.pop(0) if self._tokens else ("", "nothing")
        if kind == "number":
            number = float(text)
            return lambda _: number
        if kind == "text":
            return lambda _: text[1:-1]
        if kind == "name":
            return self._function(text) if self._take("(") else self._name(text)
        if text == "(":
            node = self._binary(0)
            self._expect(")")
            return node
        if text == "[":
            return _together(self._arguments("]"))
        raise MathError(f"a metric, a number or a function is expected, not {text!r}")

    def _name(self, name: str) -> Node:
        if name in _WORDS:
            return lambda _: name
        self.names.add(name)
        return lambda scope: scope.resolve(name)

    def _function(self, name: str) -> Node:
        arguments = self._arguments(")")
        if name == "METRICS":
            return lambda scope: scope.metrics()
        return lambda scope: _call(name, [argument(scope) for argument in arguments])

    def _arguments(self, end: str) -> list[Node]:
        if self._take(end):
            return []
        found = [self._binary(0)]
        while self._take(","):
            found.append(self._binary(0))
        self._expect(end)
        return found

    def _take(self, sign: str) -> bool:
        if self._tokens and self._tokens[0] == ("sign", sign):
            del self._tokens[0]
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            raise MathError(f"{sign!r} is missing")


def _read_tokens(text: str) -> Iterator[tuple[str, str]]:
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None:
            raise MathError(f"{text[at:].strip()!r} can't be read")
        at = found.end()
        kind = str(found.lastgroup)
        yield ("sign", found[kind]) if found[kind] in ("AND", "OR") else (kind, found[kind])


def _combination(combine: Callable[[float, float], float | None], left: Node, right: Node) -> Node:
    return lambda scope: each(combine, left(scope), right(scope))


def _together(nodes: Sequence[Node]) -> Node:
    def together(scope: Scope) -> Many:
        values = [node(scope) for node in nodes]
        return tuple(series for value in values for series in many(value))

    return together


def _call(name: str, arguments: Sequence[Value]) -> Value:
    function = FUNCTIONS.get(name)
    if function is None:
        raise MathError(f"the function {name} is not known here")
    try:
        return function(*arguments)
    except TypeError as error:
        raise MathError(f"{name} takes other arguments") from error
