"""IAM policy documents, read once and asked for each request: is `execute-api:Invoke` allowed?

The logic: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import enum
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from scripts.local_stage.gateway.policy_conditions import Condition, Values, read_conditions, wildcards
from scripts.local_stage.gateway.refusals import NotEnforcedHere

INVOKE = "execute-api:Invoke"


class Outcome(enum.Enum):
    """What a policy says about a request."""

    DENY = "explicit deny"
    NEITHER = "implicit deny"
    DELEGATED = "allowed to the account"
    """A resource policy allows the caller's account as a whole: the caller's own policies must allow too."""
    ALLOW = "allow"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls, as a resource policy may name it. No ARN: anonymous."""

    arn: str | None = None
    role_arn: str | None = None
    """The role behind a session."""
    account: str | None = None


ANONYMOUS = Principal()


@dataclass(frozen=True, slots=True)
class Access:
    """One request for an action on a resource."""

    action: str
    resource: str
    principal: Principal
    values: Values
    """Lower-case condition key → value."""


@dataclass(frozen=True)
class _Statement:
    allows: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    principals: tuple[str, ...] | None
    """None: an identity's policy, which names no principal."""
    inverted: frozenset[str]
    """Which of the three are written as NotAction, NotResource, NotPrincipal."""
    written: Mapping[str, Any]

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Read when the statement first matters: one that is about other actions may use any key."""
        return read_conditions(self.written.get("Condition") or {})

    def outcome(self, access: Access) -> Outcome:
        if not self._matches("Action", self.actions, access.action, ignore_case=True):
            return Outcome.NEITHER
        self.check_resources()
        if not self._matches("Resource", self.resources, access.resource):
            return Outcome.NEITHER
        reach = self._reach(access.principal)
        if reach is Outcome.NEITHER or not all(c.holds(access.values) for c in self.conditions):
            return Outcome.NEITHER
        return reach if self.allows else Outcome.DENY

    def check_resources(self) -> None:
        """Raise NotEnforcedHere for a policy variable: taken literally, it could open what it closes."""
        if any("${" in resource for resource in self.resources):
            raise NotEnforcedHere(reason="a policy uses a policy variable, unknown to the local stage")

    def _matches(
        self, name: str, patterns: tuple[str, ...], value: str, *, ignore_case: bool = False
    ) -> bool:
        found = any(wildcards(pattern, ignore_case=ignore_case).fullmatch(value) for pattern in patterns)
        return found is not (name in self.inverted)

    def _reach(self, principal: Principal) -> Outcome:
        """Whether the statement is about this principal, and whether by its account only."""
        if self.principals is None:
            return Outcome.ALLOW
        named = _named(self.principals, principal)
        if "Principal" in self.inverted:
            return Outcome.ALLOW if named is Outcome.NEITHER else Outcome.NEITHER
        return named


def _named(principals: tuple[str, ...], principal: Principal) -> Outcome:
    if "*" in principals:
        return Outcome.ALLOW
    if {principal.arn, principal.role_arn} & {*principals} - {None}:
        return Outcome.ALLOW
    account = {principal.account, f"arn:aws:iam::{principal.account}:root"} if principal.account else set()
    return Outcome.DELEGATED if account & {*principals} else Outcome.NEITHER


class Policy:
    """One policy document."""

    def __init__(self, statements: tuple[_Statement, ...]) -> None:
        self._statements = statements

    def evaluate(self, access: Access) -> Outcome:
        """A deny wins, then an allow. NotEnforcedHere when a condition that matters is unknown here."""
        outcomes = {statement.outcome(access) for statement in self._statements}
        order = (Outcome.DENY, Outcome.ALLOW, Outcome.DELEGATED)
        return next((outcome for outcome in order if outcome in outcomes), Outcome.NEITHER)

    def check(self) -> None:
        """Raise NotEnforcedHere now for any condition that is unknown here."""
        for statement in self._statements:
            statement.check_resources()
            _ = statement.conditions


def read_policy(document: Mapping[str, Any], *, resource_prefix: str | None = None) -> Policy:
    """Read a document; ValueError when it is none.

    With `resource_prefix` (`arn:…:api-id`) it is the API's resource policy: statements name principals, and
    `execute-api:/stage/…` stands for `arn:…:api-id/stage/…`.
    """
    if not isinstance(document, Mapping) or not isinstance(document.get("Statement"), list | dict):
        raise ValueError("a policy document has a Statement")
    return Policy(
        tuple(_read_statement(written, resource_prefix) for written in _list(document["Statement"]))
    )


@lru_cache(maxsize=512)
def read_identity_policy(text: str) -> Policy:
    """An identity's policy document as IAM keeps it."""
    return read_policy(json.loads(text))


def evaluate_layers(layers: Iterable[Iterable[str]], access: Access) -> Outcome:
    """An identity's policies, its boundary, its session policy: each layer must allow, none may deny."""
    outcomes = [{read_identity_policy(text).evaluate(access) for text in layer} for layer in layers]
    if any(Outcome.DENY in layer for layer in outcomes):
        return Outcome.DENY
    return Outcome.ALLOW if all(Outcome.ALLOW in layer for layer in outcomes) else Outcome.NEITHER


def _read_statement(written: Any, resource_prefix: str | None) -> _Statement:
    if not isinstance(written, Mapping) or written.get("Effect") not in ("Allow", "Deny"):
        raise ValueError("a statement's Effect is Allow or Deny")
    inverted = frozenset(name for name in ("Action", "Resource", "Principal") if f"Not{name}" in written)
    parts = {name: written.get(f"Not{name}" if name in inverted else name) for name in _PARTS}
    if parts["Action"] is None or (parts["Resource"] is None and resource_prefix is None):
        raise ValueError("a statement has an Action and a Resource")
    resources = tuple(_list(parts["Resource"] if parts["Resource"] is not None else "*"))
    if resource_prefix is not None:
        resources = tuple(_expand(resource, resource_prefix) for resource in resources)
    return _Statement(
        allows=written["Effect"] == "Allow",
        actions=tuple(_list(parts["Action"])),
        resources=resources,
        principals=None if resource_prefix is None else _principals(parts["Principal"]),
        inverted=inverted,
        written=dict(written),
    )


_PARTS = ("Action", "Resource", "Principal")


def _expand(resource: str, prefix: str) -> str:
    return prefix + resource.removeprefix("execute-api:") if resource.startswith("execute-api:") else resource


def _principals(written: Any) -> tuple[str, ...]:
    if isinstance(written, str):
        return (written,)
    if not isinstance(written, Mapping):
        raise NotEnforcedHere(reason="a statement of the resource policy names no principal")
    return tuple(name for names in written.values() for name in _list(names))


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]
