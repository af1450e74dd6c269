"""Inputs of a contract: what must agree between an input's keys, and between inputs."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from .column_reader import Reader
from .column_readers import READERS
from .contract_problems import Problem, child, show
from .contract_sections import Input
from .declarations import Either, Field, ListOf, Record
from .kinds import INVALID, NAME, Choice, Flag, Number, Scalar, Text

TYPES: Final = ("number", "integer", "string", "boolean", "datetime")

BOUND: Final = Either(number=Number(), text=Text())

INPUT: Final = Record(
    doc="One raw feature as clients know it, in the unit they measure it in.",
    fields=(
        Field("name", NAME, "How clients name it.", required=True, example="temp"),
        Field(
            "type",
            Choice(*TYPES),
            "What its values are; a datetime is written YYYY-MM-DD HH:MM:SS or in ISO 8601.",
            True,
        ),
        Field(
            "description", Text(), "One sentence for the people who will send it.", example="Air temperature"
        ),
        Field("unit", Text(), "The unit it is measured in.", example="°C"),
        Field("minimum", BOUND, "The least value accepted, of a number, integer or datetime."),
        Field("maximum", BOUND, "The greatest value accepted, of a number, integer or datetime."),
        Field(
            "enum",
            ListOf(BOUND, at_least=1, distinct=True),
            "All values accepted, of a number, integer or string.",
        ),
        Field(
            "required",
            Flag(),
            "false: clients may leave it out or send null, and the model gets a missing value.",
            default=True,
        ),
        Field("default", Scalar(), "The value taken when a client leaves it out; makes it optional."),
        Field(
            "utc_offset",
            Text('an offset from UTC such as "+02:00"', r"Z|[+-](?:[01]\d|2[0-3]):[0-5]\d"),
            "Of a datetime: the offset the model's local time has. Values with an offset are converted "
            "to it, others are taken in it. Left out, values with an offset are refused.",
        ),
        Field(
            "date_only",
            Flag(),
            "Of a datetime: accept a date without a time of day, as its midnight.",
            default=False,
        ),
        Field("example", Scalar(), "A typical value, for the OpenAPI document.", example=16.4),
    ),
)

ORDERED = ("number", "integer", "datetime")
ALLOWED_FOR = {
    "minimum": ORDERED,
    "maximum": ORDERED,
    "enum": ("number", "integer", "string"),
    "utc_offset": ("datetime",),
    "date_only": ("datetime",),
}
RESERVED = {"features": "an instance's row", "data": "CSV text"}


def build_inputs(entries: Sequence[Any], at: str, problems: list[Problem]) -> tuple[Input, ...]:
    """The inputs; entries that were found INVALID before, or are now, are left out."""
    first: dict[str, str] = {}
    inputs = []
    for index, entry in enumerate(entries):
        if entry is INVALID:
            continue
        place = child(at, index)
        known = len(problems)
        _check_name(entry["name"], place, first, problems)
        _check_keys(entry, place, problems)
        made = None if len(problems) > known else _build(entry, place, problems)
        if made and len(problems) == known:
            inputs.append(made)
    return tuple(inputs)


def _check_name(name: str, at: str, first: dict[str, str], problems: list[Problem]) -> None:
    earlier = first.setdefault(name, at)
    if earlier != at:
        problems.append(Problem(child(at, "name"), f"a name of its own ({earlier} has this one)", show(name)))
    if name in RESERVED:
        expected = f"a name that requests don't use for {RESERVED[name]}"
        problems.append(Problem(child(at, "name"), expected, show(name)))


def _check_keys(entry: Mapping[str, Any], at: str, problems: list[Problem]) -> None:
    for key, types in ALLOWED_FOR.items():
        if key in entry and entry["type"] not in types:
            expected = f"no such key for type {show(entry['type'])} (it is for {', '.join(types)})"
            problems.append(Problem(child(at, key), expected, show(entry[key])))
    if entry.get("required") and "default" in entry:
        problems.append(Problem(child(at, "required"), "false or nothing, since there is a default", "true"))


def _build(entry: Mapping[str, Any], at: str, problems: list[Problem]) -> Input | None:
    """The input, each of its values checked by the reader that will check clients' values."""
    known = len(problems)
    reader_class = READERS[entry["type"]]
    bare = Input(entry["name"], entry["type"], unit=entry.get("unit"), date_only=True)
    plain = reader_class(bare)
    for key in ("minimum", "maximum"):
        if key in entry:
            _check_value(plain, entry[key], child(at, key), problems)
    if len(problems) > known:
        return None
    low, high = entry.get("minimum"), entry.get("maximum")
    if low is not None and high is not None and plain.read_one(low) > plain.read_one(high):
        problems.append(Problem(child(at, "minimum"), f"at most the maximum, {show(high)}", show(low)))
        return None
    limited = bare._replace(minimum=low, maximum=high, utc_offset=entry.get("utc_offset"))
    for index, value in enumerate(entry.get("enum", ())):
        _check_value(reader_class(limited), value, child(child(at, "enum"), index), problems)
    if len(problems) > known:
        return None
    closed = reader_class(limited._replace(enum=entry.get("enum"), date_only=entry.get("date_only", False)))
    for key in ("default", "example"):
        if key in entry:
            _check_value(closed, entry[key], child(at, key), problems)
    has_default = "default" in entry
    required = entry.get("required", True) and not has_default
    written = {key: value for key, value in entry.items() if key != "required"}
    return Input(**written, required=required, has_default=has_default, has_example="example" in entry)


def _check_value(reader: Reader, value: Any, at: str, problems: list[Problem]) -> None:
    try:
        reader.read_one(value)
    except ValueError as refusal:
        problems.append(
            Problem(at, reader.expected, f"{show(value)}{f' ({refusal})' if str(refusal) else ''}")
        )
