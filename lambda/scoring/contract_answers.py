"""Endpoint, outputs and routes of a contract: records, and what must agree between them."""

from collections.abc import Mapping, Sequence
from typing import Any

from .contract_problems import Problem, child, did_you_mean, one_of, show
from .contract_sections import Endpoint, Output, Reply, Route
from .declarations import INVALID
from .features import note_disagreements
from .operations import STEPS
from .postprocess import CompiledOutput

DEFAULT_ROWS = {"application/json": "/predictions"}


def build_endpoint(entry: Mapping[str, Any], at: str, problems: list[Problem]) -> Endpoint:
    """The endpoint, with its reply as `accept` implies where the contract doesn't say."""
    accept = entry.get("accept", "text/csv")
    in_columns = accept == "text/csv"
    reply = entry.get("reply", {"values": {"score": 0 if in_columns else "/score"}})
    place = child(child(at, "reply"), "values")
    for name, where in reply["values"].items():
        if isinstance(where, str) == in_columns:
            kind = (
                "the number of a column, from 0, or a list of them"
                if in_columns
                else 'a JSON pointer such as "/score"'
            )
            problems.append(Problem(child(place, name), f"{kind}, since the reply is {accept}", show(where)))
    if "rows" in reply and accept not in DEFAULT_ROWS:
        expected = f"no such key, since a reply in {accept} has no array of items"
        problems.append(Problem(child(child(at, "reply"), "rows"), expected, show(reply["rows"])))
    where_rows = reply.get("rows", DEFAULT_ROWS.get(accept))
    return Endpoint(**{**entry, "reply": Reply(reply["values"], where_rows)})


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


def _compile_steps(entries: Sequence[Mapping[str, Any]], at: str, problems: list[Problem]) -> list[Any]:
    steps = []
    for index, entry in enumerate(entries):
        operation = STEPS[entry["operation"]]
        parameters = {key: value for key, value in entry.items() if key != "operation"}
        if note_disagreements(operation, parameters, child(at, index), problems):
            steps.append(operation(**parameters))
    return steps


def build_routes(
    entries: Sequence[Any], at: str, n_outputs: int, problems: list[Problem]
) -> tuple[Route, ...]:
    """The routes, each path and method once."""
    first: dict[tuple[str, str], str] = {}
    routes = []
    for index, entry in enumerate(entries):
        if entry is INVALID:
            continue
        place = child(at, index)
        route = Route(**entry)
        earlier = first.setdefault((route.path, route.method), place)
        if earlier != place:
            expected = f"a path and method of its own ({earlier} has these)"
            problems.append(Problem(place, expected, f"{route.method} {route.path}"))
        if route.response != "predictions" and n_outputs != 1:
            expected = f'"predictions", since there are {n_outputs} outputs'
            problems.append(Problem(child(place, "response"), expected, show(route.response)))
        routes.append(route)
    return tuple(routes)
