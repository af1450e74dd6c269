"""Whose access key it is and what that identity's policies say: moto's IAM, STS and Cognito, read live."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from moto.cognitoidp.models import cognitoidp_backends
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from scripts.local_stage.gateway.callers import Caller, Layers
from scripts.local_stage.gateway.policies import Principal

STAGE_KEY = "testing"
"""Access key and secret of the stage's own pair, which is the account's root."""


class MotoIdentities:
    """Looks in moto; users and roles of every account that the stage knows."""

    def __init__(self, account: str) -> None:
        self._account = account

    def find_caller(self, access_key_id: str) -> Caller | None:
        """The identity of an active access key."""
        if access_key_id == STAGE_KEY:
            root = Principal(f"arn:aws:iam::{self._account}:root", account=self._account)
            return Caller(STAGE_KEY, STAGE_KEY, None, None, self._account, None, root, None)
        for account in list(sts_backends):
            session = sts_backends[account]["aws"].get_assumed_role_from_access_key(access_key_id)
            if session is not None:
                return _session_caller(session)
        for account in list(iam_backends):
            backend = iam_backends[account]["aws"]
            user = backend.get_user_from_access_key_id(access_key_id)
            if user is not None:
                return _user_caller(backend, account, user, access_key_id)
        return None

    def find_user_pool(self, arn: str) -> Any | None:
        """The Cognito user pool with this ARN."""
        parts = arn.split(":", 5)
        if len(parts) < 6 or parts[2] != "cognito-idp":
            return None
        return cognitoidp_backends[parts[4]][parts[3]].user_pools.get(parts[5].removeprefix("userpool/"))

    def role_layers(self, role_arn: str) -> Layers | None:
        """The policies of a role; None when there is no such role."""
        account = role_arn.split(":")[4]
        backend = iam_backends[account]["aws"]
        role = next((role for role in list(backend.roles.values()) if role.arn == role_arn), None)
        return None if role is None else _role_layers(backend, role)


def _session_caller(session: Any) -> Caller:
    account = session.role_arn.split(":")[4]
    layers = MotoIdentities(account).role_layers(session.role_arn) or ((),)
    if session.policy:
        layers = (*layers, (session.policy,))
    return Caller(
        access_key_id=session.access_key_id,
        secret=session.secret_access_key,
        token=session.session_token,
        expires=session.expiration.replace(tzinfo=session.expiration.tzinfo or dt.UTC).timestamp(),
        user_id=session.user_id,
        user_name=None,
        principal=Principal(session.arn, session.role_arn, account),
        layers=layers,
    )


def _user_caller(backend: Any, account: str, user: Any, access_key_id: str) -> Caller | None:
    key = user.get_access_key_by_id(access_key_id)
    if key.status != "Active":
        return None
    holders = [user, *backend.get_groups_for_user(user.name)]
    documents = tuple(document for holder in holders for document in _documents(holder))
    principal = Principal(user.arn, account=account)
    return Caller(
        access_key_id, key.secret_access_key, None, None, user.id, user.name, principal, (documents,)
    )


def _role_layers(backend: Any, role: Any) -> Layers:
    own = tuple(_documents(role))
    boundary = backend.managed_policies.get(role.permissions_boundary_arn)
    return (own,) if boundary is None else (own, (_current(boundary),))


def _documents(holder: Any) -> Iterator[str]:
    """Inline and attached policies of a user, group or role."""
    yield from holder.policies.values()
    for policy in holder.managed_policies.values():
        yield _current(policy)


def _current(policy: Any) -> str:
    """The default version of a managed policy."""
    return next(str(version.document) for version in policy.versions if version.is_default)
