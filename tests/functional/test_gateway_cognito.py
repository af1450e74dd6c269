"""Cognito user pools at the gateway: tokens that moto's pools sign."""

import base64
import hmac
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from moto.cognitoidp.models import cognitoidp_backends

from tests.functional.authorized_api import CORS, HEADER, guarded, policy, statement
from tests.functional.gateway_stage import ACCOUNT, REGION, Reply, Stage, proxy_answer, running_stage

pytestmark = pytest.mark.functional

PASSWORD = "Correct-horse-1"


class Pool:
    """A user pool with a client and a user in a group."""

    def __init__(self, name: str) -> None:
        self._cognito = boto3.client("cognito-idp", region_name=REGION)
        pool = self._cognito.create_user_pool(PoolName=name)["UserPool"]
        self.id, self.arn = pool["Id"], pool["Arn"]
        where = {"UserPoolId": self.id}
        self.client = self._cognito.create_user_pool_client(**where, ClientName="web")["UserPoolClient"][
            "ClientId"
        ]
        self._cognito.admin_create_user(**where, Username="ann", TemporaryPassword=PASSWORD)
        self._cognito.admin_set_user_password(**where, Username="ann", Password=PASSWORD, Permanent=True)
        for group in ("a", "b"):
            self._cognito.create_group(**where, GroupName=group)
            self._cognito.admin_add_user_to_group(**where, GroupName=group, Username="ann")

    def log_in(self) -> dict[str, str]:
        """IdToken, AccessToken."""
        answer = self._cognito.admin_initiate_auth(
            UserPoolId=self.id,
            ClientId=self.client,
            AuthFlow="ADMIN_NO_SRP_AUTH",
            AuthParameters={"USERNAME": "ann", "PASSWORD": PASSWORD},
        )
        result: dict[str, str] = answer["AuthenticationResult"]
        return result

    def forge(self, key: RSAKey | None = None, **claims: Any) -> str:
        """A token of the pool's client with other claims, or another key."""
        own = cognitoidp_backends[ACCOUNT][REGION].user_pools[self.id].json_web_key
        issuer = f"https://cognito-idp.{REGION}.amazonaws.com/{self.id}"
        whole = {"iss": issuer, "aud": self.client, "token_use": "id", "exp": 4_000_000_000, **claims}
        return jwt.encode({"alg": "RS256", "kid": "dummy"}, whole, key or own)


def scheme(*pools: Pool, **authorizer: Any) -> dict[str, Any]:
    """The security scheme of an authorizer for these pools."""
    return {
        **HEADER,
        "x-amazon-apigateway-authtype": "cognito_user_pools",
        "x-amazon-apigateway-authorizer": {
            "type": "cognito_user_pools",
            "providerARNs": [pool.arn for pool in pools],
            **authorizer,
        },
    }


@pytest.fixture
def stage() -> Iterator[Stage]:
    with running_stage() as running:
        running.function.answers += [proxy_answer()] * 20
        yield running


@pytest.fixture
def pool(stage: Stage) -> Pool:
    return Pool("users")


def _send(stage: Stage, token: str) -> Reply:
    return stage.send(json={}, headers={"Authorization": token})


def test_an_id_token_passes_and_its_claims_reach_the_function(stage: Stage, pool: Pool) -> None:
    """With or without `Bearer`; claims are texts."""
    stage.deploy(guarded(scheme(pool)))
    token = pool.log_in()["IdToken"]

    assert [_send(stage, shown).status for shown in (token, f"Bearer {token}")] == [200, 200]
    claims = stage.function.event["requestContext"]["authorizer"]["claims"]
    assert (claims["cognito:username"], claims["aud"]) == ("ann", pool.client)
    assert sorted(claims["cognito:groups"].split(",")) == ["a", "b"]
    assert claims["exp"].isdigit()


def test_claims_in_access_log_and_gateway_response(stage: Stage, pool: Pool) -> None:
    """`$context.authorizer.claims.…`."""
    stage.deploy(guarded(scheme(pool)))
    stage.set_stage(
        accessLogSettings__destinationArn=f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:access",
        accessLogSettings__format="$context.authorizer.claims.token_use $context.authorizer.claims.nobody",
    )

    _send(stage, pool.log_in()["IdToken"])

    assert stage.log.lines[0][2] == "id -"


def test_no_token_and_bad_tokens_are_unauthorized(stage: Stage, pool: Pool) -> None:
    """Missing, garbage, another key, no signature, another pool, unknown client, an access token."""
    stage.deploy(guarded(scheme(pool), gateway_responses=CORS))
    unsigned = pool.log_in()["IdToken"].rpartition(".")[0] + "."
    bad = [
        "x",
        "a.b.c",
        unsigned,
        pool.forge(RSAKey.generate_key(2048)),
        Pool("others").log_in()["IdToken"],
        pool.forge(aud="nobody"),
        pool.log_in()["AccessToken"],
    ]

    replies = [stage.send(json={}), *(_send(stage, token) for token in bad)]

    assert {(reply.status, reply.body) for reply in replies} == {(401, b'{"message":"Unauthorized"}')}
    assert {reply.headers["x-amzn-ErrorType"] for reply in replies} == {"UnauthorizedException"}
    assert {reply.headers["Access-Control-Allow-Origin"] for reply in replies} == {"*"}
    assert stage.send("OPTIONS").status == 204
    assert stage.function.calls == []


def test_an_expired_token_is_named(stage: Stage, pool: Pool) -> None:
    """AWS's words."""
    stage.deploy(guarded(scheme(pool)))

    reply = _send(stage, pool.forge(exp=stage.now))

    assert (reply.status, reply.json()) == (401, {"message": "The incoming token has expired"})
    assert _send(stage, pool.forge(exp=stage.now + 1)).status == 200


def test_scopes_ask_for_an_access_token_that_has_one(stage: Stage, pool: Pool) -> None:
    """An id token is no good then."""
    stage.deploy(guarded(scheme(pool), "scores/read", "aws.cognito.signin.user.admin"))
    tokens = pool.log_in()
    other = pool.forge(token_use="access", client_id=pool.client, scope="scores/write")

    shown = (tokens["AccessToken"], tokens["IdToken"], other)
    assert [_send(stage, token).status for token in shown] == [200, 401, 401]


def test_a_tokens_algorithm_is_not_the_clients_choice(stage: Stage, pool: Pool) -> None:
    """`alg: none`, and HMAC with the public key as the secret."""
    stage.deploy(guarded(scheme(pool)))
    _, claims, _ = pool.log_in()["IdToken"].split(".")
    public = cognitoidp_backends[ACCOUNT][REGION].user_pools[pool.id].json_web_key.as_pem(private=False)

    def signed(algorithm: str) -> str:
        text = f"{_base64(json.dumps({'alg': algorithm}).encode())}.{claims}"
        return (
            f"{text}.{_base64(hmac.digest(public, text.encode(), 'sha256')) if algorithm != 'none' else ''}"
        )

    assert [_send(stage, signed(algorithm)).status for algorithm in ("none", "HS256")] == [401, 401]


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_a_pool_that_is_gone_is_a_configuration_error(stage: Stage, pool: Pool) -> None:
    """AWS: failing to connect to an authorizer."""
    stage.deploy(guarded(scheme(pool)))
    token = pool.log_in()["IdToken"]
    boto3.client("cognito-idp", region_name=REGION).delete_user_pool(UserPoolId=pool.id)

    reply = _send(stage, token)

    assert (reply.status, reply.json()) == (500, {"message": None})
    assert reply.headers["x-amzn-ErrorType"] == "AuthorizerConfigurationException"


def test_a_resource_policy_must_allow_besides(stage: Stage, pool: Pool) -> None:
    """A good token is not enough when the policy is silent."""
    token = pool.log_in()["IdToken"]
    elsewhere = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    stage.deploy(guarded(scheme(pool), policy=policy(statement(Condition=elsewhere))))
    assert _send(stage, token).status == 403

    stage.deploy(guarded(scheme(pool), policy=policy(statement())))
    assert _send(stage, token).status == 200
