"""A sound contract, and ways to break it: each with the pointer and the words that its loader must say.

A break is (what to do, pointer, part of "expected", part of "found").
`STRUCTURAL` ones are the JSON Schema's to refuse too.
`AGREEMENT` ones can only be seen by comparing keys, so the schema accepts them.
"""

# ruff: noqa: E501 - a table is read across

import copy
from collections.abc import Callable
from typing import Any, NamedTuple

DELETE = object()

SOUND: dict[str, Any] = {
    "$schema": "../contract.schema.json",
    "name": "sample",
    "version": "1.2.3",
    "description": "Made for tests.",
    "inputs": [
        {"name": "when", "type": "datetime", "minimum": "2000-01-01", "example": "2012-12-19 17:00:00"},
        {"name": "temp", "type": "number", "minimum": -50, "maximum": 60, "unit": "°C", "example": 16.4},
        {"name": "season", "type": "integer", "enum": [1, 2, 3, 4], "default": 1},
        {"name": "colour", "type": "string", "enum": ["red", "green"], "required": False},
        {"name": "open", "type": "boolean", "default": True},
    ],
    "features": [
        "temp",
        "open",
        {"operation": "datetime_parts", "input": "when", "parts": ["month", "hour"], "as": ["month", "hour"]},
    ],
    "endpoint": {"content_type": "text/csv", "accept": "text/csv", "max_rows_per_call": 500,
                 "reply": {"values": {"score": 0, "all": [1, 2]}}},
    "outputs": [
        {"name": "count", "steps": [{"operation": "expm1"}, {"operation": "clip", "minimum": 0, "maximum": 9}]},
        {"name": "shares", "source": "all", "length": 2, "steps": [{"operation": "round", "digits": 2}]},
    ],
    "limits": {"max_instances": 100},
    "routes": [{"path": "/predict"}, {"path": "/models/{id}", "method": "GET", "auth": "none"}],
    "examples": [
        {
            "name": "one of each shape",
            "request": {
                "instances": [
                    {"features": ["2012-12-19 17:00:00", 16.4, 4, "red", True]},
                    {"when": "2012-12-19 17:00:00", "temp": 16.4},
                    ["2012-12-19 17:00:00", 16.4, None, None, None],
                    {"data": {"features": {"values": ["2012-12-19T17:00:00", 16.4, 4, "red", False]}}},
                ]
            },
            "response": {"predictions": [{"count": 1, "shares": [0.5, 0.5]}] * 4},
            "tolerance": {"relative": 0.001},
        }
    ],
}  # fmt: skip


class Broken(NamedTuple):
    """One way to break the sound contract."""

    path: str
    """Keys to the place to change, joined by "/"."""
    value: Any
    """What to put there; DELETE removes the key, a function changes what stands there."""
    pointer: str
    expected: str
    found: str

    def contract(self) -> Any:
        """The broken contract."""
        made: Any = copy.deepcopy(SOUND)
        *way, last = self.path.split("/")
        place = made
        for key in way:
            place = place[int(key)] if isinstance(place, list) else place[key]
        key_or_index: Any = int(last) if isinstance(place, list) else last
        if self.value is DELETE:
            del place[key_or_index]
        elif isinstance(self.value, Callable):  # type: ignore[arg-type]
            place[key_or_index] = self.value(place[key_or_index])
        else:
            place[key_or_index] = self.value
        return made


def plus(*more: Any) -> Callable[[list[Any]], list[Any]]:
    """Entries to append to a list."""
    return lambda entries: [*entries, *more]


def with_steps(*steps: Any) -> dict[str, Any]:
    """An output with other steps."""
    return {"name": "count", "steps": list(steps)}


LABELS = {"operation": "label_map", "labels": ["a", "b"]}
PARTS = {"operation": "datetime_parts", "input": "when", "parts": ["year"]}

STRUCTURAL = [
    Broken("name", DELETE, "", 'the key "name"', "no such key"),
    Broken("version", DELETE, "", 'the key "version"', "no such key"),
    Broken("inputs", DELETE, "", 'the key "inputs"', "no such key"),
    Broken("features", DELETE, "", 'the key "features"', "no such key"),
    Broken("outputs", DELETE, "", 'the key "outputs"', "no such key"),
    Broken("name", "Bike Rental", "/name", "lower-case letters", '"Bike Rental"'),
    Broken("name", 5, "/name", "lower-case letters", "5"),
    Broken("version", "1.0", "/version", "such as 1.0.0", '"1.0"'),
    Broken("descripton", "x", "/descripton", 'did you mean "description"?', 'the unknown key "descripton"'),
    Broken("inputs", [], "/inputs", "a list with at least 1 entry", "[]"),
    Broken("inputs", {}, "/inputs", "a list with at least 1 entry", "{}"),
    Broken("inputs/1", "temp", "/inputs/1", "an object", '"temp"'),
    Broken("inputs/1/type", "numbr", "/inputs/1/type", 'did you mean "number"?', '"numbr"'),
    Broken("inputs/1/type", DELETE, "/inputs/1", 'the key "type"', "no such key"),
    Broken("inputs/1/name", "", "/inputs/1/name", "a name of 1 to 100 characters", '""'),
    Broken("inputs/1/name", " temp", "/inputs/1/name", "a name of 1 to 100 characters", '" temp"'),
    Broken("inputs/1/minimun", 5, "/inputs/1/minimun", 'did you mean "minimum"?', 'the unknown key "minimun"'),
    Broken("inputs/1/minimum", True, "/inputs/1/minimum", "a number or text", "true"),
    Broken("inputs/1/minimum", None, "/inputs/1/minimum", "a number or text", "null"),
    Broken("inputs/1/required", "yes", "/inputs/1/required", "true or false", '"yes"'),
    Broken("inputs/1/default", [1], "/inputs/1/default", "a number, text, true or false", "[1]"),
    Broken("inputs/2/enum", [], "/inputs/2/enum", "a list with at least 1 entry", "[]"),
    Broken("inputs/2/enum", [1, 2, 1], "/inputs/2/enum/2", "doesn't stand in the list before", "1"),
    Broken("inputs/0/utc_offset", "+2", "/inputs/0/utc_offset", "an offset from UTC", '"+2"'),
    Broken("inputs/0/utc_offset", "+25:00", "/inputs/0/utc_offset", "an offset from UTC", '"+25:00"'),
    Broken("features", [], "/features", "a list with at least 1 entry", "[]"),
    Broken("features/0", 3, "/features/0", "a name of 1 to 100 characters", "3"),
    Broken("features/0", {}, "/features/0", 'an object with the key "operation"', "{}"),
    Broken("features/2/operation", "date_parts", "/features/2/operation", 'did you mean "datetime_parts"?', '"date_parts"'),
    Broken("features/2/operation", ["x"], "/features/2/operation", "one of the operations", '["x"]'),
    Broken("features/2/input", DELETE, "/features/2", 'the key "input"', "no such key"),
    Broken("features/2/input", [], "/features/2/input", "a list with at least 1 entry", "[]"),
    Broken("features/2/parts", DELETE, "/features/2", 'the key "parts"', "no such key"),
    Broken("features/2/parts", [], "/features/2/parts", "a list with at least 1 entry", "[]"),
    Broken("features/2/parts", "hour", "/features/2/parts", "a list with at least 1 entry", '"hour"'),
    Broken("features/2/parts/0", "weekday", "/features/2/parts/0", '"dayofweek"', '"weekday"'),
    Broken("features/2/parts", ["hour", "hour"], "/features/2/parts/1", "doesn't stand in the list before", '"hour"'),
    Broken("features/2/part", ["hour"], "/features/2/part", 'did you mean "parts"?', 'the unknown key "part"'),
    Broken("endpoint", "x", "/endpoint", "an object", '"x"'),
    Broken("endpoint/content_type", "csv", "/endpoint/content_type", '"text/csv"', '"csv"'),
    Broken("endpoint/accept", "text/libsvm", "/endpoint/accept", '"application/json"', '"text/libsvm"'),
    Broken("endpoint/max_rows_per_call", 0, "/endpoint/max_rows_per_call", "an integer from 1 to 100000", "0"),
    Broken("endpoint/max_rows_per_call", 2.5, "/endpoint/max_rows_per_call", "an integer from 1", "2.5"),
    Broken("endpoint/max_rows_per_call", True, "/endpoint/max_rows_per_call", "an integer from 1", "true"),
    Broken("endpoint/reply", {}, "/endpoint/reply", 'the key "values"', "no such key"),
    Broken("endpoint/reply/values", {}, "/endpoint/reply/values", "an object with at least one key", "{}"),
    Broken("endpoint/reply/values/score", -1, "/endpoint/reply/values/score", "an integer of at least 0", "-1"),
    Broken("endpoint/reply/values/score", None, "/endpoint/reply/values/score", "a JSON pointer", "null"),
    Broken("endpoint/reply/values/score", [], "/endpoint/reply/values/score", "a list with at least 1 entry", "[]"),
    Broken("endpoint/reply/values/score", "score", "/endpoint/reply/values/score", "a JSON pointer", '"score"'),
    Broken("outputs", [], "/outputs", "a list with at least 1 entry", "[]"),
    Broken("outputs/0/name", DELETE, "/outputs/0", 'the key "name"', "no such key"),
    Broken("outputs/0/type", "text", "/outputs/0/type", '"number", "integer", "string", "boolean"', '"text"'),
    Broken("outputs/0/steps", {}, "/outputs/0/steps", "a list", "{}"),
    Broken("outputs/0/steps/0", "expm1", "/outputs/0/steps/0", 'an object with the key "operation"', '"expm1"'),
    Broken("outputs/0/steps/0/operation", "exp1m", "/outputs/0/steps/0/operation", 'did you mean "expm1"?', '"exp1m"'),
    Broken("outputs/0/steps/0/base", 2, "/outputs/0/steps/0/base", 'the keys "operation"', 'the unknown key "base"'),
    Broken("outputs/0/steps/1/minimum", "0", "/outputs/0/steps/1/minimum", "a number", '"0"'),
    Broken("outputs/1/steps/0/digits", 16, "/outputs/1/steps/0/digits", "an integer from 0 to 15", "16"),
    Broken("outputs/1/length", 0, "/outputs/1/length", "an integer of at least 1", "0"),
    Broken("limits/max_instances", 0, "/limits/max_instances", "an integer from 1", "0"),
    Broken("limits/max_rows", 5, "/limits/max_rows", '"max_instances"', 'the unknown key "max_rows"'),
    Broken("routes", [], "/routes", "a list with at least 1 entry", "[]"),
    Broken("routes/0/path", "predict", "/routes/0/path", "a path such as", '"predict"'),
    Broken("routes/0/path", "/pre dict", "/routes/0/path", "a path such as", '"/pre dict"'),
    Broken("routes/0/path", "/predict/", "/routes/0/path", "a path such as", '"/predict/"'),
    Broken("routes/0/method", "post", "/routes/0/method", '"POST"', '"post"'),
    Broken("routes/0/auth", "apikey", "/routes/0/auth", 'did you mean "api_key"?', '"apikey"'),
    Broken("routes/0/integration", "aws", "/routes/0/integration", '"proxy" or "direct"', '"aws"'),
    Broken("routes/0/response", "list", "/routes/0/response", '"predictions", "values" or "value"', '"list"'),
    Broken("examples/0/request", DELETE, "/examples/0", 'the key "request"', "no such key"),
    Broken("examples/0/request", [], "/examples/0/request", "an object", "[]"),
    Broken("examples/0/tolerance", {"relative": -1}, "/examples/0/tolerance/relative", "at least 0", "-1"),
]  # fmt: skip

AGREEMENT = [
    Broken("inputs", plus({"name": "temp", "type": "number"}), "/inputs/5/name", "/inputs/1 has this one", '"temp"'),
    Broken("inputs/1/name", "features", "/inputs/1/name", "a name that requests don't use", '"features"'),
    Broken("inputs/1/minimum", 61, "/inputs/1/minimum", "at most the maximum, 60", "61"),
    Broken("inputs/1/minimum", "cold", "/inputs/1/minimum", "a number", '"cold"'),
    Broken("inputs/1/default", 99, "/inputs/1/default", "a number from -50 to 60 °C", "99"),
    Broken("inputs/1/example", "warm", "/inputs/1/example", "a number from -50 to 60 °C", '"warm"'),
    Broken("inputs/1/utc_offset", "+02:00", "/inputs/1/utc_offset", "it is for datetime", '"+02:00"'),
    Broken("inputs/1/date_only", True, "/inputs/1/date_only", "it is for datetime", "true"),
    Broken("inputs/1/enum", [1, 99], "/inputs/1/enum/1", "a number from -50 to 60 °C", "99"),
    Broken("inputs/2/enum", [1, 2.5], "/inputs/2/enum/1", "an integer", "2.5"),
    Broken("inputs/2/enum", ["1"], "/inputs/2/enum/0", "an integer", '"1"'),
    Broken("inputs/2/default", 5, "/inputs/2/default", "1, 2, 3 or 4", "5"),
    Broken("inputs/2/required", True, "/inputs/2/required", "since there is a default", "true"),
    Broken("inputs/3/minimum", 1, "/inputs/3/minimum", "for number, integer, datetime", "1"),
    Broken("inputs/3/example", "blue", "/inputs/3/example", '"red" or "green"', '"blue"'),
    Broken("inputs/4/default", 1, "/inputs/4/default", "true or false", "1"),
    Broken("inputs/4/enum", [1], "/inputs/4/enum", "for number, integer, string", "[1]"),
    Broken("inputs/0/minimum", "2000-13-01", "/inputs/0/minimum", "a datetime", "there is no such date"),
    Broken("inputs/0/minimum", 5, "/inputs/0/minimum", "a datetime", "5"),
    Broken("inputs/0/maximum", "1999-01-01", "/inputs/0/minimum", 'at most the maximum, "1999-01-01"', '"2000-01-01"'),
    Broken("inputs/0/example", "2012-12-19", "/inputs/0/example", "a datetime", "the time of day is missing"),
    Broken("inputs/0/example", "1999-12-19 17:00:00", "/inputs/0/example", "at least 2000-01-01", '"1999-12-19 17:00:00"'),
    Broken("inputs/0/example", "2012-12-19T17:00:00Z", "/inputs/0/example", "a datetime", "carries a UTC offset"),
    Broken("features/0", "tmp", "/features/0", 'did you mean "temp"?', '"tmp"'),
    Broken("features/0", "when", "/features/0", "or an operation on it", '"when", a datetime'),
    Broken("features/0", "colour", "/features/0", "or an operation on it", '"colour", a string'),
    Broken("features/2/input", "temp", "/features/2/input", "datetime columns, which datetime_parts takes", '"temp", a number'),
    Broken("features/2/input", ["when", "whn"], "/features/2/input/1", 'did you mean "when"?', '"whn"'),
    Broken("features/2/input", PARTS, "/features/2/input", "datetime columns", "an operation, which makes numbers"),
    Broken("features/2/as", ["month"], "/features/2/as", "2 names, one a column", "1 names"),
    Broken("features", plus("temp"), "/features/3", "a column name that /features/0 doesn't have yet", '"temp"'),
    Broken("features/2/as/0", "temp", "/features/2", "a column name that /features/0 doesn't have yet", '"temp"'),
    Broken("endpoint/reply/values/score", "/score", "/endpoint/reply/values/score", "the number of a column", '"/score"'),
    Broken("endpoint/reply/rows", "/rows", "/endpoint/reply/rows", "a reply in text/csv has no array", '"/rows"'),
    Broken("endpoint/accept", "application/json", "/endpoint/reply/values/score", "a JSON pointer", "0"),
    Broken("outputs/0/source", "scor", "/outputs/0/source", 'did you mean "score"?', '"scor"'),
    Broken("outputs/1/name", "count", "/outputs/1/name", "/outputs/0 has this one", '"count"'),
    Broken("outputs/0/type", "string", "/outputs/0/type", '"number" or "integer", as it is a number', '"string"'),
    Broken("outputs/0/steps", [LABELS, {"operation": "round"}], "/outputs/0/steps/1", "a step that takes text, or none", "round, which takes numbers"),
    Broken("outputs/0/steps", [{"operation": "softmax"}], "/outputs/0/steps/0", "a step that takes a number, or none", "softmax, which takes a list of scores"),
    Broken("outputs/0/steps", [{"operation": "threshold", "at": 1}, {"operation": "threshold", "at": 1}], "/outputs/0/steps/1", "a step that takes 0 or 1, or none", "threshold, which takes scores"),
    Broken("outputs/1/steps", [{"operation": "argmax"}, {"operation": "label_map", "labels": ["x"]}], "/outputs/1/steps/1/labels", "a label for 1 too, or a default", '["x"]'),
    Broken("outputs/1/steps", [{"operation": "top_k", "k": 1, "labels": ["x"]}], "/outputs/1/steps/0/labels", "2 labels, as there are scores", '["x"]'),
    Broken("outputs/1/steps", [{"operation": "top_k", "k": 3, "labels": ["x", "y"]}], "/outputs/1/steps/0/k", "at most 2, as there are labels", "3"),
    Broken("outputs/0/steps", [{"operation": "label_map", "labels": {"one": "x"}}], "/outputs/0/steps/0/labels", "keys that are whole numbers", '{"one": "x"}'),
    Broken("outputs/0/steps", [{"operation": "threshold", "at": 1, "labels": ["x"]}], "/outputs/0/steps/0/labels", "two texts", '["x"]'),
    Broken("outputs/1/steps", [{"operation": "inverse_standardize", "mean": [1]}], "/outputs/1/steps/0/mean", "2 entries, as the value has numbers", "[1]"),
    Broken("outputs/1/length", 3, "/outputs/1/length", "2, as columns in its value", "3"),
    Broken("outputs/0/length", 1, "/outputs/0/length", "the value is a single column", "1"),
    Broken("outputs/0", with_steps({"operation": "clip"}), "/outputs/0/steps/0", '"minimum", "maximum" or both', "{}"),
    Broken("outputs/0", with_steps({"operation": "clip", "minimum": 2, "maximum": 1}),
           "/outputs/0/steps/0/minimum", "at most the maximum, 1", "2"),
    Broken("routes", plus({"path": "/predict", "method": "POST"}), "/routes/2", "/routes/0 has these", "POST /predict"),
    Broken("routes/0/response", "values", "/routes/0/response", "since there are 2 outputs", '"values"'),
    Broken("examples/0/request/instances", [], "/examples/0/request/instances", "at least one instance", "[]"),
    Broken("examples/0/request/instances/0/features/1", 99,
           "/examples/0/request/instances/0/temp", "a value the input takes", "must be a number from -50 to 60 °C, not 99"),
    Broken("examples/0/request/instances/2", ["2012-12-19 17:00:00"],
           "/examples/0/request/instances/2", "5 values, one for each input", "1 values"),
    Broken("examples/0/request/instances/1/tmp", 5,
           "/examples/0/request/instances/1/tmp", 'did you mean "temp"?', 'the unknown name "tmp"'),
    Broken("examples/0/request/instances/3/data", 5,
           "/examples/0/request/instances/3/data/features/values", "5 values", "null"),
    Broken("examples/0/request/instances/0", 5, "/examples/0/request/instances/0", "5 values", "5"),
    Broken("examples/0/response/predictions", [], "/examples/0/response/predictions", "4 predictions, one a row", "[]"),
    Broken("examples/0/response/predictions/0", {"count": 1},
           "/examples/0/response/predictions/0", '"count" or "shares"', '{"count": 1}'),
    Broken("examples", plus({"name": "one of each shape", "request": {}}), "/examples/1/name", "/examples/0 has", "one of"),
]  # fmt: skip
