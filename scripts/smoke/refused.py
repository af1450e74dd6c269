"""What to do where the right identity was shown and refused."""

from collections.abc import Mapping
from typing import Any

_REPAIRS = {
    "invalid_api_key": "no usage plan of this stage has the key that was shown: make apply, if it is the "
    "stack's own; else take one of the stage's (a new one is good after a minute)",
    "access_denied": "the caller isn't let in: by the API's resource policy (from where), IAM or the "
    "authorizer (who); run this from where callers are, as one of them",
    "filtered": "the firewall refuses this machine's requests: see its rules and log (variable waf)",
    "invalid_signature": "sign as someone of this account: aws sts get-caller-identity says who you are",
    "expired_token": "log in again (aws sso login), then run it again",
    "unauthorized": "the token isn't good here: is it of this pool, an ID token unless the API asks for "
    "scopes, and still valid?",
}


def repair_of_refusal(problem: Mapping[str, Any] | None) -> str | None:
    """Say what to do about a refusal, by the code of its problem document; None for any other answer."""
    return _REPAIRS.get(str((problem or {}).get("code", "")))
