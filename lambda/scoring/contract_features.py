"""Features of a contract: names, types and operations held against the inputs, and compiled."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from .contract_operations import OperationEntry, note_disagreements, note_misfits
from .contract_problems import Problem, child, did_you_mean, one_of, show
from .declarations import Either, Field, ListOf, Ref
from .features import Applied, Column, Features, Node
from .kinds import INVALID, NAME
from .operations import FEATURES, Operation

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

    def __init__(
        self, types: Mapping[str, str], problems: list[Problem], *, unfitted: bool = False, repair: str = ""
    ) -> None:
        """`unfitted` lets operations pass that lack fitted parameters; `repair` is the command for them."""
        self.types = types
        self.problems = problems
        self.unfitted = unfitted
        self.repair = repair

    def compile(self, entries: Sequence[Any], at: str) -> Features | None:
        """The compiled list, or None if it has a problem or an operation that isn't fitted."""
        known = len(self.problems)
        nodes = []
        for index, entry in enumerate(entries):
            node = None if entry is INVALID else self._node(entry, child(at, index))
            if node and node.family not in ("number", DAMAGED):
                self._note(
                    child(at, index), "a number, integer or boolean input, or an operation on it", node
                )
            nodes.append(node)
        first: dict[str, str] = {}
        for index, node in enumerate(nodes):
            for name in node.names if node else ():
                if first.setdefault(name, child(at, index)) != child(at, index):
                    expected = f'a column name that {first[name]} doesn\'t have yet (rename it with "as")'
                    self.problems.append(Problem(child(at, index), expected, show(name)))
        made = [node for node in nodes if node]
        return Features(made) if len(self.problems) == known and len(made) == len(nodes) else None

    def _node(self, entry: Any, at: str) -> Node | None:
        if isinstance(entry, str):
            return self._column(entry, at)
        operation = FEATURES[entry["operation"]]
        sources = self._sources(entry["input"], child(at, "input"), operation)
        parameters = {key: value for key, value in entry.items() if key not in ("operation", "input", "as")}
        agree = note_disagreements(operation, parameters, at, self.problems)
        fitted = self._is_fitted(operation, parameters, at)
        if sources is None or not agree:
            return None
        names = [name for source in sources for name in source.names]
        family = sources[0].family
        suits = note_misfits(operation, parameters, len(names), family, at, self.problems)
        if not suits or not fitted:
            return None
        complete = self._complete(operation, parameters, sources, at)
        return None if complete is None else self._apply(operation(**complete), sources, names, entry, at)

    def _sources(self, written: Any, at: str, operation: type[Operation]) -> tuple[Node, ...] | None:
        """What the operation eats, if it is sound and of a family that the operation takes."""
        one = not isinstance(written, tuple)
        places = [at] if one else [child(at, index) for index in range(len(written))]
        entries = [written] if one else written
        sources = [self._node(source, place) for source, place in zip(entries, places, strict=True)]
        families = [source.family for source in sources if source]
        sound = len(families) == len(sources) and DAMAGED not in families
        takes = operation.takes
        if len(takes) > 1:  # any of them, but one at a time: what the first column is, all must be
            first = next((family for family in families if family in takes), None)
            takes = takes if first is None else (first,)
        for source, place in zip(sources, places, strict=True):
            if source and source.family not in (*takes, DAMAGED):
                self._note(place, f"{' or '.join(takes)} columns, which {operation.name} takes", source)
                sound = False
        return tuple(source for source in sources if source) if sound else None

    def _is_fitted(self, operation: type[Operation], parameters: Mapping[str, Any], at: str) -> bool:
        lacking = [name for name in operation.needs(parameters) if name not in parameters]
        if lacking and not self.unfitted:
            expected = f"the fitted {', '.join(map(show, lacking))}, which this command finds: {self.repair}"
            self.problems.append(Problem(at, expected, "an operation that isn't fitted"))
        return not lacking

    def _complete(
        self, operation: type[Operation], parameters: Mapping[str, Any], sources: Sequence[Node], at: str
    ) -> Mapping[str, Any] | None:
        """All parameters to make the operation with; fitting finds some of them here."""
        return parameters

    def _apply(
        self, compiled: Operation, sources: tuple[Node, ...], names: Sequence[str], entry: Any, at: str
    ) -> Applied:
        made = compiled.column_names(names)
        chosen = entry.get("as", made)
        if len(chosen) != len(made):
            expected = f"{len(made)} names, one a column"
            self.problems.append(Problem(child(at, "as"), expected, f"{len(chosen)} names"))
        return Applied(compiled, sources, chosen, compiled.makes or sources[0].family)

    def _column(self, name: str, at: str) -> Column | None:
        if name not in self.types:
            known = tuple(self.types)
            expected = f"the name of an input: {one_of(known)}{did_you_mean(name, known)}"
            self.problems.append(Problem(at, expected, show(name)))
            return None
        return Column(name, FAMILIES.get(self.types[name], DAMAGED), (name,))

    def _note(self, at: str, expected: str, node: Node) -> None:
        if isinstance(node, Column):
            found = f"{show(node.input)}, a {self.types[node.input]}"
        else:
            found = f"an operation, which makes {node.family}s"
        self.problems.append(Problem(at, expected, found))
