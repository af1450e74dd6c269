"""Golden requests of a contract, held against its own inputs and outputs."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from .columns import ABSENT, read_columns
from .contract_problems import Problem, child, did_you_mean, one_of, show
from .contract_sections import Example, Input, Output, Tolerance
from .declarations import Field, Record
from .errors import InvalidInstances
from .kinds import INVALID, Document, Number, Text

EXAMPLE: Final = Record(
    doc="A golden request with its answer, for the OpenAPI document, the smoke test and Postman.",
    fields=(
        Field("name", Text("a name", r"\S[^\x00-\x1f]{0,99}"), "What the example shows.", required=True),
        Field("description", Text(), "More about it."),
        Field("request", Document(), "The body a client sends.", required=True),
        Field("response", Document(), "The body it gets back."),
        Field(
            "tolerance",
            Record(
                (
                    Field("relative", Number(minimum=0), "Part of the expected number.", default=1e-6),
                    Field("absolute", Number(minimum=0), "In the output's unit.", default=1e-9),
                ),
                doc="How far an expected number may be missed: the sum of both parts.",
            ),
            "How far the numbers of the answer may be off.",
        ),
    ),
)


def build_examples(
    entries: Sequence[Any],
    at: str,
    inputs: Sequence[Input],
    outputs: Sequence[Output],
    problems: list[Problem],
) -> tuple[Example, ...]:
    """The examples; a request of `instances` is read as a client's is, others are left to the smoke test."""
    first: dict[str, str] = {}
    examples = []
    for index, entry in enumerate(entries):
        if entry is INVALID:
            continue
        place = child(at, index)
        example = Example(**{**entry, "tolerance": Tolerance(**entry.get("tolerance", {}))})
        if first.setdefault(example.name, place) != place:
            expected = f"a name of its own ({first[example.name]} has this one)"
            problems.append(Problem(child(place, "name"), expected, show(example.name)))
        n_rows = None
        if "instances" in example.request:
            n_rows = _check_instances(
                example.request["instances"], child(place, "request") + "/instances", inputs, problems
            )
        if example.response and "predictions" in example.response:
            where = child(place, "response") + "/predictions"
            _check_predictions(example.response["predictions"], where, n_rows, outputs, problems)
        examples.append(example)
    return tuple(examples)


def _check_instances(instances: Any, at: str, inputs: Sequence[Input], problems: list[Problem]) -> int | None:
    if not isinstance(instances, list) or not instances:
        problems.append(Problem(at, "a list of at least one instance", show(instances)))
        return None
    known = len(problems)
    rows = [_read_row(row, child(at, index), inputs, problems) for index, row in enumerate(instances)]
    if len(problems) == known:
        cells = {declared.name: [row[place] for row in rows] for place, declared in enumerate(inputs)}
        try:
            read_columns(inputs, cells)
        except InvalidInstances as invalid:
            problems += [
                Problem(child(child(at, wrong.row), wrong.field), "a value the input takes", wrong.detail)
                for wrong in invalid.instance_problems
            ]
    return len(instances)


def _read_row(row: Any, at: str, inputs: Sequence[Input], problems: list[Problem]) -> list[Any]:
    """The row's cells in the order of the inputs, from any of the shapes of an instance."""
    names = [declared.name for declared in inputs]
    if isinstance(row, dict) and row.keys() == {"features"}:
        row, at = row["features"], child(at, "features")
    elif isinstance(row, dict) and row.keys() == {"data"}:
        row, at = _nested_values(row["data"]), f"{at}/data/features/values"
    if isinstance(row, dict):
        for name in row.keys() - set(names):
            expected = f"the name of an input: {one_of(names)}{did_you_mean(name, names)}"
            problems.append(Problem(child(at, name), expected, f"the unknown name {show(name)}"))
        return [row.get(name, ABSENT) for name in names]
    if not isinstance(row, list) or len(row) != len(names):
        found = f"{len(row)} values" if isinstance(row, list) else show(row)
        problems.append(Problem(at, f"{len(names)} values, one for each input", found))
        return [None] * len(names)
    return row


def _nested_values(data: Any) -> Any:
    features = data.get("features") if isinstance(data, dict) else None
    return features.get("values") if isinstance(features, dict) else None


def _check_predictions(
    predictions: Any, at: str, n_rows: int | None, outputs: Sequence[Output], problems: list[Problem]
) -> None:
    names = {output.name for output in outputs}
    if not isinstance(predictions, list) or len(predictions) != (n_rows or len(predictions)):
        problems.append(Problem(at, f"a list of {n_rows or 'the'} predictions, one a row", show(predictions)))
        return
    for index, prediction in enumerate(predictions):
        if not isinstance(prediction, Mapping) or prediction.keys() != names:
            expected = f"an object with the outputs {one_of(sorted(names))}"
            problems.append(Problem(child(at, index), expected, show(prediction)))
