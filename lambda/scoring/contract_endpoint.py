"""Endpoint of a contract: formats on the wire to the model, and where its values stand in the reply."""

import re
from collections.abc import Mapping
from typing import Any, Final

from .contract_problems import Problem, child, one_of, show
from .contract_sections import Endpoint, PayloadOptions, Reply
from .declarations import Either, Field, ListOf, MapOf, Record, Ref
from .kinds import INVALID, Choice, Number, Schema, Text

CSV: Final = "text/csv"
LIBSVM: Final = "text/libsvm"
JSON: Final = "application/json"
JSON_LINES: Final = "application/jsonlines"
RECORDIO: Final = "application/x-recordio-protobuf"

REPLY_TYPES: Final = (CSV, JSON, JSON_LINES, RECORDIO)
DEFAULT_ROWS: Final = {JSON: "/predictions"}
LAYOUTS: Final = {
    JSON: ("features", "values", "sparse"),
    JSON_LINES: ("features", "values", "sparse"),
    RECORDIO: ("dense", "sparse"),
}
OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    CSV: (),
    LIBSVM: ("absent", "index_base"),
    JSON: ("layout", "absent"),
    JSON_LINES: ("layout", "absent"),
    RECORDIO: ("layout", "absent", "dtype"),
}
"""Which keys of `payload` each format takes."""
PARAMETERS: Final = r"(?: *; *[A-Za-z0-9_-]+=[A-Za-z0-9_.-]+)+"


class MediaTypeOf(Choice):
    """One of a few media types, with or without parameters."""

    def check(self, value: Any, at: str, problems: list[Problem]) -> Any:
        essence, semicolon, parameters = value.partition(";") if type(value) is str else (value, "", "")
        if not semicolon:
            return super().check(value, at, problems)
        if re.fullmatch(PARAMETERS, semicolon + parameters) is None:
            problems.append(
                Problem(at, f"{self.expected}, with parameters such as ; name=value", show(value))
            )
            return INVALID
        found = super().check(essence, at, problems)
        return INVALID if found is INVALID else value

    def schema(self) -> Schema:
        names = "|".join(map(re.escape, self.choices))
        return {"anyOf": [super().schema(), {"type": "string", "pattern": f"^(?:{names})(?:{PARAMETERS})$"}]}


POINTER: Final = Text('a JSON pointer such as "/score", or "" for the item itself', r"(?:/[^\x00-\x1f]*)?")
COLUMN: Final = Number(minimum=0, whole=True)

REPLY: Final = Record(
    doc="Where in the model's reply its values stand.",
    fields=(
        Field(
            "values",
            MapOf(
                Either(
                    number=Number(minimum=0, whole=True),
                    list=ListOf(Number(minimum=0, whole=True), at_least=1, distinct=True),
                    text=POINTER,
                )
            ),
            "Name of a value → where it stands. In text/csv: the number of its column, from 0, or a list of "
            "columns for a vector. Else: a JSON pointer inside one item; in application/x-recordio-protobuf "
            "the item has the record's labels, such as /score.",
            required=True,
        ),
        Field(
            "rows",
            POINTER,
            "Of application/json: JSON pointer to the array that holds one item a row.",
            default="/predictions",
        ),
    ),
)

PAYLOAD: Final = Record(
    doc="How the format the model is sent is written, where it leaves a choice.",
    fields=(
        Field(
            "layout",
            Choice("features", "values", "sparse", "dense"),
            'Of JSON and JSON lines: features is {"features": [...]}, the default; values is '
            '{"data": {"features": {"values": [...]}}}; sparse has keys and shape beside the values. '
            "Of application/x-recordio-protobuf: dense, the default, or sparse.",
        ),
        Field(
            "absent",
            Choice("missing", "zero"),
            "What the model takes a feature for that a sparse row leaves out. missing (XGBoost): zeros are "
            "written, missing values left out. zero (Linear Learner, Factorization Machines): zeros are left "
            "out, and rows with a missing value refused. Has to be said for sparse layouts; "
            "for text/libsvm the default is missing.",
        ),
        Field(
            "index_base",
            Number(minimum=0, maximum=1, whole=True),
            "Of text/libsvm: the index of the first feature.",
            default=0,
        ),
        Field(
            "dtype",
            Choice("float32", "float64"),
            "Of application/x-recordio-protobuf: the type of the numbers.",
            default="float32",
        ),
    ),
)

ENDPOINT: Final = Record(
    doc="What stands on the wire between the Lambda and the model.",
    fields=(
        Field(
            "content_type",
            MediaTypeOf(CSV, LIBSVM, JSON, JSON_LINES, RECORDIO),
            "The format the model is sent. Parameters may follow it, as in text/csv; label_size=0.",
            default="text/csv",
        ),
        Field(
            "accept",
            MediaTypeOf(*REPLY_TYPES),
            "The format the model answers. Parameters may follow it, as in application/json; verbose=true "
            "(KNN's distances and labels).",
            default="text/csv",
        ),
        Field(
            "max_rows_per_call",
            Number(minimum=1, maximum=100_000, whole=True),
            "Rows sent in one call; more are sent in several.",
            default=2000,
        ),
        Field(
            "reply",
            Ref("reply", lambda: REPLY, "an object"),
            'Where in the reply the values stand; left out, one value named "score": the first column of '
            "text/csv, else /score of the items in /predictions.",
        ),
        Field(
            "payload",
            Ref("payload", lambda: PAYLOAD, "an object"),
            "How the format the model is sent is written, where it leaves a choice.",
        ),
    ),
)


def build_endpoint(entry: Mapping[str, Any], at: str, problems: list[Problem]) -> Endpoint:
    """The endpoint, with its reply as `accept` implies where the contract doesn't say."""
    accept = _essence(entry.get("accept", CSV))
    in_columns = accept == CSV
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
    content_type = _essence(entry.get("content_type", CSV))
    payload = _build_payload(content_type, entry.get("payload", {}), child(at, "payload"), problems)
    return Endpoint(**{**entry, "reply": Reply(reply["values"], where_rows), "payload": payload})


def _essence(media_type: str) -> str:
    return media_type.partition(";")[0].strip()


def _build_payload(
    content_type: str, entry: Mapping[str, Any], at: str, problems: list[Problem]
) -> PayloadOptions:
    layouts = LAYOUTS.get(content_type, ())
    sparse = entry.get("layout") == "sparse"
    expectations = {
        key: f"no such key, since {content_type} has no choice of it"
        for key in entry
        if key not in OPTIONS[content_type]
    }
    if layouts and entry.get("layout", layouts[0]) not in layouts:
        expectations["layout"] = one_of(layouts)
    if layouts and "absent" in entry and not sparse:
        expectations["absent"] = 'no such key, unless "layout" is "sparse"'
    problems += [Problem(child(at, key), text, show(entry[key])) for key, text in expectations.items()]
    if layouts and sparse and "absent" not in entry:
        problems.append(Problem(at, 'the key "absent", since sparse rows leave features out', "no such key"))
    return PayloadOptions(**entry)
