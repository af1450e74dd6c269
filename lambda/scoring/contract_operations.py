"""Operations in a contract: entries that name one of a register, beside its parameters."""

from collections.abc import Mapping, Sequence
from typing import Any

from .contract_problems import Problem, child, did_you_mean, one_of, show
from .declarations import Field, Record
from .kinds import INVALID, Choice, Kind, Schema
from .operations import Operation


class OperationEntry(Kind):
    """An object whose key `operation` names one of a register, beside that operation's parameters."""

    expected = 'an object with the key "operation"'

    def __init__(self, register: Mapping[str, type[Operation]], shared: Sequence[Field] = ()) -> None:
        self.register = register
        self.shared = tuple(shared)
        self.named = Field("operation", Choice(*register), "Which operation.", required=True)
        self._records: dict[str, Record] = {}

    def record(self, name: str) -> Record:
        """What may stand in an entry of this operation; made when first asked for."""
        if name not in self._records:
            operation = self.register[name]
            summary = (operation.__doc__ or "").split("\n")[0]
            self._records[name] = Record((self.named, *self.shared, *operation.parameters), doc=summary)
        return self._records[name]

    def check(self, value: Any, at: str, problems: list[Problem]) -> Any:
        if type(value) is not dict or "operation" not in value:
            problems.append(Problem(at, self.expected, show(value)))
            return INVALID
        name = value["operation"]
        if type(name) is not str or name not in self.register:
            names = tuple(self.register)
            expected = f"one of the operations {one_of(names)}{did_you_mean(name, names)}"
            problems.append(Problem(child(at, "operation"), expected, show(name)))
            return INVALID
        return self.record(name).check(value, at, problems)

    def schema(self) -> Schema:
        chosen = [
            {
                "if": {"properties": {"operation": {"const": name}}, "required": ["operation"]},
                "then": self.record(name).schema(),
            }
            for name in self.register
        ]
        named = {"description": self.named.doc} | self.named.kind.schema()
        return {
            "type": "object",
            "required": ["operation"],
            "properties": {"operation": named},
            "allOf": chosen,
        }


def note_disagreements(
    operation: type[Operation], parameters: Mapping[str, Any], at: str, problems: list[Problem]
) -> bool:
    """Note parameters that don't go together; whether there are none."""
    wrong = list(operation.disagreements(parameters))
    for key, expected in wrong:
        problems.append(
            Problem(child(at, key) if key else at, expected, show(parameters[key] if key else parameters))
        )
    return not wrong


def note_misfits(
    operation: type[Operation],
    parameters: Mapping[str, Any],
    width: int,
    family: str,
    at: str,
    problems: list[Problem],
) -> bool:
    """Note parameters that don't suit so many input columns of this family; whether there are none."""
    wrong = [*operation.misfits(parameters, width), *operation.unsuited(parameters, family)]
    for key, expected in wrong:
        value = parameters.get(key)
        listed = f"{len(value)} entries" if isinstance(value, tuple) else show(value)
        problems.append(
            Problem(child(at, key) if key else at, expected, f"{width} columns" if key == "input" else listed)
        )
    return not wrong
