"""Outputs of a contract: what clients get, and from which of the reply's values."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from .contract_operations import OperationEntry, note_disagreements
from .contract_problems import Problem, child, did_you_mean, one_of, show
from .contract_sections import Endpoint, Output
from .declarations import Field, ListOf, Record
from .kinds import INVALID, NAME, Choice, Number, Text
from .operations import STEPS, Operation
from .postprocess import CompiledOutput

STEP: Final = OperationEntry(STEPS)

OUTPUT: Final = Record(
    doc="One value that clients get for each instance.",
    fields=(
        Field("name", NAME, "How clients find it in the answer.", required=True, example="count"),
        Field("type", Choice("number", "integer"), "What it is after the steps.", default="number"),
        Field("description", Text(), "One sentence for the people who will read it."),
        Field("unit", Text(), "The unit it is in.", example="rentals per hour"),
        Field("source", Text(), "The name of one of the reply's values.", default="score"),
        Field(
            "length",
            Number(minimum=1, whole=True),
            "How many numbers it holds when it is a list; left out, it is a single number.",
        ),
        Field(
            "steps", ListOf(STEP), "Operations from the model's value to the client's, in order.", default=[]
        ),
    ),
)


def build_outputs(
    entries: Sequence[Any], at: str, endpoint: Endpoint | None, problems: list[Problem]
) -> tuple[CompiledOutput, ...]:
    """The outputs with their steps compiled; without an endpoint, sources can't be judged."""
    first: dict[str, str] = {}
    outputs = []
    for index, entry in enumerate(entries):
        if entry is INVALID:
            continue
        place = child(at, index)
        steps = entry.get("steps", ())
        output = Output(**{key: value for key, value in entry.items() if key != "steps"})
        if first.setdefault(output.name, place) != place:
            expected = f"a name of its own ({first[output.name]} has this one)"
            problems.append(Problem(child(place, "name"), expected, show(output.name)))
        _check_source(output, place, endpoint, problems)
        outputs.append(CompiledOutput(output, _compile_steps(steps, child(place, "steps"), problems)))
    return tuple(outputs)


def _check_source(output: Output, at: str, endpoint: Endpoint | None, problems: list[Problem]) -> None:
    values = endpoint.reply.values if endpoint else {output.source: 0}
    if output.source not in values:
        expected = f"one of the reply's values {one_of(values)}{did_you_mean(output.source, tuple(values))}"
        problems.append(Problem(child(at, "source"), expected, show(output.source)))
        return
    where = values[output.source]
    columns = len(where) if isinstance(where, tuple) else None
    if endpoint and endpoint.accept == "text/csv" and columns != output.length:
        expected = (
            "no length, since the value is a single column"
            if columns is None
            else f"{columns}, as columns in its value"
        )
        problems.append(Problem(child(at, "length"), expected, show(output.length)))


def _compile_steps(entries: Sequence[Mapping[str, Any]], at: str, problems: list[Problem]) -> list[Operation]:
    steps = []
    for index, entry in enumerate(entries):
        operation = STEPS[entry["operation"]]
        parameters = {key: value for key, value in entry.items() if key != "operation"}
        if note_disagreements(operation, parameters, child(at, index), problems):
            steps.append(operation(**parameters))
    return steps
