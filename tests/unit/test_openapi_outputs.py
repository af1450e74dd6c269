"""What the OpenAPI document says of outputs that aren't plain numbers, and of inputs an operation closes."""

from typing import Any

import pytest
from openapi_spec_validator import validate

from scoring import Contract
from scripts.openapi_document import render_document

pytestmark = pytest.mark.unit

SCORES = list("abc")


@pytest.fixture(scope="module")
def schemas() -> Any:
    document = render_document(
        Contract.from_dict(
            {
                "name": "flowers",
                "version": "1.0.0",
                "inputs": [{"name": "colour", "type": "string"}],
                "features": [{"operation": "one_hot", "input": "colour", "categories": [["blue", "red"]]}],
                "endpoint": {"reply": {"values": {"all": [0, 1, 2], "score": 3}}},
                "outputs": [
                    {
                        "name": "label",
                        "source": "all",
                        "length": 3,
                        "steps": [{"operation": "argmax"}, {"operation": "label_map", "labels": SCORES}],
                    },
                    {
                        "name": "best",
                        "source": "all",
                        "length": 3,
                        "steps": [{"operation": "top_k", "k": 2, "labels": SCORES}],
                    },
                    {"name": "class", "source": "all", "length": 3, "steps": [{"operation": "argmax"}]},
                    {"name": "rare", "type": "boolean", "steps": [{"operation": "threshold", "at": 0.5}]},
                    {"name": "all", "source": "all", "length": 3},
                ],
            }
        )
    )
    validate(document)
    return document["components"]["schemas"]


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("label", {"type": "string", "enum": SCORES}),
        ("class", {"type": "integer"}),
        ("rare", {"type": "boolean"}),
        ("all", {"type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3}),
        (
            "best",
            {
                "type": "array",
                "minItems": 2,
                "maxItems": 2,
                "items": {
                    "type": "object",
                    "required": ["label", "score"],
                    "properties": {
                        "label": {"type": "string", "enum": SCORES},
                        "score": {"type": "number"},
                    },
                },
            },
        ),
    ],
)
def test_an_output_is_described_as_what_its_steps_make(schemas: Any, name: str, schema: Any) -> None:
    described = dict(schemas["Prediction"]["properties"][name])
    assert described.pop("description") == name
    assert described == schema


def test_categories_that_an_operation_insists_on_are_listed(schemas: Any) -> None:
    assert schemas["NamedInstance"]["properties"]["colour"]["enum"] == ["blue", "red"]
