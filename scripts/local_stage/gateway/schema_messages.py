"""Draft-04 violations in the words of API Gateway.

AWS answers with the messages of the Java library fge/json-schema-validator, joined as `[first, second]`:
https://github.com/java-json-tools/json-schema-validator (validation.properties).
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

from jsonschema.exceptions import ValidationError

_TYPE_NAMES = ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (list, "array"))


def describe(errors: Iterable[ValidationError]) -> str:
    """All violations as `$context.error.validationErrorString` shows them.

    Violations of one object's `required` are one message, as are those of `additionalProperties`.
    """
    messages: list[str] = []
    for error in errors:
        message = _describe_one(error)
        if message not in messages:
            messages.append(message)
    return f"[{', '.join(messages)}]"


def _describe_one(error: ValidationError) -> str:
    write = _MESSAGES.get(str(error.validator))
    return write(error.instance, error.validator_value, error) if write else error.message


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _type_name(value: Any) -> str:
    return next(
        (name for kind, name in _TYPE_NAMES if isinstance(value, kind)), "null" if value is None else "object"
    )


def _wrong_type(value: Any, allowed: Any, _: ValidationError) -> str:
    names = sorted([allowed] if isinstance(allowed, str) else allowed)
    found = _type_name(value)
    return f"instance type ({found}) does not match any allowed primitive type (allowed: {_json(names)})"


def _missing(value: Any, required: Any, _: ValidationError) -> str:
    return f"object has missing required properties ({_json(sorted(n for n in required if n not in value))})"


def _not_allowed(value: Any, _: Any, error: ValidationError) -> str:
    known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
    extra = _json(sorted(name for name in value if name not in known))
    return f"object instance has properties which are not allowed by the schema: {extra}"


def _too_low(value: Any, limit: Any, error: ValidationError) -> str:
    if value == limit and isinstance(error.schema, dict) and error.schema.get("exclusiveMinimum"):
        return f"numeric instance is not strictly greater than the required minimum {limit}"
    return f"numeric instance is lower than the required minimum (minimum: {limit}, found: {_json(value)})"


def _too_high(value: Any, limit: Any, error: ValidationError) -> str:
    if value == limit and isinstance(error.schema, dict) and error.schema.get("exclusiveMaximum"):
        return f"numeric instance is not strictly lower than the required maximum {limit}"
    return f"numeric instance is greater than the required maximum (maximum: {limit}, found: {_json(value)})"


def _any_of(_: Any, schemas: Any, __: ValidationError) -> str:
    return f"instance failed to match at least one required schema among {len(schemas)}"


def _one_of(_: Any, schemas: Any, error: ValidationError) -> str:
    failed = {violation.schema_path[0] for violation in error.context or ()}
    matched = len(schemas) - len(failed) if failed else 2
    return f"instance failed to match exactly one schema (matched {matched} out of {len(schemas)})"


_MESSAGES: dict[str, Callable[[Any, Any, ValidationError], str]] = {
    "type": _wrong_type,
    "required": _missing,
    "additionalProperties": _not_allowed,
    "enum": lambda value, allowed, _: (
        f"instance value ({_json(value)}) not found in enum (possible values: {_json(allowed)})"
    ),
    "minimum": _too_low,
    "maximum": _too_high,
    "minLength": lambda value, limit, _: (
        f'string "{value}" is too short (length: {len(value)}, required minimum: {limit})'
    ),
    "maxLength": lambda value, limit, _: (
        f'string "{value}" is too long (length: {len(value)}, maximum allowed: {limit})'
    ),
    "pattern": lambda value, pattern, _: f'ECMA 262 regex "{pattern}" does not match input string "{value}"',
    "multipleOf": lambda value, divisor, _: f"remainder of division is not zero ({_json(value)} / {divisor})",
    "uniqueItems": lambda *_: "array must not contain duplicate elements",
    "anyOf": _any_of,
    "oneOf": _one_of,
    "not": lambda *_: "instance matched a schema which it should not have",
}
