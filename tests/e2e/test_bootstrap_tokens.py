"""What the lines of docs/access.md that print a token ask of AWS, for bootstrap's extra `token_secrets`.

They run through a relay, which must see what tests/e2e/extra_calls.py says of the extra and no more; by that,
test_bootstrap_extras.py judges the roles' policies.
"""

import json
import re
import shutil
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from scripts import ROOT
from scripts.smoke.tokens import find_tokens
from tests.e2e.called_resources import ENVIRONMENT
from tests.e2e.extra_calls import LOGIN, everything_asked
from tests.e2e.policy_cases import Call
from tests.e2e.recorded_calls import recorded
from tests.own_stage import OwnStage

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("examples")]

SECRET = f"bike-rental-{ENVIRONMENT}-smoke-test"
USER, PASSWORD = "ann", "Correct-horse-1"


class Relayed(NamedTuple):
    """A stage with a pool and a login for it, reached through a relay."""

    environment: dict[str, str]
    calls: list[Call]


@pytest.fixture
def relayed(examples_stage: OwnStage) -> Iterator[Relayed]:
    """Logs in by a password that Secrets Manager keeps."""
    if shutil.which("aws") is None:
        pytest.skip("there is no AWS CLI on PATH")
    users, secrets = examples_stage.aws("cognito-idp"), examples_stage.aws("secretsmanager")
    pool = users.create_user_pool(PoolName=SECRET)["UserPool"]["Id"]
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    client = users.create_user_pool_client(UserPoolId=pool, ClientName="smoke-test", ExplicitAuthFlows=flows)
    users.admin_create_user(UserPoolId=pool, Username=USER)
    users.admin_set_user_password(UserPoolId=pool, Username=USER, Password=PASSWORD, Permanent=True)
    secrets.create_secret(Name=SECRET, SecretString=json.dumps({"USERNAME": USER, "PASSWORD": PASSWORD}))
    text = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")
    login, _, stored = re.findall(r"```\n(aws secretsmanager .*?)\n```", text, re.DOTALL)
    try:
        with recorded(examples_stage.environment["AWS_ENDPOINT_URL"]) as (url, asked):
            around = {
                **examples_stage.environment,
                "AWS_ENDPOINT_URL": url,
                "STACK": "bike-rental",
                "ENVIRONMENT": ENVIRONMENT,
                "COGNITO_TOKEN_COMMAND": login.replace("CLIENT", client["UserPoolClient"]["ClientId"]),
                "AUTHORIZER_TOKEN_COMMAND": stored,
            }
            yield Relayed(around, asked)
    finally:
        secrets.delete_secret(SecretId=SECRET, ForceDeleteWithoutRecovery=True)
        users.delete_user_pool(UserPoolId=pool)


@pytest.mark.parametrize("kind", ["cognito", "lambda_authorizer"])
def test_a_line_that_prints_a_token_asks_what_the_extra_allows(relayed: Relayed, kind: str) -> None:
    """To log in to a pool asks for no right: the request isn't signed."""
    token = find_tokens([], relayed.environment)[kind]
    assert (token.count(".") == 2) is (kind == "cognito")
    assert relayed.calls == [Call("secretsmanager:GetSecretValue", LOGIN)]
    for role in ("plan", "apply"):
        assert everything_asked("token_secrets", role) == relayed.calls
