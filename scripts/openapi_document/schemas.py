"""Schemas of requests, in words that OpenAPI 3.0 and JSON Schema draft-04 share.

API Gateway turns every schema into a model, and a model is JSON Schema draft-04 under an alphanumeric name:
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
So no `nullable`, `example`, `default`, `discriminator`, `anyOf` or `exclusiveMinimum` stands in here:
"may be null" is `oneOf` with `enum: [null]`, and examples stand beside the schemas, in the media types.
"""

from typing import Any

from scoring.contract_sections import Input

Schema = dict[str, Any]

NULL: Schema = {"enum": [None]}
_TYPES = {
    "number": "number",
    "integer": "integer",
    "string": "string",
    "boolean": "boolean",
    "datetime": "string",
}
_DATETIME = "Date and time as `2012-12-19 17:00:00` or any other ISO 8601 form"

# The gateway's default: it refuses only what can't be a request at all; what is wrong inside is the Lambda's
# to say, with a pointer to each field.
REQUEST_ENVELOPE: Schema = {
    "type": "object",
    "description": "Any JSON object: what API Gateway asks for before the function judges the request.",
}


def request_schemas(inputs: tuple[Input, ...], max_instances: int) -> dict[str, Schema]:
    """The full schemas of a request: `PredictRequest` and what it refers to."""
    order = ", ".join(field.name for field in inputs)
    return {
        "PredictRequest": {
            "description": "One or more instances to predict for, as JSON or as rows of text.",
            "oneOf": [
                reference("InstancesRequest"),
                reference("DataRequest"),
                reference("DataframeSplitRequest"),
                reference("DataframeRecordsRequest"),
                reference("InputsRequest"),
            ],
        },
        **_mlflow_schemas(inputs, max_instances),
        "DataRequest": {
            "type": "object",
            "description": "Rows of comma-separated values.",
            "required": ["data"],
            "properties": {
                "data": {
                    "type": "string",
                    "description": f"The inputs' values in this order: {order}. "
                    "Rows are parted by newlines or `;`.",
                    "minLength": 1,
                }
            },
            "additionalProperties": False,
        },
        "InstancesRequest": {
            "type": "object",
            "description": "Instances, each in any of the shapes.",
            "required": ["instances"],
            "properties": {
                "instances": {
                    "type": "array",
                    "description": f"1 to {max_instances} instances, each in any of the shapes.",
                    "minItems": 1,
                    "maxItems": max_instances,
                    "items": reference("Instance"),
                }
            },
            "additionalProperties": False,
        },
        "Instance": {
            "description": "One instance: its inputs by name, or their values in order.",
            "oneOf": [
                reference("NamedInstance"),
                reference("PositionalInstance"),
                reference("NestedInstance"),
                reference("InstanceValues"),
            ],
        },
        "NamedInstance": {
            "type": "object",
            "description": "The inputs by name, in any order.",
            "required": [field.name for field in inputs if field.required],
            "properties": {field.name: input_schema(field) for field in inputs},
            "additionalProperties": False,
        },
        "PositionalInstance": _object_holding("features", reference("InstanceValues")),
        "NestedInstance": _object_holding(
            "data", _object_holding("features", _object_holding("values", reference("InstanceValues")))
        ),
        "InstanceValues": {
            "type": "array",
            "description": f"The inputs' values in this order: {order}.",
            "minItems": len(inputs),
            "maxItems": len(inputs),
            "items": _any_of_types(inputs),
        },
    }


def _mlflow_schemas(inputs: tuple[Input, ...], max_instances: int) -> dict[str, Schema]:
    """The shapes of MLflow's scoring protocol."""
    rows: Schema = {"type": "array", "minItems": 1, "maxItems": max_instances}
    cells: Schema = {"type": "array", "items": _any_of_types(inputs)}
    columns: Schema = {
        "type": "array",
        "description": "The inputs' names, in any order.",
        "items": {"type": "string", "enum": [field.name for field in inputs]},
    }
    split: Schema = {
        "type": "object",
        "description": "A DataFrame as pandas writes it with orient='split'.",
        "required": ["columns", "data"],
        "properties": {
            "columns": columns,
            "index": {"type": "array", "items": {}},
            "data": rows | {"items": cells},
        },
        "additionalProperties": False,
    }
    by_column: Schema = {
        "type": "object",
        "description": "The inputs by name, each with a value a row.",
        "required": [field.name for field in inputs if field.required],
        "properties": {field.name: rows | {"items": _any_of_types((field,))} for field in inputs},
        "additionalProperties": False,
    }
    one_of = {"oneOf": [by_column, rows | {"items": reference("Instance")}]}
    return {
        "DataframeSplitRequest": _object_holding("dataframe_split", split),
        "DataframeRecordsRequest": _object_holding(
            "dataframe_records", rows | {"items": reference("NamedInstance")}
        ),
        "InputsRequest": _object_holding("inputs", one_of),
    }


def input_schema(field: Input) -> Schema:
    """One input, by name: its type and the values it may have."""
    schema: Schema = {"type": _TYPES[field.type], "description": describe_input(field)}
    if field.type in ("number", "integer"):
        schema |= {
            bound: value
            for bound, value in (("minimum", field.minimum), ("maximum", field.maximum))
            if value is not None
        }
    if field.enum is not None:
        schema["enum"] = list(field.enum)
    return schema if field.required else _or_null(schema)


def describe_input(field: Input) -> str:
    """Meaning, unit, range of a datetime, and default, for people."""
    parts = [field.description.rstrip(".")] if field.description else []
    if field.unit:
        parts.append(f"Unit: {field.unit}")
    if field.type == "datetime":
        parts.append(_DATETIME)
        if field.utc_offset:
            parts.append(f"Without an offset it is taken as UTC{field.utc_offset}")
        parts += [f"Not before {field.minimum}"] if field.minimum is not None else []
        parts += [f"Not after {field.maximum}"] if field.maximum is not None else []
    if field.has_default:
        parts.append(f"Left out: {'none' if field.default is None else field.default}")
    return ". ".join(parts) + "." if parts else field.name


def _any_of_types(inputs: tuple[Input, ...]) -> Schema:
    """A value at any position: draft-04's list of schemas, one a position, isn't OpenAPI."""
    kinds = {_TYPES[field.type] for field in inputs}
    if "number" in kinds:
        kinds.discard("integer")  # an integer is a number, and would match twice
    alternatives: list[Schema] = [{"type": kind} for kind in sorted(kinds)]
    if any(not field.required for field in inputs):
        alternatives.append(dict(NULL))
    return alternatives[0] if len(alternatives) == 1 else {"oneOf": alternatives}


def _or_null(schema: Schema) -> Schema:
    return {"description": schema.pop("description"), "oneOf": [schema, dict(NULL)]}


def _object_holding(name: str, schema: Schema) -> Schema:
    return {"type": "object", "required": [name], "properties": {name: schema}, "additionalProperties": False}


def reference(name: str) -> Schema:
    """Point at a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}
