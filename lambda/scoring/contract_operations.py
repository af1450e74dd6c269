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
        named = Field("operation", Choice(*register), "Which operation.", required=True)
        self.records = {
            name: Record(
                (named, *shared, *operation.parameters), doc=(operation.__doc__ or "").split("\n")[0]
            )
            for name, operation in register.items()
        }
        self.named = named

    def check(self, value: Any, at: str, problems: list[Problem]) -> Any:
        if type(value) is not dict or "operation" not in value:
            problems.append(Problem(at, self.expected, show(value)))
            return INVALID
        name = value["operation"]
        record = self.records.get(name) if type(name) is str else None
        if record is None:
            expected = (
                f"one of the operations {one_of(self.records)}{did_you_mean(name, tuple(self.records))}"
            )
            problems.append(Problem(child(at, "operation"), expected, show(name)))
            return INVALID
        return record.check(value, at, problems)

    def schema(self) -> Schema:
        chosen = [
            {
                "if": {"properties": {"operation": {"const": name}}, "required": ["operation"]},
                "then": record.schema(),
            }
            for name, record in self.records.items()
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
