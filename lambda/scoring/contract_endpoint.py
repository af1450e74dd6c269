"""Endpoint of a contract: formats on the wire to the model, and where its values stand in the reply."""

from collections.abc import Mapping
from typing import Any, Final

from .contract_problems import Problem, child, show
from .contract_sections import Endpoint, Reply
from .declarations import Either, Field, ListOf, MapOf, Record, Ref
from .kinds import Choice, Number, Text

REPLY_TYPES: Final = (
    "text/csv",
    "application/json",
    "application/jsonlines",
    "application/x-recordio-protobuf",
)
DEFAULT_ROWS: Final = {"application/json": "/predictions"}

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
            "columns for a vector. Else: a JSON pointer inside one item.",
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

ENDPOINT: Final = Record(
    doc="What stands on the wire between the Lambda and the model.",
    fields=(
        Field(
            "content_type",
            Choice("text/csv", "text/libsvm", *REPLY_TYPES[1:]),
            "The format the model is sent.",
            default="text/csv",
        ),
        Field("accept", Choice(*REPLY_TYPES), "The format the model answers.", default="text/csv"),
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
    ),
)


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
