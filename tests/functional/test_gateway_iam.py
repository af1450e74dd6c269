"""AWS_IAM at the gateway: signatures that botocore made, and the policies of who made them."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.iam.models import iam_backends
from yarl import URL

from tests.functional.authorized_api import CORS, IAM, Signer, guarded, policy, statement
from tests.functional.gateway_stage import ACCOUNT, REGION, Stage, proxy_answer, running_stage

pytestmark = pytest.mark.functional

BODY = b"{}"


@pytest.fixture
def stage() -> Iterator[Stage]:
    with running_stage() as running:
        running.function.answers += [proxy_answer()] * 50
        running.deploy(guarded(IAM, gateway_responses=CORS))
        yield running


@pytest.fixture
def signer(stage: Stage) -> Signer:
    return Signer(stage)


def _user(stage: Stage, document: Any = None, name: str = "ann") -> tuple[Signer, Any]:
    iam = boto3.client("iam")
    user = iam.create_user(UserName=name)["User"]
    if document is not None:
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(document))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return Signer(stage, key["AccessKeyId"], key["SecretAccessKey"]), user


def _allow(resource: str = "*", effect: str = "Allow", **parts: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": "execute-api:Invoke", "Resource": resource, **parts}


def _post(stage: Stage, signer: Signer, path: str = "/predict", **how: Any) -> Any:
    return stage.send(path=path, data=BODY, headers=signer.headers("POST", path, BODY, **how))


def test_the_stages_own_pair_is_the_accounts_root(stage: Stage, signer: Signer) -> None:
    """The event says who signed."""
    assert _post(stage, signer).status == 200

    identity = stage.function.event["requestContext"]["identity"]
    assert identity["userArn"] == f"arn:aws:iam::{ACCOUNT}:root"
    assert (identity["accountId"], identity["accessKey"]) == (ACCOUNT, "testing")


@pytest.mark.parametrize(
    "path", ["/predict?b=2&a=1&a=%20x%2F&c", "/predict?q=a%3Db", "/predict/", "//predict"]
)
def test_whatever_botocore_signs_verifies(stage: Stage, signer: Signer, path: str) -> None:
    """Query strings, doubled and trailing slashes, headers with spaces."""
    headers = signer.headers("GET", path, b"", **{"X-Amz-Meta-Note": "a   b "})

    target = URL(f"/{stage.api_id}/beta{path}", encoded=True)
    assert stage.send_raw("GET", target, headers=headers).status == 200


def test_an_unsigned_request_is_refused_with_cors(stage: Stage) -> None:
    """AWS's words, and what the gateway response adds."""
    reply = stage.send(data=BODY)

    assert (reply.status, reply.json()) == (403, {"message": "Missing Authentication Token"})
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert reply.headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"
    assert stage.send("OPTIONS").status == 204
    assert stage.function.calls == []


def test_what_was_not_signed_is_refused(
    stage: Stage, signer: Signer, caplog: pytest.LogCaptureFixture
) -> None:
    """Another body, query, method, path, host or secret."""
    headers = signer.headers()
    other = Signer(stage, "testing", "wrong").headers()

    replies = [
        stage.send(data=b'{"a":1}', headers=headers),
        stage.send(path="/predict?a=1", data=BODY, headers=headers),
        stage.send("GET", headers=headers),
        stage.send(data=BODY, headers={**headers, "Host": "other"}),
        stage.send(data=BODY, headers={**headers, "X-Amz-Content-SHA256": "0" * 64}),
        stage.send(data=BODY, headers=other),
    ]

    assert [reply.status for reply in replies] == [403] * 6
    assert {reply.headers["x-amzn-ErrorType"] for reply in replies} == {"InvalidSignatureException"}
    assert replies[0].json()["message"].startswith("The request signature we calculated does not match")
    assert "Signature=" not in caplog.text


@pytest.mark.parametrize("how", [{"service": "lambda"}, {"region": "us-east-1"}])
def test_the_credential_scope_is_this_service_and_region(
    stage: Stage, signer: Signer, how: dict[str, str]
) -> None:
    """A signature for something else is no good here."""
    reply = _post(stage, signer, **how)

    assert (reply.status, reply.headers["x-amzn-ErrorType"]) == (403, "InvalidSignatureException")
    assert "Credential should be scoped to" in reply.json()["message"]


@pytest.mark.parametrize(("seconds", "status"), [(300, 200), (301, 403), (-300, 200), (-301, 403)])
def test_clocks_may_differ_by_five_minutes(stage: Stage, signer: Signer, seconds: int, status: int) -> None:
    """Both ways."""
    headers = signer.headers()
    stage.now += seconds

    assert stage.send(data=BODY, headers=headers).status == status


def test_a_presigned_request_lives_as_long_as_it_says(stage: Stage, signer: Signer) -> None:
    """Signature in the query string."""
    target = signer.target(expires=60)

    def status() -> int:
        return stage.send_raw("GET", target).status

    assert status() == 200
    stage.now += 61
    assert status() == 403
    assert stage.send_raw("GET", signer.target() + "&a=1").status == 403


@pytest.mark.parametrize("shown", ["Bearer abc", "AWS4-HMAC-SHA256 Credential=a/b", "AWS4-HMAC-SHA256 x"])
def test_a_broken_authorization_header_is_named_but_not_echoed(stage: Stage, shown: str) -> None:
    """AWS echoes it; a token that stands there by mistake stays out of answers and logs."""
    reply = stage.send(data=BODY, headers={"Authorization": shown})

    assert (reply.status, reply.headers["x-amzn-ErrorType"]) == (403, "IncompleteSignatureException")
    assert shown not in reply.body.decode()


def test_a_users_policy_decides(stage: Stage) -> None:
    """Exactly one method is allowed; the refusal names user and resource, with the account masked."""
    arn = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{stage.api_id}/beta/POST/predict"
    signer, user = _user(stage, policy(_allow(arn)))

    assert _post(stage, signer).status == 200
    assert stage.function.event["requestContext"]["identity"]["user"] == user["UserId"]
    refused = stage.send("GET", headers=signer.headers("GET", body=b""))

    assert (refused.status, refused.headers["x-amzn-ErrorType"]) == (403, "AccessDeniedException")
    assert refused.json() == {
        "Message": f"User: {user['Arn']} is not authorized to perform: execute-api:Invoke on resource: "
        f"arn:aws:execute-api:{REGION}:********9012:{stage.api_id}/beta/GET/predict"
        " because no identity-based policy allows the execute-api:Invoke action"
    }


def test_a_deny_wins_and_groups_count(stage: Stage) -> None:
    """The group allows, the user's own policy denies GET."""
    signer, user = _user(stage, policy(_allow("arn:aws:execute-api:*:*:*/GET/predict", "Deny")))
    iam = boto3.client("iam")
    iam.create_group(GroupName="g")
    iam.put_group_policy(GroupName="g", PolicyName="p", PolicyDocument=json.dumps(policy(_allow())))
    iam.add_user_to_group(GroupName="g", UserName=user["UserName"])

    assert _post(stage, signer).status == 200
    refused = stage.send("GET", headers=signer.headers("GET", body=b""))
    assert refused.json()["Message"].endswith("/GET/predict with an explicit deny")


def test_unknown_and_inactive_keys_hear_the_same(stage: Stage) -> None:
    """No telling whether the key exists."""
    signer, user = _user(stage, policy(_allow()))
    (key,) = boto3.client("iam").list_access_keys(UserName=user["UserName"])["AccessKeyMetadata"]
    boto3.client("iam").update_access_key(
        UserName=user["UserName"], AccessKeyId=key["AccessKeyId"], Status="Inactive"
    )

    for refused in (_post(stage, signer), _post(stage, Signer(stage, "AKIANOBODY", "x"))):
        assert refused.status == 403
        assert refused.json() == {"message": "The security token included in the request is invalid."}


def test_a_role_that_is_assumed(stage: Stage) -> None:
    """Its managed policy counts, its session token must be shown, and it expires."""
    iam = boto3.client("iam")
    trust = json.dumps(policy({"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}))
    role = iam.create_role(RoleName="caller", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    document = json.dumps(policy(_allow()))
    managed = iam.create_policy(PolicyName="invoke", PolicyDocument=document)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="caller", PolicyArn=managed)
    session = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="me", DurationSeconds=900)
    pair = (session["Credentials"]["AccessKeyId"], session["Credentials"]["SecretAccessKey"])
    signer = Signer(stage, *pair, session["Credentials"]["SessionToken"])

    assert _post(stage, signer).status == 200
    who = stage.function.event["requestContext"]["identity"]["userArn"]
    assert who == f"arn:aws:sts::{ACCOUNT}:assumed-role/caller/me"
    assert _post(stage, Signer(stage, *pair)).headers["x-amzn-ErrorType"] == "UnrecognizedClientException"
    headers = signer.headers()
    stage.now += 901
    expired = stage.send(data=BODY, headers=headers)
    assert (expired.status, expired.headers["x-amzn-ErrorType"]) == (403, "ExpiredTokenException")


def test_an_unknown_condition_closes_and_says_so(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """Better closed than open."""
    condition = {"StringEquals": {"aws:PrincipalTag/team": "a"}}
    signer, _ = _user(stage, policy(_allow(Condition=condition)))

    assert _post(stage, signer).status == 500
    assert "condition key aws:PrincipalTag/team, unknown to the local stage" in caplog.text


def test_a_resource_policy_alone_may_allow_a_user_of_the_account(stage: Stage) -> None:
    """One allow is enough within an account; naming the account only delegates to its own policies."""
    signer, user = _user(stage)
    other, _ = _user(stage, name="bob")
    stage.deploy(guarded(IAM, policy=policy(statement(Principal={"AWS": user["Arn"]}))))

    assert [_post(stage, one).status for one in (signer, other)] == [200, 403]
    stage.deploy(guarded(IAM, policy=policy(statement(Principal={"AWS": ACCOUNT}))))
    assert _post(stage, signer).status == 403


def test_a_caller_of_another_account_needs_both_policies(stage: Stage) -> None:
    """Its own and the API's."""
    other = "210987654321"
    backend = iam_backends[other]["aws"]
    backend.create_role(
        role_name="caller",
        assume_role_policy_document="{}",
        path="/",
        permissions_boundary=None,
        description="",
        tags=[],
        max_session_duration="3600",
    )
    role = f"arn:aws:iam::{other}:role/caller"
    shown = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
    signer = Signer(stage, shown["AccessKeyId"], shown["SecretAccessKey"], shown["SessionToken"])
    named = policy(statement(Principal={"AWS": other}))

    stage.deploy(guarded(IAM, policy=named))
    assert _post(stage, signer).status == 403
    backend.put_role_policy("caller", "p", json.dumps(policy(_allow())))
    assert _post(stage, signer).status == 200
    stage.deploy(guarded(IAM))
    assert _post(stage, signer).status == 403
