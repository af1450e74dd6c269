"""What a loaded contract holds: plain, immutable records, one a section.

They are named tuples, since making a dataclass costs a cold start six times as much (measured: 0.08 ms
against 0.47 ms a class). Which values they may hold is declared in `contract_declarations.py`.
"""

from typing import Any, NamedTuple


class Input(NamedTuple):
    """One raw feature as clients know it, in the unit they measure it in.

    `minimum`, `maximum`, `default`, `example` and the entries of `enum` stand here as the contract writes
    them: numbers for `number` and `integer`, text for `string` and `datetime`.
    """

    name: str
    type: str
    """number, integer, string, boolean or datetime."""
    description: str = ""
    unit: str | None = None
    minimum: Any = None
    maximum: Any = None
    enum: tuple[Any, ...] | None = None
    required: bool = True
    """False when a default is given: then clients may leave the input out."""
    default: Any = None
    has_default: bool = False
    utc_offset: str | None = None
    """Of a datetime: the offset ("+02:00") that naive values are in and aware values are converted to."""
    date_only: bool = False
    """Of a datetime: a date alone is accepted, and means its midnight."""
    example: Any = None
    has_example: bool = False


class Reply(NamedTuple):
    """Where in the model's reply its values stand."""

    values: dict[str, int | str | tuple[int, ...]]
    """Name → column (several columns: a vector) of a CSV row, or JSON pointer inside one item ("/score")."""
    rows: str | None = None
    """JSON pointer to the array of items ("/predictions"); None for CSV and JSON lines."""


class PayloadOptions(NamedTuple):
    """How a format is written where it leaves a choice; None where this one leaves none."""

    layout: str | None = None
    """JSON and JSON lines: features, values or sparse; recordio-protobuf: dense or sparse."""
    absent: str | None = None
    """What the model takes a feature for that a sparse row leaves out: missing or zero."""
    index_base: int = 0
    """Of libsvm: the index of the first feature."""
    dtype: str = "float32"
    """Of recordio-protobuf."""


class Endpoint(NamedTuple):
    """What stands on the wire between the Lambda and the model."""

    content_type: str = "text/csv"
    accept: str = "text/csv"
    max_rows_per_call: int = 2000
    reply: Reply = Reply({"score": 0})
    payload: PayloadOptions = PayloadOptions()


class Output(NamedTuple):
    """One value that clients get for each instance."""

    name: str
    type: str = "number"
    """number, integer, string, boolean, or object for labels with their scores."""
    description: str = ""
    unit: str | None = None
    source: str = "score"
    """The name of one of the reply's values."""
    length: int | None = None
    """How many of these the output holds when it is a list; None for a single one."""
    labels: tuple[str, ...] = ()
    """Of a string or an object: all labels that it can have."""


class Route(NamedTuple):
    """One path and method of the API."""

    path: str
    method: str = "POST"
    auth: str = "api_key"
    """api_key, iam, cognito, lambda_authorizer or none."""
    integration: str = "proxy"
    """proxy, or direct for a non-proxy integration."""
    response: str = "predictions"
    """predictions, values (a JSON list of one output) or value (the bare value of one row)."""
    output: str | None = None
    """Which output `values` and `value` answer; None for the only one."""
    bad_request_status: int | None = None
    """The status of every refusal of a request; None for each refusal's own."""
    protocol: str = "predictions"
    """predictions, or kserve_v2 for one of the routes that this protocol prescribes."""
    action: str = "predict"
    """What it is there for: predict; of kserve_v2: infer, model, model_ready, ready, live, server."""


class Limits(NamedTuple):
    """What one request may ask for."""

    max_instances: int = 10_000


class Tolerance(NamedTuple):
    """How far an expected number may be missed: |got - expected| <= absolute + relative * |expected|."""

    relative: float = 1e-6
    absolute: float = 1e-9


class Example(NamedTuple):
    """A golden request with the answer to it."""

    name: str
    request: dict[str, Any]
    response: dict[str, Any] | None = None
    """None as long as no model has answered."""
    tolerance: Tolerance = Tolerance()
    description: str = ""
