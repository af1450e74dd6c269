"""What an operation is, and the two registers of them: for features and for output steps.

To add one, write a class with the attributes below in a module of this package, decorate it with `@feature`,
`@step`, or both, and name the module in `modules.py`. The loader's checks, the JSON Schema and
`docs/contract.md` follow from the class.
"""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, ClassVar, Final, NamedTuple, TypeVar

import numpy as np

from scoring.declarations import Field

from .modules import FEATURE_MODULES, STEP_MODULES

Block = np.ndarray[Any, Any]


class FitError(ValueError):
    """Training data that an operation's parameters can't be found from, with the reason."""


class RefusalError(ValueError):
    """Rows that an operation can't be applied to: the column of its block, and what is wrong in each row.

    Raised by `apply`; the client is told in a 422, so the details are public.
    """

    def __init__(self, column: int, rows: Sequence[int], details: Sequence[str]) -> None:
        super().__init__(f"column {column}: {len(rows)} rows are refused")
        self.column, self.rows, self.details = column, rows, details


class StepError(ValueError):
    """A step that doesn't suit the value before it: what it takes, or what is expected of a parameter."""

    def __init__(self, expected: str, parameter: str = "") -> None:
        super().__init__(expected)
        self.parameter = parameter


class Value(NamedTuple):
    """What stands between two output steps, in each row."""

    kind: str = "number"
    """number; index, a class counted from 0; flag, 1 or 0; text; ranking, labels with their scores."""
    length: int | None = None
    """How many there are when it is a list; None for a single one."""
    choices: int | None = None
    """Of an index or a flag: how many values it can have."""
    labels: tuple[str, ...] = ()
    """Of text or a ranking: all labels that it can have."""

    def __str__(self) -> str:
        noun = NOUNS[self.kind]
        return noun if self.length is None else f"a list of {self.length} times {noun}"


NOUNS: Final = {
    "number": "a number",
    "index": "the index of a class",
    "flag": "0 or 1",
    "text": "text",
    "ranking": "a label with its score",
}
NUMERIC: Final = ("number", "index", "flag")


class Operation:
    """Made once per cold start from the parameters in the contract, then applied to every request.

    The docstring's first line says what the operation does; the rest is the reference's text.
    Parameters are settings, which people write, or `fitted`, which `fit` finds in training data.
    """

    name: ClassVar[str]
    formula: ClassVar[str]
    sklearn: ClassVar[str] = ""
    """The scikit-learn counterpart, for the docs; "" if there is none."""
    parameters: ClassVar[Sequence[Field]] = ()
    per_column: ClassVar[Sequence[str]] = ()
    """Names of the parameters that are lists with one entry for each input column."""
    takes: ClassVar[Sequence[str]] = ("number",)
    """The families of columns it eats, all of one at a time: "number" (number, integer, boolean, other
    operations), "string", "datetime". Of no meaning for output steps, which eat numbers."""
    makes: ClassVar[str] = "number"
    """The family of the columns it makes; "" for the family it was given."""
    example: ClassVar[Mapping[str, Any]]
    """The entry as it stands in a contract, fitted."""

    def __init__(self, **parameters: Any) -> None:
        """Take the declared parameters, checked; those left out of the contract are left out here."""

    @classmethod
    def needs(cls, parameters: Mapping[str, Any]) -> Sequence[str]:
        """Names of the fitted parameters that these settings call for, to be able to apply them."""
        return [field.name for field in cls.parameters if field.fitted and field.required]

    @classmethod
    def disagreements(cls, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """(parameter, what was expected of it) for parameters that are fine alone but not together.

        Fitted parameters may be left out still. The parameter may be "", for all of them.
        """
        yield from ()

    @classmethod
    def misfits(cls, parameters: Mapping[str, Any], width: int) -> Iterator[tuple[str, str]]:
        """As `disagreements`, for parameters that don't suit `width` input columns; "input" for the columns.

        Called when nothing else is wrong; fitted parameters may be left out still.
        """
        for name in cls.per_column:
            if name in parameters and len(parameters[name]) != width:
                yield name, f"one entry for each input column, of which there are {width}"

    @classmethod
    def unsuited(cls, parameters: Mapping[str, Any], family: str) -> Iterator[tuple[str, str]]:
        """As `misfits`, for parameters that don't suit input columns of this family."""
        yield from ()

    @classmethod
    def fit(
        cls, block: Block, parameters: Mapping[str, Any], target: Block | None = None
    ) -> Mapping[str, Any]:
        """The fitted parameters, as JSON values, from the settings and (n_rows, k) training data.

        `target` is (n_rows,) float64, if the command was told which column it is. Raises FitError.
        """
        raise FitError(f"{cls.name} has nothing to fit")

    def column_names(self, names: Sequence[str]) -> tuple[str, ...]:
        """Names of the columns made from columns of these names; their number is the width."""
        return tuple(names)

    def result(self, value: Value) -> Value:
        """As a step: what it makes of such a value; raises StepError if it can't be applied to it."""
        if value.kind not in NUMERIC:
            raise StepError("numbers")
        return Value("number", value.length)

    def accepted(self, column: int) -> Sequence[Any] | None:
        """The only values that `apply` doesn't refuse in this input column; None if it takes all."""
        return None

    def apply(self, block: Block) -> Block:
        """(n_rows, k) of the family → (n_rows, width) float64; a step: (n_rows,) or (n_rows, k) → `result`.

        Raises RefusalError for rows that it can't be applied to. Must leave `block` as it is. numpy's
        warnings are off; an infinity goes where IEEE 754 takes it.
        """
        raise NotImplementedError


class Register(Mapping[str, type[Operation]]):
    """Operations by name, of which each is imported when it is first looked up."""

    def __init__(self, modules: Mapping[str, str]) -> None:
        self.modules = modules
        self._known: dict[str, type[Operation]] = {}

    def add(self, operation: type[Operation]) -> None:
        """Take an operation; its name must stand in the table of modules."""
        if operation.name not in self.modules:
            raise LookupError(f"name the module of {operation.name} in scoring/operations/modules.py")
        self._known[operation.name] = operation

    def __getitem__(self, name: str) -> type[Operation]:
        if name not in self._known:
            import_module(f"scoring.operations.{self.modules[name]}")
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in self.modules

    def __iter__(self) -> Iterator[str]:
        return iter(self.modules)

    def __len__(self) -> int:
        return len(self.modules)


FEATURES = Register(FEATURE_MODULES)
STEPS = Register(STEP_MODULES)


Registered = TypeVar("Registered", bound=type[Operation])


def feature(operation: Registered) -> Registered:
    """Register an operation for `features`."""
    FEATURES.add(operation)
    return operation


def step(operation: Registered) -> Registered:
    """Register an operation for the `steps` of `outputs`."""
    STEPS.add(operation)
    return operation
