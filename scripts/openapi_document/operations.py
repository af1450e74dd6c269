"""What a route does: its parameters, bodies, answers and who may call it."""

import re
from typing import Any

from scoring import Contract
from scoring.contract_paths import path_variables
from scoring.contract_sections import Example, Output, Route

from .answer_schemas import value_schema_name
from .security import route_security

JSON = "application/json"
PROBLEM_JSON = "application/problem+json"
CSV = "text/csv"
JSON_LINES = "application/jsonlines"
FORM = "application/x-www-form-urlencoded"
WITHOUT_BODY = frozenset({"GET", "HEAD", "DELETE"})
"""Methods whose body has no meaning (RFC 9110 §9.3), so none is described or validated."""
_TAKE_QUERY = WITHOUT_BODY | {"ANY"}
"""Routes of these methods read rows from the query string."""
_OUTSIDE_DIRECT = frozenset({"400", "401", "403", "404", "413", "415", "429", "500", "502", "504"})
"""What the gateway itself may answer on a direct route; the function's own status stands inside a 200."""

_REFUSALS = {
    "400": "The body isn't a JSON document.",
    "403": "The key is missing or not valid here.",
    "404": "There is no such path.",
    "406": "None of the media types in `Accept` can be answered.",
    "413": "The request has too many bytes or too many instances.",
    "415": "The content type or encoding of the body isn't supported.",
    "422": "The request is readable, but breaks the contract: `errors` points at each field.",
    "429": "Too many requests, or the quota is used up.",
    "500": "An error on our side.",
    "502": "The model failed or answered something unusable.",
    "503": "The model is unavailable or busy.",
    "504": "The model didn't answer in time.",
}
_REFUSED_CALLERS = {
    "iam": {"403": "The request isn't signed, its signature isn't valid, or IAM doesn't let the caller in."},
    "cognito": {
        "401": "The token is missing, has expired or isn't valid here.",
        "403": "The caller may not use this API.",
    },
    "lambda_authorizer": {
        "401": "What the authorizer asks for is missing.",
        "403": "The authorizer doesn't let the caller in.",
    },
}
"""Kind of auth → what its refusals say; of the others, those above."""
_ANSWER_HEADERS = {
    "X-Request-Id": "Name this when asking for help.",
    "X-Contract-Version": "Version of the model contract that answered.",
    "X-Contract-Digest": "SHA-256 of the model contract that answered, in hex.",
    "X-Function-Version": "Version of the function that answered.",
}


def response_schema_name(route: Route, outputs: tuple[Output, ...]) -> str:
    """The schema of what a route answers when all is well."""
    if route.integration == "direct":
        return "DirectResponse"
    if route.response == "predictions":
        return "PredictResponse"
    names = [output.name for output in outputs]
    return value_schema_name(route.response, names.index(route.output) if route.output else 0)


def render_operation(route: Route, method: str, contract: Contract) -> dict[str, Any]:
    """One operation; `method` is the HTTP method, or ANY for API Gateway's own."""
    if route.protocol == "kserve_v2":
        return _kserve_operation(route, method, contract)
    takes_query = route.method in _TAKE_QUERY
    operation: dict[str, Any] = {
        "operationId": _operation_id(route.path, method),
        "summary": "Predict for one or more instances",
        "tags": ["predictions"],
        "security": route_security(route),
        "parameters": _path_parameters(route.path)
        + ([_query_parameter(contract, required=method in WITHOUT_BODY)] if takes_query else []),
        "responses": _responses(route, contract),
        "x-model-endpoint-api": {
            "auth": route.auth,
            "integration": route.integration,
            "response": route.response,
        },
    }
    if method not in WITHOUT_BODY:
        operation["requestBody"] = _request_body(contract, route, required=not takes_query)
    return operation


def _kserve_operation(route: Route, method: str, contract: Contract) -> dict[str, Any]:
    """A route of the Open Inference Protocol, whose documents this API only passes on."""
    documents = {"type": "object", "description": "See the Open Inference Protocol (KServe v2), REST."}
    responses = _responses(route, contract)
    responses["200"]["content"] = {JSON: {"schema": documents}}
    responses["200"]["description"] = "The protocol's document."
    operation: dict[str, Any] = {
        "operationId": _operation_id(route.path, method),
        "summary": _KSERVE_SUMMARIES[route.action],
        "tags": ["predictions"],
        "security": route_security(route),
        "parameters": [],
        "responses": responses,
        "x-model-endpoint-api": {"auth": route.auth, "integration": "proxy", "response": route.protocol},
    }
    if route.action == "infer":
        schema = {"$ref": "#/components/schemas/RequestEnvelope"}
        operation["requestBody"] = {"required": True, "content": {JSON: {"schema": schema}}}
    return operation


_KSERVE_SUMMARIES = {
    "infer": "Predict for tensors (Open Inference Protocol)",
    "model": "Names, types and shapes of the model's tensors",
    "model_ready": "Whether the model's function is ready",
    "ready": "Whether the function is ready",
    "live": "Whether the function runs",
    "server": "Name and version of the server",
}


def _request_body(contract: Contract, route: Route, *, required: bool) -> dict[str, Any]:
    examples = contract.examples
    media: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/PredictRequest"}}
    if examples:
        media["examples"] = {
            key: {"summary": example.description or example.name, "value": example.request}
            for key, example in _keyed(examples).items()
        }
    text = {} if route.integration == "direct" else _text_bodies(contract)
    return {"required": required, "content": {JSON: media, **text}}


def _text_bodies(contract: Contract) -> dict[str, Any]:
    """Bodies that are text: the gateway passes them on without a look, a direct route can't."""
    order = ", ".join(field.name for field in contract.inputs)
    descriptions = {
        CSV: f"A row a line, in this order: {order}; or in any other, below a header with the names.",
        JSON_LINES: "An instance a line, in any of the shapes of `Instance`.",
        FORM: f"A field `data`: rows of comma-separated values in this order: {order}.",
    }
    return {
        media_type: {"schema": {"type": "string", "description": description}}
        for media_type, description in descriptions.items()
    }


def _responses(route: Route, contract: Contract) -> dict[str, Any]:
    name, examples = response_schema_name(route, contract.outputs), contract.examples
    media: dict[str, Any] = {"schema": {"$ref": f"#/components/schemas/{name}"}}
    answered = {key: example for key, example in _keyed(examples).items() if example.response is not None}
    if answered and name == "PredictResponse":
        media["examples"] = {
            key: {"summary": example.description or example.name, "value": example.response}
            for key, example in answered.items()
        }
    direct = route.integration == "direct"
    text = {} if direct else {CSV: _line("CSV"), JSON_LINES: _line("JSON")}
    answers: dict[str, Any] = {"200": {"description": "The predictions.", "content": {JSON: media, **text}}}
    if direct:
        answers["200"]["description"] = "The function's answer: predictions, or why there are none."
    else:
        answers["200"]["headers"] = {
            header: {"description": text, "schema": {"type": "string"}}
            for header, text in _ANSWER_HEADERS.items()
        }
    # Written out under each status: API Gateway doesn't follow a reference to a response.
    refusals = _REFUSALS | _REFUSED_CALLERS.get(route.auth, {})
    for status, description in sorted(refusals.items()):
        if direct and status not in _OUTSIDE_DIRECT:
            continue
        answers[status] = {
            "description": description,
            "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
    return answers


def _line(kind: str) -> dict[str, Any]:
    return {"schema": {"type": "string", "description": f"A line of {kind} for each instance."}}


def _query_parameter(contract: Contract, *, required: bool) -> dict[str, Any]:
    order = ", ".join(field.name for field in contract.inputs)
    return {
        "name": "data",
        "in": "query",
        "required": required,
        "description": f"Rows of comma-separated values in this order: {order}. "
        "Rows are parted by `;` or a newline; all of it is URL-encoded.",
        "schema": {"type": "string"},
    }


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in path_variables(path)
    ]


def _operation_id(path: str, method: str) -> str:
    words = re.findall(r"[A-Za-z0-9]+", path) or ["root"]
    return method.lower() + "".join(word[:1].upper() + word[1:] for word in words)


def _keyed(examples: tuple[Example, ...]) -> dict[str, Example]:
    """The examples under keys that OpenAPI allows: letters, digits, `.`, `_`, `-`."""
    keyed: dict[str, Example] = {}
    for number, example in enumerate(examples, start=1):
        key = re.sub(r"[^A-Za-z0-9._-]+", "-", example.name).strip("-") or f"example-{number}"
        keyed[key if key not in keyed else f"{key}-{number}"] = example
    return keyed
