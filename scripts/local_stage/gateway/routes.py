"""From a path to the resource that serves it.

Literal segments win over `{name}`, `{name}` over `{name+}`; resources without methods only carry others.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from urllib.parse import unquote

T = TypeVar("T")
Parameters = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Node(Generic[T]):
    literal: dict[str, "_Node[T]"] = field(default_factory=dict)
    named: dict[str, "_Node[T]"] = field(default_factory=dict)
    greedy: dict[str, T] = field(default_factory=dict)
    target: T | None = None


class Routes(Generic[T]):
    """A tree of path segments."""

    def __init__(self, targets: Iterable[tuple[str, T]]) -> None:
        """`targets`: path of a resource, as `/a/{id}/{proxy+}`, and what serves it."""
        self._root: _Node[T] = _Node()
        self._exact: dict[str, T] = {}
        for path, target in targets:
            self._add(path, target)

    def find(self, path: str) -> tuple[T, dict[str, str]] | None:
        """What serves `path` (percent-encoded, without the stage), and its decoded path parameters."""
        exact = self._exact.get(path)
        if exact is not None:
            return exact, {}
        found = _search(self._root, [part for part in path.split("/") if part])
        if found is None:
            return None
        return found[0], {name: unquote(value) for name, value in found[1]}

    def _add(self, path: str, target: T) -> None:
        node = self._root
        if "{" not in path:
            self._exact[path] = target
        for part in (part for part in path.split("/") if part):
            if part.startswith("{") and part.endswith("+}"):
                node.greedy[part[1:-2]] = target
                return
            if part.startswith("{"):
                node = node.named.setdefault(part[1:-1], _Node())
            else:
                node = node.literal.setdefault(part, _Node())
        node.target = target


def _search(node: _Node[T], parts: list[str], found: Parameters = ()) -> tuple[T, Parameters] | None:
    if not parts:
        return (node.target, found) if node.target is not None else None
    first, rest = parts[0], parts[1:]
    literal = node.literal.get(unquote(first))
    if literal is not None and (match := _search(literal, rest, found)):
        return match
    for name, child in node.named.items():
        if match := _search(child, rest, (*found, (name, first))):
            return match
    for name, target in node.greedy.items():
        return target, (*found, (name, "/".join(parts)))
    return None
