"""Features of a contract: names, types and operations held against the inputs, and compiled."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from .contract_operations import OperationEntry, note_disagreements
from .contract_problems import Problem, child, did_you_mean, one_of, show
from .declarations import Either, Field, ListOf, Ref
from .features import Applied, Column, Features, Node
from .kinds import INVALID, NAME
from .operations import FEATURES

FAMILIES: Final = {
    "number": "number",
    "integer": "number",
    "boolean": "number",
    "string": "string",
    "datetime": "datetime",
}
DAMAGED: Final = "damaged"
"""The family of an input whose type is wrong, which has been said already."""

FEATURE: Final[Either] = Either(
    text=NAME,
    object=Ref("feature_operation", lambda: FEATURE_OPERATION, 'an object with the key "operation"'),
)
FEATURE_OPERATION: Final[OperationEntry] = OperationEntry(
    FEATURES,
    shared=(
        Field(
            "input",
            Either(**FEATURE.kinds, list=ListOf(FEATURE, at_least=1)),
            "What the operation eats: the name of an input, another operation, or a list of these.",
            required=True,
        ),
        Field(
            "as",
            ListOf(NAME, at_least=1, distinct=True),
            "Names of the columns it makes; left out, they are made from the input's name.",
        ),
    ),
)


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
