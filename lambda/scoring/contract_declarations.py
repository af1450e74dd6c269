"""Every key at the root of a contract; each section's own keys are declared in `contract_<section>.py`."""

from collections.abc import Mapping
from typing import Final

from .contract_endpoint import ENDPOINT, PAYLOAD, REPLY
from .contract_examples import EXAMPLE
from .contract_features import FEATURE, FEATURE_OPERATION
from .contract_inputs import INPUT
from .contract_outputs import OUTPUT
from .contract_provenance import PROVENANCE
from .contract_routes import ROUTE
from .contract_statistics import COLUMN, STATISTICS
from .declarations import Field, ListOf, Record, Ref
from .kinds import Kind, Number, Text

IDENTIFIER: Final = Text(
    "lower-case letters, digits and hyphens, at most 40, starting with a letter", "[a-z][a-z0-9-]{0,39}"
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

CONTRACT: Final = Record(
    doc="What clients send, what the model eats, what it answers, what clients get: all an API is made from.",
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
        Field(
            "statistics",
            Ref("statistics", lambda: STATISTICS, "an object"),
            "What the training data looked like: expectations for serving.",
        ),
        Field(
            "provenance",
            Ref("provenance", lambda: PROVENANCE, "an object"),
            "What the features were converted from.",
        ),
    ),
)

DEFINITIONS: Final[Mapping[str, Kind]] = {
    "input": INPUT,
    "feature": FEATURE,
    "feature_operation": FEATURE_OPERATION,
    "endpoint": ENDPOINT,
    "reply": REPLY,
    "payload": PAYLOAD,
    "output": OUTPUT,
    "limits": LIMITS,
    "route": ROUTE,
    "example": EXAMPLE,
    "statistics": STATISTICS,
    "column_statistics": COLUMN,
    "provenance": PROVENANCE,
}
"""What stands in the schema's `$defs`, by the names that the Refs use."""
