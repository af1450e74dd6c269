"""Every key that a contract may hold: its kind, whether it is required, and what it means."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from .contract_problems import Problem, child, did_you_mean, one_of, show
from .declarations import (
    INVALID,
    Choice,
    Document,
    Either,
    Field,
    Flag,
    Kind,
    ListOf,
    MapOf,
    Number,
    Record,
    Ref,
    Scalar,
    Schema,
    Text,
)
from .operations import FEATURES, STEPS, Operation

TYPES: Final = ("number", "integer", "string", "boolean", "datetime")
REPLY_TYPES: Final = (
    "text/csv",
    "application/json",
    "application/jsonlines",
    "application/x-recordio-protobuf",
)
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "ANY")

IDENTIFIER: Final = Text(
    "lower-case letters, digits and hyphens, at most 40, starting with a letter", "[a-z][a-z0-9-]{0,39}"
)
NAME: Final = Text(
    "a name of 1 to 100 characters without white space around it", r"\S(?:[^\x00-\x1f]{0,98}\S)?"
)
POINTER: Final = Text('a JSON pointer such as "/score", or "" for the item itself', r"(?:/[^\x00-\x1f]*)?")


class OperationEntry(Kind):
    """An object whose key `operation` names one of a register, beside that operation's parameters."""

    expected = 'an object with the key "operation"'

    def __init__(self, register: Mapping[str, type[Operation]], shared: Sequence[Field] = ()) -> None:
        named = Field("operation", Choice(*register), "Which operation.", required=True)
        self.records = {
            name: Record(
                (named, *shared, *operation.parameters), doc=(operation.__doc__ or "").split("\n")[0]
            )
            for name, operation in register.items()
        }
        self.named = named

    def check(self, value: Any, at: str, problems: list[Problem]) -> Any:  # noqa: D102
        if type(value) is not dict or "operation" not in value:
            problems.append(Problem(at, self.expected, show(value)))
            return INVALID
        name = value["operation"]
        record = self.records.get(name) if type(name) is str else None
        if record is None:
            expected = (
                f"one of the operations {one_of(self.records)}{did_you_mean(name, tuple(self.records))}"
            )
            problems.append(Problem(child(at, "operation"), expected, show(name)))
            return INVALID
        return record.check(value, at, problems)

    def schema(self) -> Schema:  # noqa: D102
        chosen = [
            {
                "if": {"properties": {"operation": {"const": name}}, "required": ["operation"]},
                "then": record.schema(),
            }
            for name, record in self.records.items()
        ]
        named = {"description": self.named.doc} | self.named.kind.schema()
        return {
            "type": "object",
            "required": ["operation"],
            "properties": {"operation": named},
            "allOf": chosen,
        }


FEATURE: Final = Either(
    text=NAME,
    object=Ref("feature_operation", lambda: FEATURE_OPERATION, 'an object with the key "operation"'),
)
FEATURE_OPERATION: Final = OperationEntry(
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
            "Names of the columns it makes, for people and reports; left out, they are made from the input's name.",
        ),
    ),
)
STEP: Final = OperationEntry(STEPS)

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
        Field("minimum", Scalar(), "The least value accepted, of a number, integer or datetime."),
        Field("maximum", Scalar(), "The greatest value accepted, of a number, integer or datetime."),
        Field(
            "enum",
            ListOf(Scalar(), at_least=1, distinct=True),
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
            "Of a datetime: the offset the model's local time has. Values with an offset are converted to it, others are "
            "taken in it. Left out, values with an offset are refused, since their local hour can't be known.",
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
            "Name of a value → where it stands. In text/csv: the number of its column, from 0, or a list of columns for a "
            "vector. Else: a JSON pointer inside one item.",
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

ROUTE: Final = Record(
    doc="One path and method of the API.",
    fields=(
        Field(
            "path",
            Text('a path such as "/predict"', r"/|(?:/(?:[A-Za-z0-9._~:@$!*',-]+|\{[A-Za-z0-9._-]+\+?\}))+"),
            "The path below the stage.",
            required=True,
        ),
        Field("method", Choice(*METHODS), "The HTTP method; ANY takes all of them.", default="POST"),
        Field(
            "auth",
            Choice("api_key", "none"),
            "Who may call: holders of an API key, or everyone.",
            default="api_key",
        ),
        Field(
            "integration",
            Choice("proxy", "direct"),
            "How the gateway calls the function: proxy, or direct for clients that expect the "
            "function's own answer in the body (a non-proxy integration).",
            default="proxy",
        ),
        Field(
            "response",
            Choice("predictions", "values", "value"),
            'The answer: {"predictions": [...]}, a bare list of the single output, or the bare '
            "value of one row.",
            default="predictions",
        ),
    ),
)

LIMITS: Final = Record(
    doc="What one request may ask for.",
    fields=(
        Field(
            "max_instances",
            Number(minimum=1, maximum=1_000_000, whole=True),
            "The most rows in one request.",
            default=10_000,
        ),
    ),
)

EXAMPLE: Final = Record(
    doc="A golden request with the answer to it. It feeds the OpenAPI document, the smoke test and the playground.",
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

CONTRACT: Final = Record(
    doc="What clients send, what the model eats, what it answers and what clients get: everything a model's API is made from.",
    fields=(
        Field(
            "$schema",
            Text(),
            "The JSON Schema of this file, for completion in editors.",
            example="../contract.schema.json",
        ),
        Field(
            "name",
            IDENTIFIER,
            "The model's name, in the names of its cloud resources too.",
            required=True,
            example="bike-rental",
        ),
        Field(
            "version",
            Text("a version such as 1.0.0", r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?"),
            "The contract's version; clients see it in every answer.",
            required=True,
        ),
        Field("description", Text(), "One sentence on what the model predicts."),
        Field(
            "inputs",
            ListOf(Ref("input", lambda: INPUT, "an object"), at_least=1),
            "The raw features, in the order of the rows clients may send.",
            required=True,
        ),
        Field(
            "features",
            ListOf(Ref("feature", lambda: FEATURE, FEATURE.expected), at_least=1),
            "What the model eats, column by column: the name of an input passes it "
            "through, an operation makes columns from inputs.",
            required=True,
        ),
        Field(
            "endpoint",
            Ref("endpoint", lambda: ENDPOINT, "an object"),
            "What stands on the wire between the Lambda and the model.",
        ),
        Field(
            "outputs",
            ListOf(Ref("output", lambda: OUTPUT, "an object"), at_least=1),
            "What clients get for each instance.",
            required=True,
        ),
        Field("limits", Ref("limits", lambda: LIMITS, "an object"), "What one request may ask for."),
        Field(
            "routes",
            ListOf(Ref("route", lambda: ROUTE, "an object"), at_least=1),
            "The paths of the API.",
            default=[{"path": "/predict", "method": "POST"}],
        ),
        Field(
            "examples",
            ListOf(Ref("example", lambda: EXAMPLE, "an object")),
            "Golden requests with the answers to them.",
            default=[],
        ),
    ),
)

DEFINITIONS: Final[Mapping[str, Kind]] = {
    "input": INPUT, "feature": FEATURE, "feature_operation": FEATURE_OPERATION, "endpoint": ENDPOINT, "reply": REPLY,
    "output": OUTPUT, "limits": LIMITS, "route": ROUTE, "example": EXAMPLE,
}  # fmt: skip
"""What stands in the schema's `$defs`, by the names that the Refs use."""
