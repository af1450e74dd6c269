"""What an operation is, and the two registers of them: for features and for output steps.

To add one, write a class with the attributes below in a module of this package and decorate it with
`@feature`, `@step`, or both. The loader's checks, the JSON Schema and `docs/contract.md` follow from the
class.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

import numpy as np

from scoring.declarations import Field

Block = np.ndarray[Any, Any]


class Operation:
    """Made once per cold start from the parameters in the contract, then applied to every request.

    The docstring's first line says what the operation does; the rest is the reference's text.
    """

    name: ClassVar[str]
    formula: ClassVar[str]
    parameters: ClassVar[Sequence[Field]] = ()
    takes: ClassVar[str] = "number"
    """The family of the columns it eats: "number" (number, integer, boolean, other operations), "string",
    "datetime". Of no meaning for output steps, which eat numbers."""
    example: ClassVar[Mapping[str, Any]]
    """The entry as it stands in a contract."""

    def __init__(self, **parameters: Any) -> None:
        """Take the declared parameters, checked; those left out of the contract are left out here."""

    @classmethod
    def disagreements(cls, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """(parameter, what was expected of it) for parameters that are fine alone but not together."""
        yield from ()

    def column_names(self, names: Sequence[str]) -> tuple[str, ...]:
        """Names of the columns made from columns of these names; their number is the width."""
        return tuple(names)

    def apply(self, block: Block) -> Block:
        """(n_rows, k) of the family → (n_rows, width) float64; a step: (n_rows,) or (n_rows, k) alike."""
        raise NotImplementedError


FEATURES: dict[str, type[Operation]] = {}
STEPS: dict[str, type[Operation]] = {}


Registered = TypeVar("Registered", bound=type[Operation])


def feature(operation: Registered) -> Registered:
    """Register an operation for `features`."""
    FEATURES[operation.name] = operation
    return operation


def step(operation: Registered) -> Registered:
    """Register an operation for the `steps` of `outputs`."""
    STEPS[operation.name] = operation
    return operation
