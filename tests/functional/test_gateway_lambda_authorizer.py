"""Lambda authorizers at the gateway: what they are asked, what their answers mean, how long they last."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from scripts.local_stage.lambda_runtime import InvokeResult, LambdaApiError
from scripts.local_stage.lambda_runtime.permissions import check_permission
from tests.functional.authorized_api import CORS, HEADER, guarded, policy, statement
from tests.functional.gateway_stage import (
    ACCOUNT,
    FUNCTION,
    INVOKE_URI,
    KEY_SCHEME,
    REGION,
    Stage,
    proxy_answer,
    result,
    running_stage,
)

pytestmark = pytest.mark.functional

AUTHORIZER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:authorizer"
TOKEN = {"Authorization": "Bearer a"}


@pytest.fixture
def stage() -> Iterator[Stage]:
    with running_stage() as running:
        yield running


def scheme(kind: str = "token", **authorizer: Any) -> dict[str, Any]:
    """The security scheme of an authorizer."""
    return {
        **HEADER,
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": {
            "type": kind,
            "authorizerUri": INVOKE_URI.replace(FUNCTION, AUTHORIZER),
            **authorizer,
        },
    }


def verdict(effect: str = "Allow", resource: str = "*", **more: Any) -> InvokeResult:
    """What an authorizer answers."""
    document = policy({"Effect": effect, "Action": "execute-api:Invoke", "Resource": resource})
    return result({"principalId": "ann", "policyDocument": document, **more})


def _calls(stage: Stage) -> list[str]:
    return [function.rpartition(":")[2] for function, *_ in stage.function.calls]


def test_a_token_is_handed_on_and_the_context_reaches_the_function(stage: Stage) -> None:
    """The event has three members; context values are texts."""
    stage.deploy(guarded(scheme()))
    context = {"tier": "gold", "level": 3, "trial": False}
    stage.function.answers += [verdict(context=context), proxy_answer()]

    assert stage.send(json={}, headers=TOKEN).status == 200

    (asked, qualifier, source, event), (_, _, _, call) = stage.function.calls
    arn = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{stage.api_id}"
    assert (asked, qualifier) == (AUTHORIZER, "live")
    assert event == {
        "type": "TOKEN",
        "methodArn": f"{arn}/beta/POST/predict",
        "authorizationToken": "Bearer a",
    }
    (authorizer,) = stage.control.get_authorizers(restApiId=stage.api_id)["items"]
    assert source is not None and source.source_arn == f"{arn}/authorizers/{authorizer['id']}"
    permission = {
        "Effect": "Allow",
        "Action": "lambda:InvokeFunction",
        "Resource": AUTHORIZER,
        "Principal": {"Service": "apigateway.amazonaws.com"},
        "Condition": {"ArnLike": {"AWS:SourceArn": f"{arn}/authorizers/*"}},
    }
    check_permission([permission], AUTHORIZER, source)
    seen = call["requestContext"]["authorizer"]
    assert seen.pop("integrationLatency") >= 0
    assert seen == {"principalId": "ann", "tier": "gold", "level": "3", "trial": "false"}


def test_a_request_authorizer_sees_the_request(stage: Stage) -> None:
    """Headers, query, path, stage variables; the cache is by all identity sources."""
    sources = "method.request.header.X-Team, method.request.querystring.user"
    stage.deploy(guarded(scheme("request", identitySource=sources)))
    stage.function.answers += [verdict(), *[proxy_answer()] * 2, verdict("Deny")]

    def send(user: str) -> int:
        return stage.send(path=f"/predict?user={user}", json={}, headers={"X-Team": "a"}).status

    assert [send("1"), send("1"), send("2")] == [200, 200, 403]
    event = stage.function.calls[0][3]
    assert (event["type"], event["resource"], event["httpMethod"]) == ("REQUEST", "/predict", "POST")
    assert event["queryStringParameters"] == {"user": "1"}
    assert event["headers"]["X-Team"] == "a"
    assert event["requestContext"]["identity"]["sourceIp"] == "127.0.0.1"


def test_a_missing_identity_source_is_refused_without_a_call(stage: Stage) -> None:
    """401, with the gateway response's headers; OPTIONS stays open."""
    stage.deploy(guarded(scheme(), gateway_responses=CORS))

    reply = stage.send(json={})

    assert (reply.status, reply.json()) == (401, {"message": "Unauthorized"})
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert stage.send("OPTIONS").status == 204
    assert stage.function.calls == []


def test_a_token_must_match_the_validation_expression(stage: Stage) -> None:
    """No call for one that doesn't."""
    stage.deploy(guarded(scheme(identityValidationExpression="Bearer [a-z]+")))
    stage.function.answers += [verdict(), proxy_answer()]

    shown = ("Bearer 1", "xBearer a", "Bearer a")
    statuses = [stage.send(json={}, headers={"Authorization": token}).status for token in shown]
    assert statuses == [401, 401, 200]


def test_verdicts_are_kept_for_the_ttl_and_judge_each_method(stage: Stage) -> None:
    """One call; the kept policy allows POST only."""
    stage.deploy(guarded(scheme(authorizerResultTtlInSeconds=60)))
    stage.function.answers += [
        verdict(resource="arn:aws:execute-api:*:*:*/beta/POST/predict"),
        proxy_answer(),
    ]

    assert stage.send(json={}, headers=TOKEN).status == 200
    refused = stage.send("GET", headers=TOKEN)
    assert (refused.status, refused.json()) == (
        403,
        {"message": "User is not authorized to access this resource"},
    )
    stage.now += 60
    stage.function.answers += [verdict("Deny")]
    denied = stage.send(json={}, headers=TOKEN)
    assert (denied.status, denied.headers["x-amzn-ErrorType"]) == (403, "AccessDeniedException")
    assert denied.json()["message"] == "User is not authorized to access this resource with an explicit deny"
    assert _calls(stage) == ["authorizer", "scorer", "authorizer"]


def test_no_ttl_asks_every_time(stage: Stage) -> None:
    """authorizerResultTtlInSeconds 0."""
    stage.deploy(guarded(scheme(authorizerResultTtlInSeconds=0)))
    stage.function.answers += [verdict(), proxy_answer()] * 2

    assert [stage.send(json={}, headers=TOKEN).status for _ in range(2)] == [200, 200]
    assert _calls(stage) == ["authorizer", "scorer"] * 2


@pytest.mark.parametrize("expression", ["[a-z&&[b]]", "(a"])
def test_an_expression_that_python_reads_otherwise_closes(
    stage: Stage, caplog: pytest.LogCaptureFixture, expression: str
) -> None:
    """Java's regular expressions have more than Python's."""
    stage.deploy(guarded(scheme(identityValidationExpression=expression)))

    assert stage.send(json={}, headers=TOKEN).status == 500
    assert "identity validation expression" in caplog.text


@pytest.mark.parametrize(
    ("answer", "status", "kind"),
    [
        (result({"errorMessage": "Unauthorized"}, error="Unhandled"), 401, "Unauthorized"),
        (result({"errorMessage": "no"}, error="Unhandled"), 500, "AuthorizerFailure"),
        (LambdaApiError(429, "TooManyRequestsException", "slow"), 500, "AuthorizerFailure"),
        (LambdaApiError(403, "AccessDeniedException", "no"), 500, "AuthorizerConfiguration"),
        (result("yes"), 500, "AuthorizerConfiguration"),
        (result({"principalId": "ann"}), 500, "AuthorizerConfiguration"),
        (verdict(principalId=None), 500, "AuthorizerConfiguration"),
        (verdict(effect="Maybe"), 500, "AuthorizerConfiguration"),
        (verdict(context={"a": ["b"]}), 500, "AuthorizerConfiguration"),
    ],
)
def test_an_authorizer_that_fails(stage: Stage, answer: Any, status: int, kind: str) -> None:
    """Nothing passes, nothing is kept, and the log doesn't show the token."""
    stage.deploy(guarded(scheme(), gateway_responses=CORS))
    stage.function.answers += [answer, answer]

    replies = [stage.send(json={}, headers=TOKEN) for _ in range(2)]

    assert {(reply.status, reply.headers["x-amzn-ErrorType"]) for reply in replies} == {
        (status, f"{kind}Exception")
    }
    assert replies[0].json() == {"message": "Unauthorized" if status == 401 else None}
    assert replies[0].headers["Access-Control-Allow-Origin"] == "*"


def test_credentials_need_a_role_that_may_invoke(stage: Stage) -> None:
    """Then the function's own policy isn't asked."""
    iam = boto3.client("iam")
    role = iam.create_role(RoleName="caller", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    stage.deploy(guarded(scheme(authorizerCredentials=role)))
    assert stage.send(json={}, headers=TOKEN).status == 500

    document = policy(
        {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": f"{AUTHORIZER}:live"}
    )
    iam.put_role_policy(RoleName="caller", PolicyName="p", PolicyDocument=str(document).replace("'", '"'))
    stage.function.answers += [verdict(), proxy_answer()]
    assert stage.send(json={}, headers=TOKEN).status == 200
    assert stage.function.calls[0][2] is None


def test_a_resource_policy_that_denies_spares_the_call(stage: Stage) -> None:
    """And one that allows makes up for an authorizer that is silent."""
    denying = policy(statement("Deny"))
    stage.deploy(guarded(scheme(), policy=denying))
    assert stage.send(json={}, headers=TOKEN).status == 403
    assert stage.function.calls == []

    stage.deploy(guarded(scheme(), policy=policy(statement())))
    stage.function.answers += [verdict(resource="arn:aws:execute-api:other"), proxy_answer()]
    assert stage.send(json={}, headers=TOKEN).status == 200


def test_an_authorizer_may_name_the_api_key(stage: Stage) -> None:
    """`usageIdentifierKey`, when the API takes its keys from the authorizer."""
    body = guarded(scheme(), api_key_source="AUTHORIZER")
    body["components"]["securitySchemes"] |= KEY_SCHEME
    body["paths"]["/predict"]["post"]["security"].append({"api_key": []})
    stage.deploy(body)
    key_id, value = stage.add_client("web")
    stage.function.answers += [verdict(usageIdentifierKey=value), proxy_answer(), verdict()]

    assert stage.send(json={}, headers=TOKEN).status == 200
    assert stage.function.event["requestContext"]["identity"]["apiKeyId"] == key_id
    refused = stage.send(json={}, headers={"Authorization": "b", "x-api-key": value})
    assert (refused.status, refused.body) == (403, b'{"message":"Forbidden"}')
