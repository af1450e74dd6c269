"""What the model eats: the contract's feature list, compiled once, then columns → (n_rows, n_features) float64."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from .columns import Columns
from .contract_problems import Problem, child, did_you_mean, one_of, show
from .declarations import INVALID
from .operations import FEATURES, Operation

Matrix = np.ndarray[Any, Any]

FAMILIES = {
    "number": "number",
    "integer": "number",
    "boolean": "number",
    "string": "string",
    "datetime": "datetime",
}
DAMAGED = "damaged"
"""The family of an input whose type is wrong, which has been said already."""


class Column(NamedTuple):
    """A leaf of a feature's expression: one input, as it is."""

    input: str
    family: str
    names: tuple[str, ...]

    def evaluate(self, columns: Columns) -> Matrix:
        """(n_rows, 1) of the column's own dtype."""
        return columns[self.input][:, np.newaxis]


class Applied(NamedTuple):
    """An operation on the columns of one or more expressions, side by side."""

    operation: Operation
    sources: tuple["Column | Applied", ...]
    names: tuple[str, ...]
    family: str = "number"

    def evaluate(self, columns: Columns) -> Matrix:
        """(n_rows, width) float64."""
        blocks = [source.evaluate(columns) for source in self.sources]
        return self.operation.apply(blocks[0] if len(blocks) == 1 else np.hstack(blocks))


Node = Column | Applied


class Features:
    """The compiled feature list."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.names = tuple(name for node in nodes for name in node.names)
        self._passed: list[tuple[int, str]] = []
        self._made: list[tuple[slice, Applied]] = []
        place = 0
        for node in nodes:
            if isinstance(node, Column):
                self._passed.append((place, node.input))
            else:
                self._made.append((slice(place, place + len(node.names)), node))
            place += len(node.names)

    def build_matrix(self, columns: Columns) -> Matrix:
        """(n_rows, n_features) float64 from columns as `read_columns` returns them; nothing is checked again."""
        n_rows = len(next(iter(columns.values())))
        matrix = np.empty((n_rows, len(self.names)))
        for place, name in self._passed:
            matrix[:, place] = columns[name]
        for places, node in self._made:
            matrix[:, places] = node.evaluate(columns)
        return matrix


class FeatureCompiler:
    """Turns the feature entries of a contract into nodes, noting every problem on the way."""

    def __init__(self, types: Mapping[str, str], problems: list[Problem]) -> None:
        self.types = types
        self.problems = problems

    def compile(self, entries: Sequence[Any], at: str) -> Features | None:
        """The compiled list, or None if it has a problem."""
        known = len(self.problems)
        nodes = []
        for index, entry in enumerate(entries):
            node = None if entry is INVALID else self._node(entry, child(at, index))
            if isinstance(node, Column) and node.family not in ("number", DAMAGED):
                self._note(
                    child(at, index), "a number, integer or boolean input, or an operation on it", node.input
                )
            nodes.append(node)
        first: dict[str, str] = {}
        for index, node in enumerate(nodes):
            for name in node.names if node else ():
                if first.setdefault(name, child(at, index)) != child(at, index):
                    expected = f'a column name that {first[name]} doesn\'t have yet (rename it with "as")'
                    self.problems.append(Problem(child(at, index), expected, show(name)))
        return None if len(self.problems) > known else Features([node for node in nodes if node])

    def _node(self, entry: Any, at: str) -> Node | None:
        if isinstance(entry, str):
            return self._column(entry, at)
        operation = FEATURES[entry["operation"]]
        written = entry["input"]
        one = not isinstance(written, tuple)
        places = [child(at, "input")] if one else [child(child(at, "input"), i) for i in range(len(written))]
        sources = [
            self._node(source, place)
            for source, place in zip([written] if one else written, places, strict=True)
        ]
        for source, place in zip(sources, places, strict=True):
            if source and source.family not in (operation.takes, DAMAGED):
                expected = f"{operation.takes} columns, which {operation.name} takes"
                self._note(place, expected, source.input if isinstance(source, Column) else None)
        parameters = {key: value for key, value in entry.items() if key not in ("operation", "input", "as")}
        sound = note_disagreements(operation, parameters, at, self.problems)
        if not sound or any(source is None or source.family != operation.takes for source in sources):
            return None
        compiled = operation(**parameters)
        whole = tuple(source for source in sources if source)
        names = compiled.column_names([name for source in whole for name in source.names])
        chosen = entry.get("as", names)
        if len(chosen) != len(names):
            self.problems.append(
                Problem(child(at, "as"), f"{len(names)} names, one a column", f"{len(chosen)} names")
            )
        return Applied(compiled, whole, chosen)

    def _column(self, name: str, at: str) -> Column | None:
        if name not in self.types:
            known = tuple(self.types)
            expected = f"the name of an input: {one_of(known)}{did_you_mean(name, known)}"
            self.problems.append(Problem(at, expected, show(name)))
            return None
        return Column(name, FAMILIES.get(self.types[name], DAMAGED), (name,))

    def _note(self, at: str, expected: str, name: str | None) -> None:
        found = (
            f"{show(name)}, a {self.types[name]}" if name is not None else "an operation, which makes numbers"
        )
        self.problems.append(Problem(at, expected, found))


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
