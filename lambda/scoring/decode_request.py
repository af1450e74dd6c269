"""A call → checked columns: the content type picks how the body is read, the root's key what it holds."""

from collections.abc import Callable
from typing import Any

from .columns import Columns
from .contract import Contract, Route
from .errors import (
    InvalidRequest,
    NotAnObject,
    PointedProblem,
    RequestError,
    TooManyInstances,
    UnsupportedMediaType,
    escape_pointer,
)
from .media_types import CSV, FORM, JSON, JSON_LINES, MediaType, parse_media_type
from .read_body import read_text
from .read_data import read_data
from .read_event import Call
from .read_instances import read_instances
from .read_json import look_closely, read_json

DATA = "data"
"""The member of a document, and the parameter of a query string, that holds rows as text."""
_METHODS_WITHOUT_BODY = ("GET", "HEAD", "DELETE", "ANY")
"""Routes of these methods take the query string too: a body has no meaning there, or only sometimes."""
_CHARSETS = ("utf-8", "utf8", "us-ascii")


def decode_request(call: Call, route: Route, contract: Contract) -> Columns:
    """Columns of (n_rows,) typed arrays, one an input; raises a RequestError that says what is wrong."""
    if call.direct:
        return _decode_document(call.body, contract)
    if route.method in _METHODS_WITHOUT_BODY and (DATA in call.query or not call.body):
        return _decode_query(call, contract)
    media = parse_media_type(call.headers.get("content-type") or JSON)
    decoders = _DECODERS if route.action == "predict" else _KSERVE_DECODERS
    decode = decoders.get(media.essence)
    if decode is None:
        raise UnsupportedMediaType(f"Supported: {', '.join(decoders)}.")
    if media.parameters.get("charset", "utf-8").lower() not in _CHARSETS:
        raise UnsupportedMediaType("The charset has to be utf-8.")
    return decode(read_text(call), contract, media)


def _decode_json(text: str, contract: Contract, _: MediaType) -> Columns:
    document = read_json(text)
    try:
        return _decode_document(document, contract)
    except RequestError:
        look_closely(text)
        raise


def _decode_document(document: Any, contract: Contract) -> Columns:
    if not isinstance(document, dict):
        raise NotAnObject('Expected an object such as {"instances": [...]}.')
    key = next((key for key in _MEMBERS if key in document), None)
    if key is None:
        raise InvalidRequest([PointedProblem("", f"Expected an object with {' or '.join(_MEMBERS)}.")])
    others = [other for other in document if other != key]
    if others:
        detail = f"Unknown member; only {key!r} belongs here."
        raise InvalidRequest(
            PointedProblem("/" + escape_pointer(other[:100]), detail) for other in others[:100]
        )
    return _MEMBERS[key](document[key], contract)


def _decode_data(data: Any, contract: Contract) -> Columns:
    return read_data(contract.inputs, data, contract.limits.max_instances)


def _decode_csv(text: str, contract: Contract, media: MediaType) -> Columns:
    from .read_csv import read_csv  # noqa: PLC0415 - most clients send JSON: not paid at a cold start

    header = media.parameters.get("header", "").lower()
    return read_csv(contract.inputs, text, contract.limits.max_instances, header)


def _decode_json_lines(text: str, contract: Contract, _: MediaType) -> Columns:
    from .read_json_lines import read_json_lines  # noqa: PLC0415 - as above

    instances = read_json_lines(text, contract.limits.max_instances)
    try:
        return read_instances(contract.inputs, instances, root="")
    except RequestError:
        for line in text.splitlines():
            look_closely(line)
        raise


def _decode_form(text: str, contract: Contract, _: MediaType) -> Columns:
    from .read_form import read_form  # noqa: PLC0415 - as above

    fields = read_form(text)
    if list(fields) != [DATA] or len(fields[DATA]) != 1:
        detail = f"Expected one field, {DATA!r}, with the rows."
        raise InvalidRequest([PointedProblem("", detail)])
    return _decode_data(fields[DATA][0], contract)


def _decode_query(call: Call, contract: Contract) -> Columns:
    pointer = f"/{DATA}"
    problems = [
        PointedProblem("/" + escape_pointer(name[:100]), f"Unknown parameter; only {DATA!r} belongs here.")
        for name in call.query
        if name != DATA
    ]
    values = call.query.get(DATA, [])
    if call.body:
        problems.append(PointedProblem(pointer, "Expected rows in the query string or in a body, got both."))
    if len(values) != 1:
        expected = "Expected one query parameter with the rows, ?data=v1,v2,…"
        problems.append(PointedProblem(pointer, f"{expected}, got {len(values) or 'none'}."))
    if problems:
        raise InvalidRequest(problems[:100])
    return _decode_data(values[0], contract)


def _decode_instances(instances: Any, contract: Contract) -> Columns:
    if not isinstance(instances, list):
        raise InvalidRequest([PointedProblem("/instances", "Expected an array of instances.")])
    if not instances:
        raise InvalidRequest([PointedProblem("/instances", "Expected at least one instance, got none.")])
    most = contract.limits.max_instances
    if len(instances) > most:
        raise TooManyInstances(f"One request may have {most} instances and came with {len(instances)}.")
    return read_instances(contract.inputs, instances)


def _decode_kserve(text: str, contract: Contract, _: MediaType) -> Columns:
    from .read_kserve import read_kserve  # noqa: PLC0415 - as above

    document = read_json(text)
    outputs = [output.name for output in contract.outputs]
    try:
        return read_kserve(contract.inputs, document, outputs, contract.limits.max_instances)
    except RequestError:
        look_closely(text)
        raise


def _decode_mlflow(member: str) -> Callable[[Any, Contract], Columns]:
    def decode(value: Any, contract: Contract) -> Columns:
        from .read_mlflow import read_mlflow  # noqa: PLC0415 - as above

        return read_mlflow(contract.inputs, member, value, contract.limits.max_instances)

    return decode


_DECODERS: dict[str, Callable[[str, Contract, MediaType], Columns]] = {
    JSON: _decode_json,
    CSV: _decode_csv,
    JSON_LINES: _decode_json_lines,
    "application/x-ndjson": _decode_json_lines,
    FORM: _decode_form,
}
"""How a body of each content type is read."""

_KSERVE_DECODERS: dict[str, Callable[[str, Contract, MediaType], Columns]] = {JSON: _decode_kserve}

_MEMBERS: dict[str, Callable[[Any, Contract], Columns]] = {
    "instances": _decode_instances,
    DATA: _decode_data,
    "dataframe_split": _decode_mlflow("dataframe_split"),
    "dataframe_records": _decode_mlflow("dataframe_records"),
    "inputs": _decode_mlflow("inputs"),
}
"""How a document is read, by the member that it has."""
