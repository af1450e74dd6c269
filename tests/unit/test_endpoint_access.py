"""Who may call InvokeEndpoint on the local stage."""

import json
from typing import Any

import pytest

from scripts.local_stage.endpoint_access import EndpointAccess
from scripts.local_stage.gateway.callers import Caller, Layers
from scripts.local_stage.gateway.policies import Principal

pytestmark = pytest.mark.unit

ACCOUNT = "123456789012"
ENDPOINT = f"arn:aws:sagemaker:eu-west-1:{ACCOUNT}:endpoint/bikes"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/bikes-lambda/bikes"
SIGNED = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=ASIA1/20260101/eu-west-1/sagemaker/aws4_request, "
    "SignedHeaders=host, Signature=0"
}


class OneSession:
    """Knows the key ASIA1 alone."""

    def __init__(self, layers: Layers | None) -> None:
        self._layers = layers

    def find_caller(self, access_key_id: str) -> Caller | None:
        if access_key_id != "ASIA1":
            return None
        role = Principal(SESSION, f"arn:aws:iam::{ACCOUNT}:role/bikes-lambda", ACCOUNT)
        return Caller("ASIA1", "secret", "token", None, "AROA:bikes", None, role, self._layers)

    def find_user_pool(self, arn: str) -> Any:
        raise AssertionError(arn)

    def role_layers(self, role_arn: str) -> Layers | None:
        raise AssertionError(role_arn)


def policy(effect: str = "Allow", **parts: Any) -> str:
    statement = {"Effect": effect, "Action": "sagemaker:InvokeEndpoint", "Resource": ENDPOINT, **parts}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def refusal(
    *documents: str, headers: dict[str, str] = SIGNED, query: str = ""
) -> tuple[int, str, str] | None:
    """Status, error and text of the refusal of a call of `bikes`; None when it may go on."""
    access = EndpointAccess(OneSession((documents,)), ACCOUNT, clock=lambda: 1767225600.0)
    reply = access.judge("bikes", headers, query)
    return (
        None
        if reply is None
        else (reply.status, reply.headers["x-amzn-ErrorType"], json.loads(reply.body)["message"])
    )


def test_a_role_may_call_what_its_policy_names() -> None:
    """By the endpoint's ARN, or a wildcard."""
    assert refusal(policy()) is None
    assert refusal(policy(Resource=f"{ENDPOINT[:-2]}*")) is None


@pytest.mark.parametrize(
    "documents",
    [
        (),
        (policy(Resource=ENDPOINT + "-other"),),
        (policy(Action="sagemaker:InvokeEndpointAsync"),),
        (policy(Condition={"StringEquals": {"aws:RequestedRegion": "eu-central-1"}}),),
    ],
)
def test_what_no_policy_allows_is_denied_in_the_words_of_aws(documents: tuple[str, ...]) -> None:
    """They name who, what and why."""
    assert refusal(*documents) == (
        403,
        "AccessDeniedException",
        f"User: {SESSION} is not authorized to perform: sagemaker:InvokeEndpoint on resource: {ENDPOINT} "
        "because no identity-based policy allows the sagemaker:InvokeEndpoint action",
    )


def test_a_deny_wins_and_is_named() -> None:
    """Whatever else allows."""
    refused = refusal(policy(), policy("Deny", Resource="*"))
    assert refused is not None
    assert refused[2].endswith("with an explicit deny in an identity-based policy")


def test_a_key_that_nobody_has_is_refused() -> None:
    """As AWS refuses it."""
    headers = {"Authorization": SIGNED["Authorization"].replace("ASIA1", "ASIA2")}
    assert refusal(policy(), headers=headers) == (
        403,
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    )


def test_a_call_without_a_signature_is_refused() -> None:
    """A header of another kind is none."""
    for headers in ({}, {"Authorization": "Basic YTpi"}):
        refused = refusal(policy(), headers=headers)
        assert refused is not None
        assert refused[1] == "MissingAuthenticationTokenException"


def test_a_presigned_call_names_its_key_in_the_query() -> None:
    """Percent-encoded, as clients write it."""
    query = "X-Amz-Date=0&X-Amz-Credential=ASIA1%2F20260101%2Feu-west-1%2Fsagemaker%2Faws4_request"
    assert refusal(policy(), headers={}, query=query) is None


def test_a_condition_that_is_unknown_here_closes() -> None:
    """It says so instead of guessing."""
    refused = refusal(policy(Condition={"StringEquals": {"sagemaker:TargetModel": "a"}}))
    assert refused is not None
    assert refused[:2] == (501, "NotImplemented")
    assert "sagemaker:TargetModel, unknown to the local stage" in refused[2]


def test_the_owner_of_the_account_may_call_everything() -> None:
    """The stage's own pair of keys."""
    assert EndpointAccess(OneSession(None), ACCOUNT).judge("bikes", SIGNED, "") is None
