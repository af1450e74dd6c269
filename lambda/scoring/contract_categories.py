"""Inputs that an operation closes: where it refuses unknown categories, the others are a client's error.

Such an input gets the categories as its `enum`, so that a request is refused while it is read, with all else
that is wrong in it, and the OpenAPI document lists what may be sent.
"""

from collections.abc import Sequence
from typing import Any

from .contract_problems import Problem, child, show, some_of
from .contract_sections import Input
from .features import Applied, Features, Node

CLOSABLE = ("string", "integer", "number")


def close_inputs(
    inputs: Sequence[Input], features: Features, at: str, problems: list[Problem]
) -> tuple[Input, ...]:
    """The inputs with those categories; notes values that the contract accepts and an operation doesn't."""
    limits: dict[str, list[Any]] = {}
    for node in features.nodes:
        _collect(node, limits)
    return tuple(
        _close(declared, limits[declared.name], child(at, index), problems)
        if declared.name in limits and declared.type in CLOSABLE
        else declared
        for index, declared in enumerate(inputs)
    )


def _collect(node: Node, limits: dict[str, list[Any]]) -> None:
    """Into `limits`: for each input that stands in an operation as it is, what all of them accept."""
    for column, source in enumerate(node.sources) if isinstance(node, Applied) else ():
        if isinstance(source, Applied):
            _collect(source, limits)
            continue
        accepted = node.operation.accepted(_first_column(node, column)) if isinstance(node, Applied) else None
        if accepted is not None:
            known = limits.get(source.input, list(accepted))
            limits[source.input] = [value for value in known if value in accepted]


def _first_column(node: Applied, source: int) -> int:
    return sum(len(each.names) for each in node.sources[:source])


def _close(declared: Input, accepted: Sequence[Any], at: str, problems: list[Problem]) -> Input:
    present = tuple(value for value in accepted if value is not None)
    expected = f"a category that the operations on it know: {some_of(present)}"
    for index, value in enumerate(declared.enum or ()):
        if value not in present:
            problems.append(Problem(child(child(at, "enum"), index), expected, show(value)))
    for key, stated in (("default", declared.has_default), ("example", declared.has_example)):
        if stated and getattr(declared, key) not in present:
            problems.append(Problem(child(at, key), expected, show(getattr(declared, key))))
    if None not in accepted and not declared.required and not declared.has_default:
        problems.append(
            Problem(child(at, "required"), "true, or a default, as null is no category of its", "false")
        )
    return declared if declared.enum else declared._replace(enum=present)
