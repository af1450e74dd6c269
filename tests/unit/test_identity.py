"""How a caller says who it is, a kind of auth at a time."""

import pytest
import requests
from botocore.credentials import Credentials

from scripts.smoke.identity import Caller, Identity, MissingIdentity

pytestmark = pytest.mark.unit

URL = "https://abc.execute-api.us-east-2.amazonaws.com/beta/predict"
CALLER = Caller(
    "k",
    {"cognito": "c", "lambda_authorizer": "a"},
    lambda: Credentials("AKID", "secret", "session"),
    region="eu-west-1",
    authorizer_header="X-Partner",
)


def sent(identity: Identity, url: str = URL) -> dict[str, str]:
    """The headers of a request."""
    headers = {"content-type": "application/json"}
    request = requests.Request("POST", url, headers=headers, data=b"{}", auth=identity).prepare()
    return {name.lower(): str(value) for name, value in request.headers.items()}


@pytest.mark.parametrize(
    ("kind", "headers"),
    [
        ("none", {}),
        ("api_key", {"x-api-key": "k"}),
        ("cognito", {"x-api-key": "k", "authorization": "c"}),
        ("lambda_authorizer", {"x-api-key": "k", "x-partner": "a"}),
    ],
)
def test_a_kind_of_auth_has_its_header(kind: str, headers: dict[str, str]) -> None:
    """Beside a key, where there is one and the route isn't open."""
    found = sent(CALLER.identify(kind))
    assert {name: found[name] for name in found if name not in ("content-type", "content-length")} == headers


def test_a_signature_is_for_the_region_of_the_address_and_covers_the_key() -> None:
    """The session's token is signed; what a proxy may change is not."""
    headers = sent(CALLER.identify("iam"))
    assert "/us-east-2/execute-api/aws4_request" in headers["authorization"]
    signed = headers["authorization"].partition("SignedHeaders=")[2].partition(",")[0]
    assert signed == "content-type;host;x-amz-date;x-amz-security-token;x-api-key"
    assert headers["x-amz-security-token"] == "session"


def test_a_domain_of_ones_own_names_no_region() -> None:
    """Then it is the target's; a caller without one is told."""
    url = "https://models.example.com/predict"
    assert "/eu-west-1/execute-api/" in sent(CALLER.identify("iam"), url)["authorization"]
    nowhere = Caller(find_credentials=lambda: Credentials("a", "b"))
    with pytest.raises(MissingIdentity):
        sent(nowhere.identify("iam"), url)


@pytest.mark.parametrize(
    ("kind", "repair"),
    [
        ("api_key", "API_KEY"),
        ("iam", "AWS_PROFILE"),
        ("cognito", "aws cognito-idp initiate-auth"),
        ("lambda_authorizer", "export AUTHORIZER_TOKEN="),
    ],
)
def test_a_missing_identity_says_how_to_get_one(kind: str, repair: str) -> None:
    """Before anything is sent."""
    with pytest.raises(MissingIdentity, match=repair):
        Caller().identify(kind)


@pytest.mark.parametrize("kind", ["api_key", "iam", "cognito", "lambda_authorizer"])
def test_a_wrong_identity_is_of_the_same_kind(kind: str) -> None:
    """The same headers, other values in the one that matters."""
    right, wrong = sent(CALLER.identify(kind)), sent(CALLER.wrong_identity(kind))
    decisive = {"api_key": "x-api-key", "lambda_authorizer": "x-partner"}.get(kind, "authorization")
    assert right.keys() == wrong.keys()
    assert {name for name in right if right[name] != wrong[name]} - {"x-amz-date"} == {decisive}
    assert decisive not in sent(CALLER.without_identity(kind))
