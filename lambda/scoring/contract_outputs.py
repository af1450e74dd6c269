"""Outputs of a contract: what clients get, and from which of the reply's values."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from .contract_operations import OperationEntry, note_disagreements
from .contract_problems import Problem, child, did_you_mean, one_of, show
from .contract_sections import Endpoint, Output
from .declarations import Field, ListOf, Record
from .kinds import INVALID, NAME, Choice, Number, Text
from .operations import STEPS, Operation, StepError, Value
from .postprocess import CompiledOutput

STEP: Final = OperationEntry(STEPS)
TYPES_OF: Final = {
    "number": ("number", "integer"),
    "index": ("integer", "number"),
    "flag": ("integer", "number", "boolean"),
    "text": ("string",),
    "ranking": ("object",),
}
"""Kind of value after the steps → the types that an output of it may have, the one it has by itself first."""

OUTPUT: Final = Record(
    doc="One value that clients get for each instance.",
    fields=(
        Field("name", NAME, "How clients find it in the answer.", required=True, example="count"),
        Field(
            "type",
            Choice("number", "integer", "string", "boolean", "object"),
            "What it is after the steps; left out, it is what they make: number, integer for a class or a "
            "flag, string for a label, object for a label with its score.",
        ),
        Field("description", Text(), "One sentence for the people who will read it."),
        Field("unit", Text(), "The unit it is in.", example="rentals per hour"),
        Field("source", Text(), "The name of one of the reply's values.", default="score"),
        Field(
            "length",
            Number(minimum=1, whole=True),
            "How many numbers the model's value holds when it is a list; left out, it is a single number.",
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
        written = {key: value for key, value in entry.items() if key not in ("steps", "type", "length")}
        source = Value("number", entry.get("length"))
        steps, made = _compile_steps(entry.get("steps", ()), source, child(place, "steps"), problems)
        kind = _type_of(entry.get("type"), made, place, problems)
        made = made or source
        output = Output(**written, type=kind, length=made.length, labels=made.labels)
        if first.setdefault(output.name, place) != place:
            expected = f"a name of its own ({first[output.name]} has this one)"
            problems.append(Problem(child(place, "name"), expected, show(output.name)))
        _check_source(output.source, source.length, place, endpoint, problems)
        outputs.append(CompiledOutput(output, steps, source.length))
    return tuple(outputs)


def _type_of(stated: str | None, made: Value | None, at: str, problems: list[Problem]) -> str:
    """The output's type: the stated one, if its steps make such a value."""
    suited = TYPES_OF[made.kind] if made else (stated or "number",)
    if stated is not None and stated not in suited:
        problems.append(Problem(child(at, "type"), f"{one_of(suited)}, as it is {made}", show(stated)))
    return stated or suited[0]


def _check_source(
    source: str, length: int | None, at: str, endpoint: Endpoint | None, problems: list[Problem]
) -> None:
    values = endpoint.reply.values if endpoint else {source: 0}
    if source not in values:
        expected = f"one of the reply's values {one_of(values)}{did_you_mean(source, tuple(values))}"
        problems.append(Problem(child(at, "source"), expected, show(source)))
        return
    where = values[source]
    columns = len(where) if isinstance(where, tuple) else None
    if endpoint and endpoint.accept.startswith("text/csv") and columns != length:
        expected = (
            "no length, since the value is a single column"
            if columns is None
            else f"{columns}, as columns in its value"
        )
        problems.append(Problem(child(at, "length"), expected, show(length)))


def _compile_steps(
    entries: Sequence[Mapping[str, Any]], value: Value, at: str, problems: list[Problem]
) -> tuple[list[Operation], Value | None]:
    """The steps, and what the last one makes; None if one is wrong."""
    steps: list[Operation] = []
    made: Value | None = value
    for index, entry in enumerate(entries):
        place, operation = child(at, index), STEPS[entry["operation"]]
        parameters = {key: each for key, each in entry.items() if key != "operation"}
        if not note_disagreements(operation, parameters, place, problems):
            made = None
            continue
        steps.append(operation(**parameters))
        made = made and _after(steps[-1], parameters, made, place, problems)
    return steps, made


def _after(
    step: Operation, parameters: Mapping[str, Any], value: Value, at: str, problems: list[Problem]
) -> Value | None:
    try:
        return step.result(value)
    except StepError as refusal:
        key = refusal.parameter
        expected = str(refusal) if key else f"a step that takes {value}, or none"
        found = show(parameters[key]) if key else f"{step.name}, which takes {refusal}"
        problems.append(Problem(child(at, key) if key else at, expected, found))
        return None
