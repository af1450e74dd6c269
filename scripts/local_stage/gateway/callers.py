"""Who calls, and what authorization asks the control plane about it."""

from dataclasses import dataclass
from typing import Any, Protocol

from scripts.local_stage.gateway.policies import Principal

Layers = tuple[tuple[str, ...], ...]
"""Documents of an identity's policies; of its boundary; of its session policy. Each layer must allow."""


@dataclass(frozen=True, slots=True)
class Caller:
    """An IAM identity with one of its access keys."""

    access_key_id: str
    secret: str
    token: str | None
    expires: float | None
    """Epoch seconds; None: never."""
    user_id: str
    user_name: str | None
    principal: Principal
    layers: Layers | None
    """None: the account's root, which needs no policy."""


class Identities(Protocol):
    """What authorization asks the control plane."""

    def find_caller(self, access_key_id: str) -> Caller | None:
        """The identity of an active access key."""

    def find_user_pool(self, arn: str) -> Any | None:
        """The Cognito user pool with this ARN."""

    def role_layers(self, role_arn: str) -> Layers | None:
        """The policies of a role; None when there is no such role."""
