"""May this caller invoke this endpoint? Its identity's policies decide, read at each request.

IAM's logic is `gateway/policies.py`'s. Not done here: the signature is not verified, a session does not
expire, and of all of AWS's APIs this is the only one that asks.
"""

import datetime as dt
import json
import re
import time
from collections.abc import Callable, Mapping

from scripts.local_stage.gateway.access_values import identity_values
from scripts.local_stage.gateway.callers import Caller, Identities
from scripts.local_stage.gateway.policies import Access, Outcome, evaluate_layers
from scripts.local_stage.gateway.refusals import NotEnforcedHere
from scripts.local_stage.sagemaker_runtime.replies import HttpReply, refuse

ACTION = "sagemaker:InvokeEndpoint"
_IN_HEADER = re.compile(r"\bCredential=([^/,\s]+)/\d+/([^/]+)/")
_IN_QUERY = re.compile(r"(?:^|&)X-Amz-Credential=([^/&%]+)(?:/|%2F)\d+(?:/|%2F)([^/&%]+)", re.IGNORECASE)


class EndpointAccess:
    """Judges calls of InvokeEndpoint."""

    def __init__(self, identities: Identities, account: str, clock: Callable[[], float] = time.time) -> None:
        self._identities = identities
        self._account = account
        self._clock = clock

    def judge(self, endpoint: str, headers: Mapping[str, str], query: str) -> HttpReply | None:
        """Return the refusal, None when the caller may. `headers` don't regard case."""
        signed = _IN_HEADER.search(headers.get("Authorization", "")) or _IN_QUERY.search(query)
        if signed is None:
            return refuse(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
        caller = self._identities.find_caller(signed[1])
        if caller is None:
            text = "The security token included in the request is invalid."
            return refuse(403, "UnrecognizedClientException", text)
        if caller.layers is None:
            return None
        resource = f"arn:aws:sagemaker:{signed[2]}:{self._account}:endpoint/{endpoint.lower()}"
        access = Access(ACTION, resource, caller.principal, self._values(caller, signed[2]))
        try:
            outcome = evaluate_layers(caller.layers, access)
        except NotEnforcedHere as error:
            return refuse(501, "NotImplemented", str(error))
        except json.JSONDecodeError as error:
            return refuse(501, "NotImplemented", f"a policy of {caller.principal.arn} is no JSON: {error}")
        return None if outcome is Outcome.ALLOW else _denied(caller, resource, outcome)

    def _values(self, caller: Caller, region: str) -> dict[str, str]:
        now = self._clock()
        return identity_values(caller) | {
            "aws:sourceip": "127.0.0.1",
            "aws:securetransport": "true",
            "aws:requestedregion": region,
            "aws:epochtime": str(int(now)),
            "aws:currenttime": dt.datetime.fromtimestamp(now, dt.UTC).isoformat(),
        }


def _denied(caller: Caller, resource: str, outcome: Outcome) -> HttpReply:
    """AWS's words: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"""
    why = (
        "with an explicit deny in an identity-based policy"
        if outcome is Outcome.DENY
        else f"because no identity-based policy allows the {ACTION} action"
    )
    who = caller.principal.arn
    text = f"User: {who} is not authorized to perform: {ACTION} on resource: {resource} {why}"
    return refuse(403, "AccessDeniedException", text)
