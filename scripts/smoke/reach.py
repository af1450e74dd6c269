"""How a deployed stack is reached: its stage's URL, its account, and whatever a caller shows there."""

import os
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from scripts.smoke.identity import Caller
from scripts.smoke.stage_client import StageClient

_EXECUTE_API = re.compile(r"^[a-z0-9-]+\.execute-api\.")


class SubjectError(Exception):
    """There is nothing to test yet; the text says what is missing and the command that repairs it."""


def outputs_of_model(outputs: Mapping[str, Any], model: str | None) -> Mapping[str, Any]:
    """Return the outputs of one of several models behind an API (output `models`) with the API's own.

    Its paths begin with its key: output `path_prefix`. Raises SubjectError.
    """
    models = outputs.get("models") or {}
    if model is None and not models:
        return outputs
    if not models:
        raise SubjectError(
            f"The stack has one model alone, no {model!r}.\n  repair   leave --model out of ARGS"
        )
    if model not in models:
        known = ", ".join(sorted(models))
        raise SubjectError(
            f"The stack's output `models` has no {model!r}; there are: {known}.\n"
            "  repair   ARGS='--model KEY'"
            if model
            else f"The stack has several models behind one API: {known}.\n  repair   ARGS='--model KEY'"
        )
    own = {name: value for name, value in models[model].items() if value is not None}
    return {**outputs, **own, "path_prefix": f"/{model}"}


def stage_url(outputs: Mapping[str, Any], environment: Mapping[str, str] = os.environ) -> str:
    """Return the stage's URL: the output, or the one behind AWS_ENDPOINT_URL_EXECUTE_API if that is set."""
    gateway, prefix = environment.get("AWS_ENDPOINT_URL_EXECUTE_API"), outputs.get("path_prefix", "")
    if not gateway:
        return f"{outputs['api_url']}{prefix}"
    place = urlsplit(outputs["api_url"]).path if _domain(outputs) else f"/{outputs['rest_api_id']}"
    stage = "" if _domain(outputs) else f"/{outputs['stage_name']}"
    return f"{gateway.rstrip('/')}{place}{stage}{prefix}"


def stage_client(outputs: Mapping[str, Any], environment: Mapping[str, str]) -> StageClient:
    """Make a client of the stage; the local gateway serves a custom domain by the name in `Host`."""
    local = environment.get("AWS_ENDPOINT_URL_EXECUTE_API")
    return StageClient(stage_url(outputs, environment), host=_domain(outputs) if local else None)


def caller_of_stack(
    outputs: Mapping[str, Any],
    environment: Mapping[str, str],
    client: str | None = None,
    tokens: Mapping[str, str] | None = None,
) -> Caller:
    """Make the caller of a stack: its client's key, the target's AWS credentials, tokens."""
    session = _session(environment)
    headers = outputs.get("authorizer_headers") or ["Authorization"]
    key_id = choose_key(outputs.get("api_key_ids") or {}, client)
    return Caller(
        api_key=fetch_key_value(clients_of(environment), key_id) if key_id else None,
        key_id=key_id,
        tokens=tokens or {},
        find_credentials=session.get_credentials,
        region=session.region_name,
        authorizer_header=headers[0],
    )


def caller_of_url(
    api_key: str | None, tokens: Mapping[str, str], environment: Mapping[str, str] = os.environ
) -> Caller:
    """Make the caller of a bare URL, who signs by the AWS credentials at hand."""
    session = _session(environment)
    return Caller(api_key, tokens, session.get_credentials, session.region_name)


def clients_of(environment: Mapping[str, str], config: Config | None = None) -> Callable[[str], Any]:
    """Return a maker of boto3 clients for an environment, which may differ from this process's."""
    session = _session(environment)
    return lambda service: session.client(
        service, endpoint_url=environment.get("AWS_ENDPOINT_URL"), config=config
    )


def _session(environment: Mapping[str, str]) -> boto3.Session:
    return boto3.Session(
        aws_access_key_id=environment.get("AWS_ACCESS_KEY_ID"),
        aws_secret_access_key=environment.get("AWS_SECRET_ACCESS_KEY"),
        aws_session_token=environment.get("AWS_SESSION_TOKEN"),
        region_name=environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION"),
        profile_name=environment.get("AWS_PROFILE"),
    )


def _domain(outputs: Mapping[str, Any]) -> str | None:
    """Return the host of an API whose execute-api address is closed."""
    host = urlsplit(outputs.get("api_url") or "").hostname or ""
    return None if not host or _EXECUTE_API.match(host) else host


def fetch_key_value(aws: Callable[[str], Any], key_id: str) -> str:
    """Fetch the value of an API key, which is no output: the state has it, and no plan or log shows it."""
    return str(aws("apigateway").get_api_key(apiKey=key_id, includeValue=True)["value"])


def choose_key(key_ids: Mapping[str, str], client: str | None) -> str | None:
    """Return the id of a client's key, the first by name; None where nobody has one. Raises SubjectError."""
    if client is not None and client not in key_ids:
        known = ", ".join(sorted(key_ids)) or "none"
        raise SubjectError(
            f"The stack has no client {client!r}; there are: {known}.\n  repair   ARGS='--client NAME'"
        )
    return key_ids[client or min(key_ids)] if key_ids else None
