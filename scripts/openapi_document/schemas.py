"""Schemas of requests, predictions and problems, in words that OpenAPI 3.0 and JSON Schema draft-04 share.

API Gateway turns every schema into a model, and a model is JSON Schema draft-04 under an alphanumeric name:
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
So no `nullable`, `example`, `default`, `discriminator`, `anyOf` or `exclusiveMinimum` stands in here:
"may be null" is `oneOf` with `enum: [null]`, and examples stand beside the schemas, in the media types.
"""

from typing import Any

from scoring.contract_sections import Input, Output

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

PROBLEM: Schema = {
    "type": "object",
    "description": "What went wrong: a problem document (RFC 9457).",
    "required": ["type", "title", "code"],
    "properties": {
        "type": {"type": "string", "description": "URI of the kind of problem."},
        "title": {"type": "string", "description": "The kind of problem in words."},
        "status": {"type": "integer", "description": "The HTTP status."},
        "detail": {"type": "string", "description": "What is wrong with this very request."},
        "code": {
            "type": "string",
            "description": "The kind of problem for programs, such as `invalid_instances`.",
        },
        "errors": {
            "type": "array",
            "description": "Each thing that is wrong in the body.",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "JSON pointer (RFC 6901) into the body that was sent.",
                    },
                    "detail": {"type": "string", "description": "What was expected there and what came."},
                },
            },
        },
        "request_id": {"type": "string", "description": "Name this when asking for help."},
        "retryable": {"type": "boolean", "description": "Whether the same request may succeed later."},
    },
}

DIRECT_RESPONSE: Schema = {
    "type": "object",
    "description": "The function answers as it is: the real status, and the body as text, stand inside.",
    "required": ["statusCode", "body"],
    "properties": {
        "statusCode": {"type": "integer", "description": "The status that counts."},
        "headers": {"type": "object", "description": "The headers of the answer."},
        "isBase64Encoded": {"type": "boolean", "description": "Whether `body` is base64."},
        "body": {"type": "string", "description": "The answer as JSON text."},
    },
}


def request_schemas(inputs: tuple[Input, ...], max_instances: int) -> dict[str, Schema]:
    """The full schemas of a request: `PredictRequest` and what it refers to."""
    order = ", ".join(field.name for field in inputs)
    return {
        "PredictRequest": {
            "type": "object",
            "description": "One or more instances to predict for.",
            "required": ["instances"],
            "properties": {
                "instances": {
                    "type": "array",
                    "description": f"1 to {max_instances} instances, each in any of the shapes.",
                    "minItems": 1,
                    "maxItems": max_instances,
                    "items": _reference("Instance"),
                }
            },
            "additionalProperties": False,
        },
        "Instance": {
            "description": "One instance: its inputs by name, or their values in order.",
            "oneOf": [
                _reference("NamedInstance"),
                _reference("PositionalInstance"),
                _reference("NestedInstance"),
                _reference("InstanceValues"),
            ],
        },
        "NamedInstance": {
            "type": "object",
            "description": "The inputs by name, in any order.",
            "required": [field.name for field in inputs if field.required],
            "properties": {field.name: input_schema(field) for field in inputs},
            "additionalProperties": False,
        },
        "PositionalInstance": _object_holding("features", _reference("InstanceValues")),
        "NestedInstance": _object_holding(
            "data", _object_holding("features", _object_holding("values", _reference("InstanceValues")))
        ),
        "InstanceValues": {
            "type": "array",
            "description": f"The inputs' values in this order: {order}.",
            "minItems": len(inputs),
            "maxItems": len(inputs),
            "items": _any_of_types(inputs),
        },
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


def prediction_schemas(outputs: tuple[Output, ...]) -> dict[str, Schema]:
    """What is answered: `PredictResponse`, and the two barer forms that a route may choose."""
    first = output_schema(outputs[0])
    return {
        "Prediction": {
            "type": "object",
            "description": "The outputs for one instance.",
            "required": [output.name for output in outputs],
            "properties": {output.name: output_schema(output) for output in outputs},
        },
        "PredictResponse": {
            "type": "object",
            "description": "One prediction for each instance, in the order of the instances.",
            "required": ["predictions"],
            "properties": {"predictions": {"type": "array", "items": _reference("Prediction")}},
        },
        "PredictionValues": {
            "type": "array",
            "description": f"`{outputs[0].name}` for each instance, in the order of the instances.",
            "items": first,
        },
        "PredictionValue": first,
    }


def output_schema(output: Output) -> Schema:
    """One output: a number, or a list of them."""
    words = [output.description.rstrip(".")] if output.description else []
    words += [f"Unit: {output.unit}"] if output.unit else []
    description = ". ".join(words) + "." if words else output.name
    if output.length is None:
        return {"type": output.type, "description": description}
    return {
        "type": "array",
        "description": description,
        "minItems": output.length,
        "maxItems": output.length,
        "items": {"type": output.type},
    }


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


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}
