"""Compare two schemas in one direction: what clients send, or what they are answered."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scripts.api_diff.difference import BREAKS, Difference, Direction, Turn
from scripts.api_diff.keywords import Schema, keyword_turns, types_of
from scripts.api_diff.meaning import meaning_turns

UNIONS = ("oneOf", "anyOf")


class SchemaComparison:
    """One direction of two documents; a pair of named schemas is compared once, wherever it is used."""

    def __init__(self, old: Mapping[str, Any], new: Mapping[str, Any], direction: Direction) -> None:
        self._documents = (old, new)
        self._direction = direction
        self._seen: set[tuple[str, str]] = set()

    def compare(self, old: Schema, new: Schema, where: str) -> Iterator[Difference]:
        """Yield the differences of two schemas; `where` names the place for people."""
        names = (old.get("$ref", ""), new.get("$ref", ""))
        if all(names):
            if names in self._seen:
                return
            self._seen.add(names)
        if names[0] and names[0] == names[1]:
            where = f"{where.split(' ', maxsplit=1)[0]} {names[0].rsplit('/', 1)[-1]}"
            yield from self._compare(old, new, where)
        else:
            yield from self._compare(old, new, where)
            self._seen.discard(names)  # of two names, each place says so itself

    def _compare(self, old: Schema, new: Schema, where: str) -> Iterator[Difference]:
        old, new = resolve(self._documents[0], old), resolve(self._documents[1], new)
        for turn, words in meaning_turns(old, new):
            yield self._difference(turn, where, words)
        if any(union in schema for union in UNIONS for schema in (old, new)):
            yield from self._unions(_alternatives(old), _alternatives(new), where)
            return
        for turn, words in keyword_turns(old, new):
            yield self._difference(turn, where, words)
        if "object" in types_of(old) & types_of(new):
            yield from self._properties(old, new, where)
        if "items" in old or "items" in new:
            yield from self.compare(old.get("items", {}), new.get("items", {}), f"{where}[]")
        for index, (one, other) in enumerate(zip(old.get("allOf", ()), new.get("allOf", ()), strict=False)):
            yield from self.compare(one, other, f"{where} part {index}")
        if len(old.get("allOf", ())) != len(new.get("allOf", ())):
            yield self._difference("other", where, "another number of parts in allOf")

    def _properties(self, old: Schema, new: Schema, where: str) -> Iterator[Difference]:
        before, after = old.get("properties", {}), new.get("properties", {})
        needed, needs = set(old.get("required", ())), set(new.get("required", ()))
        for name in (name for name in before if name not in after):
            yield Difference(f"{where}.{name}", "removed", True)
        for name in (name for name in after if name not in before):
            required = self._direction == "request" and name in needs
            yield Difference(f"{where}.{name}", "added, required" if required else "added", required)
        for name in (name for name in before if name in after):
            if (name in needed) != (name in needs):
                turn: Turn = "narrower" if name in needs else "wider"
                words = "required now" if name in needs else "optional now"
                yield self._difference(turn, f"{where}.{name}", words)
            yield from self.compare(before[name], after[name], f"{where}.{name}")
        yield from self._additional(
            old.get("additionalProperties", True), new.get("additionalProperties", True), where
        )

    def _additional(self, old: Any, new: Any, where: str) -> Iterator[Difference]:
        if isinstance(old, dict) and isinstance(new, dict):
            yield from self.compare(old, new, f"{where}.*")
        elif old != new and self._direction == "request":  # in answers, clients skip what they don't know
            turn: Turn = "wider" if new is True else "narrower" if old is True or new is False else "other"
            words = {"wider": "other fields are allowed", "narrower": "other fields are refused"}
            yield self._difference(turn, where, words.get(turn, "other fields are limited otherwise"))

    def _unions(self, old: list[Schema], new: list[Schema], where: str) -> Iterator[Difference]:
        """Pair alternatives that are equal, then those of one name, then those of one type."""
        left, right = [one for one in old if one not in new], [one for one in new if one not in old]
        for same in (_same_name, self._same_type):
            for one in list(left):
                other = next((candidate for candidate in right if same(one, candidate)), None)
                if other is not None:
                    left.remove(one)
                    right.remove(other)
                    yield from self.compare(one, other, where)
        for one in (one for one in old if one in new):
            yield from self.compare(one, one, where)  # what it refers to may differ
        for one in left:
            yield self._difference("narrower", where, f"no longer {describe(one)}")
        for one in right:
            yield self._difference("wider", where, f"or {describe(one)}")

    def _same_type(self, one: Schema, other: Schema) -> bool:
        kinds = [
            schema.get("type", "enum" in schema) for schema in map(resolve, self._documents, (one, other))
        ]
        return bool(kinds[0] == kinds[1])

    def _difference(self, turn: Turn, where: str, words: str) -> Difference:
        return Difference(where, words, BREAKS[self._direction, turn])


def _same_name(one: Schema, other: Schema) -> bool:
    return "$ref" in one and one.get("$ref") == other.get("$ref")


def _alternatives(schema: Schema) -> list[Schema]:
    """A schema's alternatives; one that has none is its own."""
    for union in UNIONS:
        if union in schema:
            return list(schema[union])
    return [{key: value for key, value in schema.items() if key not in ("description", "title", "example")}]


def describe(schema: Schema) -> str:
    """Name a schema shortly."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "enum" in schema:
        return " | ".join("null" if value is None else str(value) for value in schema["enum"])
    written = schema.get("type", "anything")
    return written if isinstance(written, str) else " | ".join(written)


def resolve(document: Mapping[str, Any], node: Any) -> Any:
    """Follow references inside a document."""
    while isinstance(node, Mapping) and "$ref" in node:
        target: Any = document
        for part in str(node["$ref"]).removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def reachable(document: Mapping[str, Any], node: Any, found: set[str] | None = None) -> set[str]:
    """Names of the schemas that a part of a document refers to, directly or through others."""
    found = set() if found is None else found
    if isinstance(node, Mapping):
        name = str(node.get("$ref", "")).rsplit("/", 1)[-1]
        if name and name not in found:
            found.add(name)
            reachable(document, resolve(document, node), found)
        for value in node.values():
            reachable(document, value, found)
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for value in node:
            reachable(document, value, found)
    return found
