"""Two OpenAPI documents, and what a client of the first one would notice: worked out by hand."""

import copy
import json
from typing import Any

import pytest

from scripts.api_diff.__main__ import main
from scripts.api_diff.document import compare_documents

pytestmark = pytest.mark.unit

WHEN = "Date. Without an offset it is taken as UTC+01:00. Not before 2012."
BASE: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "bikes", "version": "1"},
    "paths": {
        "/predict": {
            "post": {
                "operationId": "predict",
                "security": [{"api_key": []}],
                "parameters": [{"in": "query", "name": "explain", "schema": {"type": "string"}}],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Row"}}},
                },
                "responses": {
                    "200": {
                        "headers": {"X-Request-Id": {"schema": {"type": "string"}}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Answer"}}},
                    },
                    "429": {"description": "slow down"},
                },
            }
        },
        "/health": {"get": {"security": [], "responses": {"200": {}}}},
    },
    "components": {
        "securitySchemes": {"api_key": {"type": "apiKey", "in": "header", "name": "x-api-key"}},
        "schemas": {
            "Row": {
                "type": "object",
                "required": ["temp"],
                "additionalProperties": False,
                "properties": {
                    "temp": {
                        "type": "number",
                        "minimum": -50,
                        "maximum": 60,
                        "description": "Air. Unit: °C.",
                    },
                    "when": {"type": "string", "description": WHEN},
                    "season": {"type": "integer", "enum": [1, 2, 3]},
                    "note": {
                        "oneOf": [{"type": "string"}, {"enum": [None]}],
                        "description": "A note. Left out: none.",
                    },
                    "tags": {"type": "array", "items": {"type": "string", "maxLength": 5}, "default": ["a"]},
                },
            },
            "Answer": {
                "type": "object",
                "required": ["count"],
                "properties": {
                    "count": {"type": "number", "minimum": 0},
                    "level": {"type": "string", "enum": ["low", "high"]},
                },
            },
        },
    },
}
ROW, ANSWER = "/components/schemas/Row", "/components/schemas/Answer"
POST = "/paths/~1predict/post"
GONE = object()


def changed(pointer, value):
    """The document with one place changed; GONE removes it."""
    document = copy.deepcopy(BASE)
    *parents, last = [part.replace("~1", "/") for part in pointer.split("/")[1:]]
    node: Any = document
    for part in parents:
        node = node[int(part) if isinstance(node, list) else part]
    if value is GONE:
        del node[last]
    else:
        node[last] = value
    return document


def differences(pointer, value):
    return [(one.where, one.what, one.breaking) for one in compare_documents(BASE, changed(pointer, value))]


REQUEST = [
    (f"{ROW}/required", ["temp", "season"], "request Row.season", "required now", True),
    (f"{ROW}/required", [], "request Row.temp", "optional now", False),
    (f"{ROW}/properties/temp/maximum", 50, "request Row.temp", "maximum 60 → 50", True),
    (f"{ROW}/properties/temp/maximum", 70, "request Row.temp", "maximum 60 → 70", False),
    (f"{ROW}/properties/temp/minimum", GONE, "request Row.temp", "minimum -50 → none", False),
    (f"{ROW}/properties/temp/multipleOf", 2, "request Row.temp", "multipleOf none → 2", True),
    (f"{ROW}/properties/temp/type", "integer", "request Row.temp", "type number → integer", True),
    (f"{ROW}/properties/temp/type", "string", "request Row.temp", "type number → string", True),
    (f"{ROW}/properties/season/type", "number", "request Row.season", "type integer → number", False),
    (f"{ROW}/properties/season/enum", [1, 2], "request Row.season", "enum 1 | 2 | 3 → 1 | 2", True),
    (f"{ROW}/properties/season/enum", [1, 2, 3, 4],
     "request Row.season", "enum 1 | 2 | 3 → 1 | 2 | 3 | 4", False),
    (f"{ROW}/properties/season/enum", GONE, "request Row.season", "enum 1 | 2 | 3 → any", False),
    (f"{ROW}/properties/wind", {"type": "number"}, "request Row.wind", "added", False),
    (f"{ROW}/properties/note", GONE, "request Row.note", "removed", True),
    (f"{ROW}/properties/note", {"type": "string"}, "request Row.note", "no longer null", True),
    (f"{ROW}/properties/temp",
     {"oneOf": [{"type": "number", "minimum": -50, "maximum": 60}, {"enum": [None]}]},
     "request Row.temp", "or null", False),
    (f"{ROW}/properties/tags/items/maxLength", 3, "request Row.tags[]", "maxLength 5 → 3", True),
    (f"{ROW}/properties/tags/items/maxLength", 9, "request Row.tags[]", "maxLength 5 → 9", False),
    (f"{ROW}/properties/tags/minItems", 1, "request Row.tags", "minItems none → 1", True),
    (f"{ROW}/additionalProperties", True, "request Row", "other fields are allowed", False),
    (f"{ROW}/additionalProperties", {"type": "string"},
     "request Row", "other fields are limited otherwise", True),
    (f"{ROW}/properties/temp/nullable", True, "request Row.temp", "null is allowed", False),
    (f"{ROW}/properties/temp/exclusiveMinimum", True,
     "request Row.temp", "exclusiveMinimum none → True", True),
    (f"{ROW}/properties/season/default", 2, None, None, None),
    (f"{ROW}/properties/tags/default", ["b"], "request Row.tags", "left out it means ['a'] → ['b']", True),
    (f"{ROW}/properties/temp/description", "Air. Unit: °F.", "request Row.temp", "unit °C → °F", True),
    (f"{ROW}/properties/temp/description", "Warmth of air. Unit: °C.", None, None, None),
    (f"{ROW}/properties/temp/description", "Air. Unit: °C. Left out: 20.", None, None, None),
    (f"{ROW}/properties/note/description", "A note. Left out: any.",
     "request Row.note", "left out it means none → any", True),
    (f"{ROW}/properties/when/description", WHEN.replace("+01", "+02"),
     "request Row.when", "offset from UTC +01:00 → +02:00", True),
    (f"{ROW}/properties/when/description", "Date. Not before 2012.",
     "request Row.when", "offset from UTC +01:00 → none", True),
    (f"{ROW}/properties/when/description", WHEN.replace("2012", "2013"),
     "request Row.when", "first day 2012 → 2013", True),
    (f"{ROW}/properties/when/description", "Date. Without an offset it is taken as UTC+01:00.",
     "request Row.when", "first day 2012 → none", False),
    (f"{ROW}/properties/tags/maxItems", 4, "request Row.tags", "maxItems none → 4", True),
    (f"{ROW}/properties/tags/items/pattern", "^a", "request Row.tags[]", "pattern none → ^a", True),
]  # fmt: skip
ANSWERED = [
    (f"{ANSWER}/properties/count", GONE, "answer Answer.count", "removed", True),
    (f"{ANSWER}/properties/more", {"type": "string"}, "answer Answer.more", "added", False),
    (f"{ANSWER}/required", [], "answer Answer.count", "optional now", True),
    (f"{ANSWER}/required", ["count", "level"], "answer Answer.level", "required now", False),
    (f"{ANSWER}/properties/count/minimum", GONE, "answer Answer.count", "minimum 0 → none", True),
    (f"{ANSWER}/properties/count/minimum", 1, "answer Answer.count", "minimum 0 → 1", False),
    (f"{ANSWER}/properties/count/type", "integer", "answer Answer.count", "type number → integer", False),
    (f"{ANSWER}/properties/count/type", "string", "answer Answer.count", "type number → string", True),
    (f"{ANSWER}/properties/level/enum", ["low"], "answer Answer.level", "enum 'high' | 'low' → 'low'", False),
    (f"{ANSWER}/properties/level/enum", ["low", "high", "top"], "answer Answer.level",
     "enum 'high' | 'low' → 'high' | 'low' | 'top'", True),
    (f"{ANSWER}/properties/count/nullable", True, "answer Answer.count", "null is allowed", True),
    (f"{ANSWER}/properties/level/enum", GONE, "answer Answer.level", "enum 'high' | 'low' → any", True),
    (f"{ANSWER}/properties/count/description", "Rentals. Unit: per day.", None, None, None),
    (f"{ANSWER}/properties/count/maximum", 9, "answer Answer.count", "maximum none → 9", False),
    (f"{ANSWER}/properties/count", {"oneOf": [{"type": "number", "minimum": 0}, {"type": "string"}]},
     "answer Answer.count", "or string", True),
    (f"{ANSWER}/additionalProperties", False, None, None, None),
]  # fmt: skip
ROUTES = [
    ("/paths/~1health", GONE, "GET /health", "route removed", True),
    ("/paths/~1predict/get", {"responses": {}}, "GET /predict", "route added", False),
    (f"{POST}/security", [], "POST /predict", "auth api_key (header x-api-key) → none", False),
    ("/paths/~1health/get/security", [{"api_key": []}], "GET /health",
     "auth none → api_key (header x-api-key)", True),
    (f"{POST}/security", [{"api_key": []}, {"iam": []}], "POST /predict",
     "auth api_key (header x-api-key) → api_key (header x-api-key) or iam", False),
    (f"{POST}/security", [{"iam": []}], "POST /predict", "auth api_key (header x-api-key) → iam", True),
    (f"{POST}/security", [{"api_key": [], "iam": []}], "POST /predict",
     "auth api_key (header x-api-key) → api_key (header x-api-key) and iam", True),
    (f"{POST}/parameters", [], "POST /predict query parameter explain", "removed", True),
    (f"{POST}/requestBody/content/text~1csv", {},
     "POST /predict text/csv", "a format of the request now", False),
    (f"{POST}/requestBody/required", False, "POST /predict body", "optional now", False),
    (f"{POST}/responses/200/headers", {}, "POST /predict 200 header X-Request-Id", "removed", True),
    (f"{POST}/responses/200/content", {}, "POST /predict 200 application/json",
     "no longer a format of the answer", True),
    (f"{POST}/responses/503", {}, "POST /predict 503", "may be answered", False),
    (f"{POST}/responses/429", GONE, "POST /predict 429", "no longer answered", False),
    (f"{POST}/responses/202", {}, "POST /predict 202", "may be answered", True),
    (f"{POST}/responses/200", GONE, "POST /predict 200", "no longer answered", True),
    (f"{POST}/requestBody/content", {}, "POST /predict application/json",
     "no longer a format of the request", True),
    (f"{POST}/requestBody", GONE, "POST /predict body", "removed", True),
    ("/paths/~1health/get/requestBody", {"required": True}, "GET /health body", "added, required", True),
    ("/paths/~1health/get/requestBody", {}, None, None, None),
    (f"{POST}/parameters/0/required", True, "POST /predict query parameter explain", "required now", True),
    (f"{POST}/parameters/0/schema/maxLength", 5,
     "request POST /predict query parameter explain", "maxLength none → 5", True),
    (f"{POST}/responses/200/headers/X-More", {}, "POST /predict 200 header X-More", "added", False),
    (f"{POST}/responses/200/content/text~1csv", {}, "POST /predict 200 text/csv",
     "a format of the answer now", False),
    ("/components/securitySchemes/api_key/name", "x-key", "POST /predict",
     "auth api_key (header x-api-key) → api_key (header x-key)", True),
    (f"{POST}/operationId", "score", "POST /predict",
     "operationId changed: generated clients call it otherwise, on the wire it is the same", False),
]  # fmt: skip


@pytest.mark.parametrize(("pointer", "value", "where", "what", "breaking"), [*REQUEST, *ANSWERED, *ROUTES])
def test_one_change_is_one_difference_judged_from_the_clients_side(pointer, value, where, what, breaking):
    expected = [(where, what, breaking)] if where else []
    assert differences(pointer, value) == expected


def test_a_new_required_field_breaks():
    row = BASE["components"]["schemas"]["Row"]
    new = {
        **row,
        "required": ["temp", "wind"],
        "properties": {**row["properties"], "wind": {"type": "number"}},
    }
    assert differences(ROW, new) == [("request Row.wind", "added, required", True)]


@pytest.mark.parametrize(("required", "what"), [(True, "added, required"), (False, "added")])
def test_a_new_parameter_breaks_when_it_is_required(required, what):
    old = BASE["paths"]["/predict"]["post"]["parameters"]
    added = [*old, {"in": "header", "name": "x-tenant", "required": required, "schema": {"type": "string"}}]
    where = "POST /predict header parameter x-tenant"
    assert differences(f"{POST}/parameters", added) == [(where, what, required)]


def test_words_and_examples_are_no_difference():
    assert differences(f"{ROW}/properties/temp/description", "warmth") == []
    assert differences(f"{ROW}/properties/temp/example", 12) == []
    assert differences("/info/version", "2") == []
    assert compare_documents(BASE, BASE) == []


def test_any_method_serves_what_a_method_served():
    operation = BASE["paths"]["/health"]["get"]
    assert differences("/paths/~1health", {"x-amazon-apigateway-any-method": operation}) == [
        ("ANY /health", "route added", False)
    ]


def test_a_named_schema_is_compared_once_and_says_which_routes_it_meets():
    old = copy.deepcopy(BASE)
    old["paths"]["/again"] = old["paths"]["/predict"]
    new = copy.deepcopy(old)
    new["components"]["schemas"]["Row"]["properties"]["temp"]["maximum"] = 50
    (found,) = compare_documents(old, new)
    assert found.routes == ("POST /again", "POST /predict")


def test_a_schema_that_refers_to_itself_comes_to_an_end():
    tree: dict[str, Any] = {"type": "object", "properties": {"child": {"$ref": "#/components/schemas/Row"}}}
    longer = {**tree, "properties": {**tree["properties"], "leaf": {"type": "string"}}}
    found = compare_documents(changed(ROW, tree), changed(ROW, longer))
    assert [(one.where, one.what) for one in found] == [("request Row.leaf", "added")]


def test_another_schema_at_a_place_is_compared_there():
    new = changed(
        f"{POST}/requestBody/content/application~1json/schema", {"$ref": "#/components/schemas/New"}
    )
    new["components"]["schemas"]["New"] = {**BASE["components"]["schemas"]["Row"], "required": []}
    (found,) = compare_documents(BASE, new)
    assert (found.where, found.what) == ("request POST /predict.temp", "optional now")


def write(tmp_path, name, document):
    file = tmp_path / name
    file.write_text(json.dumps(document))
    return str(file)


def test_the_command_marks_lines_and_fails_when_asked_to(tmp_path, capsys):
    files = (
        write(tmp_path, "old.json", BASE),
        write(tmp_path, "new.json", changed(f"{ANSWER}/properties/count", GONE)),
    )
    assert main([*files]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        "| :boom: **breaking** | `answer Answer.count` | `removed` | `POST /predict` |"
    )
    assert main([*files, "--fail-on-breaking", "--json"]) == 1
    printed = json.loads(capsys.readouterr().out)["bikes"]
    assert (printed["breaking"], printed["not_breaking"]) == (1, 0)
    assert main([files[0], files[0], "--fail-on-breaking"]) == 0
