"""Finds the version of a function that an invocation means, in moto's store."""

import random
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from moto.awslambda.models import lambda_backends

from scripts.local_stage.lambda_runtime.invocation import LambdaApiError

_NAME = re.compile(
    r"(?:arn:(?P<partition>aws[a-zA-Z-]*):lambda:(?P<region>[a-z0-9-]+):)?"
    r"(?:(?P<account>\d{12}):)?(?:function:)?(?P<name>[a-zA-Z0-9-_]+)(?::(?P<qualifier>\$LATEST|[a-zA-Z0-9-_]+))?"
)


@dataclass(frozen=True, slots=True)
class FunctionVersion:
    """One version's code and configuration; equal ones can share sandboxes."""

    name: str
    version: str
    """`$LATEST` or a number."""
    region: str
    account: str
    code_sha256: str
    """Hex."""
    handler: str
    runtime: str
    """E.g. `python3.13`."""
    architecture: str
    """`x86_64` or `arm64`."""
    memory_mb: int
    timeout_seconds: int
    environment: tuple[tuple[str, str], ...]
    role: str
    """ARN of the execution role."""
    tracing: str
    """`Active` or `PassThrough`."""
    log_group: str
    log_format: str
    """`Text` or `JSON`."""
    application_log_level: str
    system_log_level: str
    package_type: str = "Zip"


@dataclass(frozen=True, slots=True)
class Target:
    """What an invocation runs, and what guards it."""

    version: FunctionVersion
    invoked_arn: str
    """ARN with the qualifier that was asked for."""
    statements: tuple[dict[str, Any], ...]
    """Resource policy of the function."""
    reserved_concurrency: int | None
    code: bytes
    """The zip."""


def find_target(function: str, qualifier: str | None, account: str, region: str) -> Target:
    """Resolve name, partial or full ARN, and version or alias; an alias's weights decide by chance.

    Raises LambdaApiError: 400 for a name that can't be one, 404 for one that doesn't exist.
    """
    match = _NAME.fullmatch(function)
    if match is None:
        raise LambdaApiError(400, "ValidationException", f"Value {function!r} at 'functionName' is not valid")
    qualifier = match["qualifier"] or qualifier
    region = match["region"] or region
    name = match["name"]
    base = f"arn:{match['partition'] or 'aws'}:lambda:{region}:{match['account'] or account}:function:{name}"
    invoked_arn = f"{base}:{qualifier}" if qualifier else base
    storage = lambda_backends[account][region]._lambdas
    entry = storage._functions.get(name)
    aliases = storage._aliases.get(base, {})
    found = _find_version(entry, aliases, qualifier) if entry is not None else None
    if entry is None or found is None or (match["account"] or account) != account:
        raise LambdaApiError(404, "ResourceNotFoundException", f"Function not found: {invoked_arn}")
    latest = entry["latest"]
    return Target(
        version=_describe(found, region, account),
        invoked_arn=invoked_arn,
        statements=tuple(latest.policy.statements),
        reserved_concurrency=None
        if latest.reserved_concurrency is None
        else int(latest.reserved_concurrency),
        code=found.code_bytes,
    )


def find_provisioned(account: str, region: str) -> list[tuple[Target, int]]:
    """What is to have sandboxes started ahead, and how many."""
    found = []
    for name, entry in list(lambda_backends[account][region]._lambdas._functions.items()):
        for qualifier, number in getattr(entry["latest"], "provisioned", {}).items():
            with suppress(LambdaApiError):  # the alias is gone, its number stays as on AWS
                found.append((find_target(name, qualifier, account, region), number))
    return found


def reserved_total(account: str, region: str) -> int:
    """Sum of all reserved concurrency of the region."""
    functions = list(lambda_backends[account][region]._lambdas._functions.values())
    return sum(int(entry["latest"].reserved_concurrency or 0) for entry in functions if entry["latest"])


def _find_version(entry: dict[str, Any], aliases: dict[str, Any], qualifier: str | None) -> Any:
    """moto's function object of the version, or None."""
    if qualifier is None or qualifier == "$LATEST":
        return entry["latest"]
    alias = aliases.get(qualifier)
    if alias is not None:
        qualifier = str(alias.function_version)
        weights = (alias.routing_config or {}).get("AdditionalVersionWeights") or {}
        chance = random.random()  # noqa: S311 - a share of traffic, no secret
        for version, weight in weights.items():
            chance -= weight
            if chance < 0:
                qualifier = str(version)
                break
        if qualifier == "$LATEST":
            return entry["latest"]
    return next((version for version in entry["versions"] if str(version.version) == qualifier), None)


def _describe(function: Any, region: str, account: str) -> FunctionVersion:
    logging = getattr(function, "kept_fields", {}).get("LoggingConfig") or {}
    return FunctionVersion(
        name=function.function_name,
        version=str(function.version),
        region=region,
        account=account,
        code_sha256=getattr(function, "code_digest", ""),
        handler=function.handler or "",
        runtime=function.run_time or "",
        architecture=function.architectures[0],
        memory_mb=int(function.memory_size),
        timeout_seconds=int(function.timeout),
        environment=tuple(sorted(function.environment_vars.items())),
        role=function.role,
        tracing=(function.tracing_config or {}).get("Mode", "PassThrough"),
        log_group=logging.get("LogGroup") or f"/aws/lambda/{function.function_name}",
        log_format=logging.get("LogFormat") or "Text",
        application_log_level=logging.get("ApplicationLogLevel") or "",
        system_log_level=logging.get("SystemLogLevel") or "INFO",
        package_type=function.package_type,
    )
