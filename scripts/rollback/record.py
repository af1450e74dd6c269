"""The record of the proven revision: names and ids, no secrets, in one parameter of Systems Manager.

`/model-endpoint-api/<stack>-<env>/proven`, JSON of at most 4 KB, which the standard tier takes at no charge.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

SCHEMA = 1
LIMIT_BYTES = 4096
"""Of a standard parameter: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html"""


class RecordError(Exception):
    """The record can't be read or written; the text says what to do."""


@dataclass(frozen=True)
class Function:
    """The function's proven version."""

    name: str
    alias: str
    version: str
    code_sha256: str


@dataclass(frozen=True)
class Endpoint:
    """The endpoint's proven configuration."""

    name: str
    configuration: str
    """Terraform's, which it deletes after the next good apply."""
    kept: str
    """Our copy of it, on copies of its models."""


@dataclass(frozen=True)
class Api:
    """The stage's proven deployment, and how a client reaches it."""

    rest_api_id: str
    stage_name: str
    deployment_id: str
    """Terraform's, which it deletes after the next good apply."""
    kept: str
    """Our deployment of the same definition."""
    permitted: tuple[str, ...]
    """What the gateway may call the alias for, `<stage>/<method>/<path>`: Terraform takes back what goes."""


@dataclass(frozen=True)
class Revision:
    """One proven revision."""

    at: str
    commit: str | None
    contract_digest: str
    function: Function
    endpoint: Endpoint | None
    """None where the endpoint is someone else's."""
    api: Api
    asked: Mapping[str, Any] = field(default_factory=dict)
    """Further outputs of Terraform's that the smoke test asked by: URL, routes, id of a client's key."""

    @property
    def title(self) -> str:
        """Say which it is."""
        commit = f"commit {self.commit[:12]}" if self.commit else "commit unknown"
        return f"{commit}, proven {self.at}"

    def same_as(self, other: "Revision") -> bool:
        """Whether both are the same thing proven twice."""
        return _without_proof(self) == _without_proof(other)


@dataclass(frozen=True)
class Record:
    """The proven revision, and the one before it."""

    newest: Revision
    previous: Revision | None = None
    closed: Mapping[str, tuple[float, int]] = field(default_factory=dict)
    """Limits of the stage by method setting, while a roll-back has closed it."""

    @property
    def revisions(self) -> tuple[Revision, ...]:
        """Newest first."""
        return tuple(revision for revision in (self.newest, self.previous) if revision)


def _without_proof(revision: Revision) -> Revision:
    endpoint = revision.endpoint and replace(revision.endpoint, kept="")
    return replace(revision, at="", commit=None, endpoint=endpoint, api=replace(revision.api, kept=""))


def dump_record(record: Record) -> str:
    """Write it as JSON. Raises RecordError when it is larger than a standard parameter."""
    document = {
        "schema": SCHEMA,
        **asdict(record.newest),
        "previous": record.previous and asdict(record.previous),
        "closed": record.closed or None,
    }
    text = json.dumps(document, separators=(",", ":"))
    if len(text.encode()) > LIMIT_BYTES and record.previous is not None:
        return dump_record(replace(record, previous=None))
    if len(text.encode()) > LIMIT_BYTES:
        raise RecordError(
            f"the record has {len(text.encode())} bytes, and a standard parameter holds {LIMIT_BYTES}"
        )
    return text


def load_record(text: str) -> Record:
    """Read what `dump_record` wrote. Raises RecordError."""
    try:
        document = json.loads(text)
        if document["schema"] != SCHEMA:
            raise RecordError(f"it is of schema {document['schema']}, and this checkout reads {SCHEMA}")
        previous = document.get("previous")
        closed = {key: (rate, burst) for key, (rate, burst) in (document.get("closed") or {}).items()}
        return Record(_load_revision(document), previous and _load_revision(previous), closed)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RecordError(f"it isn't a record: {type(error).__name__}: {error}") from error


def _load_revision(document: Mapping[str, Any]) -> Revision:
    endpoint: dict[str, Any] | None = document["endpoint"]
    api: dict[str, Any] = document["api"]
    return Revision(
        at=document["at"],
        commit=document["commit"],
        contract_digest=document["contract_digest"],
        function=Function(**document["function"]),
        endpoint=Endpoint(**endpoint) if endpoint else None,
        api=Api(**{**api, "permitted": tuple(api["permitted"])}),
        asked=document["asked"],
    )


def record_name(stack: str, env: str, model: str | None = None) -> str:
    """What the record of a stack is found under; of several models behind one API each has its own below."""
    return f"{stack}-{env}/{model}" if model else f"{stack}-{env}"


class Parameter:
    """Where the record of a stack lies."""

    def __init__(self, ssm: Any, name: str) -> None:
        """`name` is what `record_name` gives."""
        self._ssm = ssm
        self.path = f"/model-endpoint-api/{name}/proven"

    def read(self) -> Record | None:
        """Return the record; None if there is none. Raises RecordError, ClientError."""
        try:
            value = self._ssm.get_parameter(Name=self.path)["Parameter"]["Value"]
        except self._ssm.exceptions.ParameterNotFound:
            return None
        try:
            return load_record(value)
        except RecordError as error:
            raise RecordError(
                f"The parameter {self.path} can't be used: {error}.\n"
                f"  repair   aws ssm delete-parameter --name {self.path}   then: make smoke-test"
            ) from error

    def write(self, record: Record) -> None:
        """Write the record over the old one. Raises RecordError, ClientError."""
        self._ssm.put_parameter(
            Name=self.path, Value=dump_record(record), Type="String", Overwrite=True, Tier="Standard"
        )

    def delete(self) -> None:
        """Delete it, if it is there."""
        try:
            self._ssm.delete_parameter(Name=self.path)
        except self._ssm.exceptions.ParameterNotFound:
            return
