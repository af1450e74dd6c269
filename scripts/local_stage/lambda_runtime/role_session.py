"""Whose credentials a sandbox has: those of a session of the function's role, as Lambda gives them."""

from dataclasses import dataclass

from moto.sts.models import sts_backends
from moto.utilities.utils import get_partition

from scripts.local_stage.lambda_runtime.functions import FunctionVersion

_SECONDS = 7 * 24 * 3600
"""Lambda renews them within 12 hours by replacing the sandbox; here nothing replaces one."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What stands in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN."""

    access_key_id: str
    secret_access_key: str
    session_token: str


STAGE_OWNER = Credentials("testing", "testing", "testing")
"""The account's root: may do everything."""


def role_session(function: FunctionVersion) -> Credentials:
    """Assume the function's role; the session is named after the function, as on Lambda.

    A role that is gone can be assumed too, and may do nothing.
    """
    backend = sts_backends[function.account][get_partition(function.region)]
    session = backend.assume_role(
        region_name=function.region,
        role_session_name=function.name,
        role_arn=function.role,
        policy="",
        duration=_SECONDS,
        external_id="",
    )
    return Credentials(session.access_key_id, session.secret_access_key, session.session_token)
