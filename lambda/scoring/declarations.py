"""A small language to declare what may stand in a contract, once.

From a declaration come the loader's check (`check`), the JSON Schema (`schema`) and the reference in
`docs/contract.md` (`Field.doc`, `expected`).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from .contract_problems import Problem, child, did_you_mean, one_of, show
from .kinds import INVALID, Kind, Schema


class ListOf(Kind):
    """A list whose items are of one kind; read as a tuple."""

    def __init__(self, item: Kind, *, at_least: int = 0, distinct: bool = False) -> None:
        self.item, self.at_least, self.distinct = item, at_least, distinct
        self.expected = (
            f"a list with at least {at_least} {'entry' if at_least == 1 else 'entries'}"
            if at_least
            else "a list"
        )

    def check(self, value: Any, at: str, problems: list[Problem]) -> Any:
        if type(value) is not list or len(value) < self.at_least:
            problems.append(Problem(at, self.expected, show(value)))
            return INVALID
        items = tuple(self.item.check(item, child(at, index), problems) for index, item in enumerate(value))
        known = len(problems)
        for index, item in enumerate(value) if self.distinct else ():
            if value.index(item) < index:
                expected = (
                    f"an entry that doesn't stand in the list before (see {child(at, value.index(item))})"
                )
                problems.append(Problem(child(at, index), expected, show(item)))
        return INVALID if INVALID in items or len(problems) > known else items

    def schema(self) -> Schema:
        schema: Schema = {"type": "array", "items": self.item.schema()}
        schema |= {"minItems": self.at_least} if self.at_least else {}
        return schema | ({"uniqueItems": True} if self.distinct else {})


class MapOf(Kind):
    """An object whose keys are free names and whose values are of one kind."""

    expected = "an object with at least one key"

    def __init__(self, item: Kind) -> None:
        self.item = item

    def check(self, value: Any, at: str, problems: list[Problem]) -> Any:
        if type(value) is not dict or not value:
            problems.append(Problem(at, self.expected, show(value)))
            return INVALID
        items = {key: self.item.check(item, child(at, key), problems) for key, item in value.items()}
        return INVALID if INVALID in items.values() else items

    def schema(self) -> Schema:
        return {"type": "object", "minProperties": 1, "additionalProperties": self.item.schema()}


class Either(Kind):
    """One of several kinds, told apart by the JSON type that each of them takes."""

    def __init__(self, **kinds: Kind) -> None:
        self.kinds = kinds
        self.expected = " or ".join(kind.expected for kind in kinds.values())

    def check(self, value: Any, at: str, problems: list[Problem]) -> Any:
        kind = self.kinds.get(JSON_TYPES.get(type(value), ""))
        if kind is not None:
            return kind.check(value, at, problems)
        problems.append(Problem(at, self.expected, show(value)))
        return INVALID

    def schema(self) -> Schema:
        return {"anyOf": [kind.schema() for kind in self.kinds.values()]}


JSON_TYPES = {str: "text", int: "number", float: "number", bool: "flag", list: "list", dict: "object"}


class Ref(Kind):
    """A kind with a name of its own in the schema's `$defs`; late, so that kinds may hold one another."""

    def __init__(self, name: str, kind: Callable[[], Kind], expected: str) -> None:
        self.name, self.kind, self.expected = name, kind, expected

    def check(self, value: Any, at: str, problems: list[Problem]) -> Any:
        return self.kind().check(value, at, problems)

    def schema(self) -> Schema:
        return {"$ref": f"#/$defs/{self.name}"}


class Field(NamedTuple):
    """One key of an object."""

    name: str
    kind: Kind
    doc: str
    required: bool = False
    default: Any = None
    """What leaving it out means, for the schema and the docs; the sections' records hold it for the code."""
    example: Any = None
    fitted: bool = False
    """Found in training data by `scripts/fit`; a contract that isn't fitted yet lacks it."""


class Record(Kind):
    """An object with declared keys and no others."""

    expected = "an object"

    def __init__(self, fields: Sequence[Field], doc: str = "") -> None:
        self.fields: Mapping[str, Field] = {field.name: field for field in fields}
        self.doc = doc

    def check(self, value: Any, at: str, problems: list[Problem]) -> Any:
        if type(value) is not dict:
            problems.append(Problem(at, self.expected, show(value)))
            return INVALID
        known = len(problems)
        for key in value.keys() - self.fields.keys():
            names = tuple(self.fields)
            expected = f"one of the keys {one_of(names)}{did_you_mean(key, names)}"
            problems.append(Problem(child(at, key), expected, f"the unknown key {show(key)}"))
        problems += [
            Problem(at, f"the key {show(name)} ({field.kind.expected})", "no such key")
            for name, field in self.fields.items()
            if field.required and name not in value and not field.fitted
        ]
        parsed = {
            name: field.kind.check(value[name], child(at, name), problems)
            for name, field in self.fields.items()
            if name in value
        }
        return INVALID if len(problems) > known else parsed

    def schema(self) -> Schema:
        properties = {field.name: _described(field) for field in self.fields.values()}
        required = [field.name for field in self.fields.values() if field.required and not field.fitted]
        schema: Schema = {"type": "object", "description": self.doc} if self.doc else {"type": "object"}
        schema |= {"additionalProperties": False, "properties": properties}
        return schema | ({"required": required} if required else {})


def _described(field: Field) -> Schema:
    schema = {"description": field.doc} | field.kind.schema()
    schema |= {} if field.default is None else {"default": field.default}
    return schema if field.example is None else schema | {"examples": [field.example]}
