"""Schemas of what is answered: predictions, bare values, a direct integration's answer, problems.

They keep to the words that `schemas` explains.
"""

from scoring.contract_sections import Output

from .schemas import Schema, reference

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
    "required": ["statusCode", "isBase64Encoded", "body"],
    "properties": {
        "statusCode": {"type": "integer", "description": "The status that counts."},
        "isBase64Encoded": {"type": "boolean", "description": "Always false: `body` is text."},
        "body": {"type": "string", "description": "The answer, or a problem document, as JSON text."},
    },
    "additionalProperties": False,
}


def value_schema_name(response: str, place: int) -> str:
    """The schema of one output's bare value, or of a list of them; `place` is the output's among all."""
    return {"values": "PredictionValues", "value": "PredictionValue"}[response] + (
        str(place) if place else ""
    )


def prediction_schemas(outputs: tuple[Output, ...]) -> dict[str, Schema]:
    """What is answered: `PredictResponse`, and the two barer forms that a route may choose."""
    bare: dict[str, Schema] = {}
    for place, output in enumerate(outputs):
        value = output_schema(output)
        several = f"`{output.name}` for each instance, in the order of the instances."
        values = {"type": "array", "description": several, "items": value}
        bare[value_schema_name("values", place)] = values
        bare[value_schema_name("value", place)] = {
            "description": f"`{output.name}` of one instance; of several, a list.",
            "oneOf": [value, values],
        }
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
            "properties": {"predictions": {"type": "array", "items": reference("Prediction")}},
        },
        **bare,
    }


def output_schema(output: Output) -> Schema:
    """One output: a number, a label, true or false, a label with its score, or a list of these."""
    words = [output.description.rstrip(".")] if output.description else []
    words += [f"Unit: {output.unit}"] if output.unit else []
    description = ". ".join(words) + "." if words else output.name
    one: Schema = {"type": output.type}
    if output.type == "object":
        one |= {
            "required": ["label", "score"],
            "properties": {
                "label": {"type": "string", "enum": list(dict.fromkeys(output.labels))},
                "score": {"type": "number"},
            },
        }
    elif output.labels:
        one |= {"enum": list(dict.fromkeys(output.labels))}
    if output.length is None:
        return one | {"description": description}
    return {
        "type": "array",
        "description": description,
        "minItems": output.length,
        "maxItems": output.length,
        "items": one,
    }
