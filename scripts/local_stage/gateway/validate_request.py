"""The request validator: required parameters, and bodies against the model of their content type (draft-04).

A content type without a model passes unvalidated, as on AWS: the backend judges by itself.
"""

import json
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft4Validator
from jsonschema.exceptions import SchemaError
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT4

from scripts.local_stage.gateway.deployed_api import DeployedApi, Method
from scripts.local_stage.gateway.exchange import Exchange
from scripts.local_stage.gateway.refusals import BadBody, BadParameters, ConfigurationError
from scripts.local_stage.gateway.schema_messages import describe

MODEL_URL = "https://apigateway.amazonaws.com/restapis/{api_id}/models/{name}"
"""How a model refers to another one."""

_DIGITS = 4000
"""Python refuses to read integers of more than 4,300 digits; JSON knows no such limit."""

UNENFORCED = frozenset({"minItems", "maxItems"})
"""AWS's list of unsupported features says request validation leaves these out; the Lambda judges them.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
"""


class RequestValidator:
    """The checks of one method, compiled once."""

    def __init__(self, api: DeployedApi, method: Method) -> None:
        self._required = [
            (name.split(".", 3)[2], name.split(".", 3)[3])
            for name, required in method.request_parameters.items()
            if required and method.validate_parameters
        ]
        self._schemas = _schemas(api, method.request_models) if method.validate_body else {}

    def check(self, exchange: Exchange) -> None:
        """Raises BadParameters or BadBody."""
        missing = [name for place, name in self._required if not exchange.parameter(place, name)]
        if missing:
            raise BadParameters(f"Missing required request parameters: [{', '.join(missing)}]")
        schema = self._schemas.get(exchange.content_type) or self._schemas.get("$default")
        if schema is not None:
            _check_body(schema, exchange.body)


def _check_body(schema: Draft4Validator, body: bytes) -> None:
    try:
        value = json.loads(body or b"{}", parse_int=_read_integer)
    except (ValueError, RecursionError) as error:
        raise BadBody(validation=f"[The body is not JSON: {error}]") from error
    try:
        if schema.is_valid(value):
            return
        raise BadBody(validation=describe(schema.iter_errors(value)))
    except Unresolvable as error:
        raise ConfigurationError(reason=f"A model refers to a model that is missing: {error}") from error


def _read_integer(digits: str) -> int:
    """Read an integer; of one longer than Python reads, so much that type and bounds are judged right."""
    return int(digits[:_DIGITS])


def _schemas(api: DeployedApi, models: Mapping[str, str]) -> dict[str, Draft4Validator]:
    registry: Registry[Any] = Registry().with_resources(
        (MODEL_URL.format(api_id=api.api_id, name=name), DRAFT4.create_resource(_load(name, schema)))
        for name, schema in api.models.items()
    )
    compiled = {}
    for content_type, name in models.items():
        schema = _load(name, api.models.get(name, ""))
        try:
            Draft4Validator.check_schema(schema)
        except SchemaError as error:
            raise ConfigurationError(reason=f"Model {name} is no draft-04 schema: {error.message}") from error
        compiled[content_type.lower()] = Draft4Validator(schema, registry=registry)
    return compiled


def _load(name: str, text: str) -> Any:
    if name == "Empty" and not text:
        return {}
    try:
        return _without(json.loads(text), UNENFORCED)
    except ValueError as error:
        raise ConfigurationError(reason=f"Model {name} is missing or no JSON: {error}") from error


def _without(schema: Any, keywords: frozenset[str]) -> Any:
    if isinstance(schema, list):
        return [_without(item, keywords) for item in schema]
    if not isinstance(schema, dict):
        return schema
    # a property may be called minItems: only a keyword's value is a number
    return {
        key: _without(value, keywords)
        for key, value in schema.items()
        if not (key in keywords and isinstance(value, int))
    }
