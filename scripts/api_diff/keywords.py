"""The keywords of a schema that limit a value by themselves: what a change of each does to what is allowed.

Words: JSON Schema draft-04 as OpenAPI 3.0 has it, https://spec.openapis.org/oas/v3.0.3#schema-object.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from scripts.api_diff.difference import Turn

Schema = Mapping[str, Any]
ALL_TYPES = frozenset({"object", "array", "string", "number", "integer", "boolean"})
LOWER = ("minimum", "minLength", "minItems", "minProperties")
UPPER = ("maximum", "maxLength", "maxItems", "maxProperties")
SWITCHES = ("uniqueItems", "exclusiveMinimum", "exclusiveMaximum")
OPAQUE = ("pattern", "format", "multipleOf", "not")


def keyword_turns(old: Schema, new: Schema) -> Iterator[tuple[Turn, str]]:
    """Yield what narrowed or widened, and in which words."""
    yield from _sets("type", types_of(old), types_of(new))
    yield from _sets("enum", _values(old), _values(new))
    for names, tighter in ((LOWER, is_more), (UPPER, is_less), (SWITCHES, _is_on)):
        for name in names:
            yield from bound_turns(name, old.get(name), new.get(name), tighter)
    for name in OPAQUE:
        before, after = old.get(name), new.get(name)
        if before != after:
            turn: Turn = "narrower" if before is None else "wider" if after is None else "other"
            yield turn, f"{name} {_show(before)} → {_show(after)}"
    if bool(old.get("nullable")) != bool(new.get("nullable")):
        yield ("wider", "null is allowed") if new.get("nullable") else ("narrower", "null is not allowed")


def types_of(schema: Schema) -> frozenset[str]:
    """The types that a schema allows; a number may be an integer."""
    written = schema.get("type")
    if written is None:
        return ALL_TYPES
    types = {written} if isinstance(written, str) else set(written)
    return frozenset(types | ({"integer"} if "number" in types else set()))


def _values(schema: Schema) -> frozenset[str] | None:
    values = schema.get("enum")
    return None if values is None else frozenset(map(repr, values))


def _sets(name: str, old: frozenset[str] | None, new: frozenset[str] | None) -> Iterator[tuple[Turn, str]]:
    if old == new:
        return
    if new is None or (old is not None and old < new):
        turn: Turn = "wider"
    elif old is None or old > new:
        turn = "narrower"
    else:
        turn = "other"
    yield turn, f"{name} {_list(name, old)} → {_list(name, new)}"


def _list(name: str, values: frozenset[str] | None) -> str:
    if values is None or values == ALL_TYPES:
        return "any"
    if name == "type" and "number" in values:
        values -= {"integer"}
    return " | ".join(sorted(values))


def bound_turns(
    name: str, old: Any, new: Any, tighter: Callable[[Any, Any], bool]
) -> Iterator[tuple[Turn, str]]:
    """Yield whether a bound that may be absent moved, and which way."""
    if old != new:
        yield "narrower" if tighter(old, new) else "wider", f"{name} {_show(old)} → {_show(new)}"


def is_more(old: Any, new: Any) -> bool:
    """Whether a lower bound got tighter."""
    return new is not None and (old is None or new > old)


def is_less(old: Any, new: Any) -> bool:
    """Whether an upper bound got tighter."""
    return new is not None and (old is None or new < old)


def _is_on(_: Any, new: Any) -> bool:
    return bool(new)


def _show(value: Any) -> str:
    return "none" if value is None else str(value)
