"""Record a revision that the smoke test has just proven, and keep what going back to it takes."""

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from scripts import ROOT
from scripts.rollback.kept_api import deployment_exists, keep_deployment
from scripts.rollback.kept_endpoint import is_whole, keep_configuration
from scripts.rollback.permissions import granted_calls
from scripts.rollback.record import Api, Endpoint, Function, Parameter, Record, RecordError, Revision
from scripts.rollback.tidy import tidy

Clients = Callable[[str], Any]

ASKED = (
    *("api_url", "api_key_ids", "authorizer_headers", "cors_allow_origins", "path_prefix"),
    *("routes", "unpublished_routes"),
)
"""Outputs that the smoke test needs to ask, besides those that name what runs."""


def record_revision(aws: Clients, outputs: Mapping[str, Any], name: str, *, commit: str | None) -> str:
    """Record the revision that the outputs name; return what was done. The same twice changes nothing.

    `name` is what `record_name` gives. Raises RecordError, ClientError.
    """
    parameter = Parameter(aws("ssm"), name)
    record = parameter.read()
    proven = _describe(aws, outputs, commit)
    known = next((kept for kept in record.revisions if kept.same_as(proven)), None) if record else None
    if record and known is record.newest and _is_kept(aws, known):
        tidy(aws, record, name)
        return f"{parameter.path} has it since {known.at}"
    proven = _keep(aws, proven, record, name)
    record = Record(newest=proven, previous=_before(record, known))
    parameter.write(record)
    tidy(aws, record, name)
    return f"{parameter.path}: the revision that make rollback returns to"


def _before(record: Record | None, known: Revision | None) -> Revision | None:
    """The revision to list behind the new one; what is proven again stands there once."""
    if record is None:
        return None
    return record.previous if known is record.newest else record.newest


def current_commit() -> str | None:
    """The commit of this checkout, with a mark if it was edited; None where there is no git."""
    command = (
        "git",
        "-C",
        str(ROOT),
        "describe",
        "--always",
        "--abbrev=40",
        "--exclude=*",
        "--dirty=+edited",
    )
    try:
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    return ended.stdout.strip() or None if ended.returncode == 0 else None


def _describe(aws: Clients, outputs: Mapping[str, Any], commit: str | None) -> Revision:
    """The revision as Terraform's outputs name it; the smoke test saw that this is what runs."""
    configuration = outputs.get("endpoint_configuration_name")
    function, alias = outputs["function_name"], outputs["alias_name"]
    api = outputs["rest_api_id"]
    return Revision(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=commit,
        contract_digest=outputs["contract_digest"],
        function=Function(function, alias, str(outputs["function_version"]), outputs["function_code_sha256"]),
        endpoint=configuration and Endpoint(outputs["endpoint_name"], configuration, kept=""),
        api=Api(
            rest_api_id=api,
            stage_name=outputs["stage_name"],
            deployment_id=outputs["deployment_id"],
            kept="",
            permitted=tuple(sorted(granted_calls(aws("lambda"), function, alias, api))),
        ),
        asked={name: _shortened(name, outputs[name]) for name in ASKED if outputs.get(name)},
    )


def _shortened(name: str, value: Any) -> Any:
    """One key and one origin are enough to ask with."""
    if name == "api_key_ids":
        return {min(value): value[min(value)]}
    return value[:1] if name == "cors_allow_origins" else value


def _keep(aws: Clients, proven: Revision, record: Record | None, name: str) -> Revision:
    """Keep what the revision needs, unless an earlier proof has kept the same."""
    earlier = record.revisions if record else ()
    api, apigateway = proven.api, aws("apigateway")
    live = apigateway.get_stage(restApiId=api.rest_api_id, stageName=api.stage_name)["deploymentId"]
    if live != api.deployment_id:
        raise RecordError(f"the stage has moved to deployment {live} meanwhile; repair: make apply")
    kept = next((r.api.kept for r in earlier if r.api.deployment_id == api.deployment_id), None)
    if kept is None or not deployment_exists(apigateway, api.rest_api_id, kept):
        what = f"{proven.commit or 'unknown commit'} {proven.at}"
        kept = keep_deployment(apigateway, api.rest_api_id, api.stage_name, name, what)
    proven = replace(proven, api=replace(api, kept=kept))
    if proven.endpoint is None:
        return proven
    wanted = proven.endpoint
    kept = next((r.endpoint.kept for r in earlier if r.endpoint and _same(r.endpoint, wanted)), None)
    if kept is None or not _exists(aws, kept):
        kept = keep_configuration(aws, wanted.name, wanted.configuration)
    return replace(proven, endpoint=replace(wanted, kept=kept))


def _same(one: Endpoint, other: Endpoint) -> bool:
    return (one.name, one.configuration) == (other.name, other.configuration)


def _is_kept(aws: Clients, revision: Revision) -> bool:
    api = revision.api
    there = deployment_exists(aws("apigateway"), api.rest_api_id, api.kept)
    return there and (revision.endpoint is None or _exists(aws, revision.endpoint.kept))


def _exists(aws: Clients, configuration: str) -> bool:
    return is_whole(aws("sagemaker"), configuration)
