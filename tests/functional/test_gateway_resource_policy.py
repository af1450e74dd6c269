"""Resource policies at the gateway: by source address, path, endpoint and account."""

from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import ClientSession, TCPConnector

from tests.functional.authorized_api import guarded, policy, statement
from tests.functional.gateway_stage import (
    ACCOUNT,
    REGION,
    Stage,
    document,
    operation,
    proxy_answer,
    running_stage,
)

pytestmark = pytest.mark.functional


@pytest.fixture
def stage() -> Iterator[Stage]:
    with running_stage() as running:
        running.function.answers += [proxy_answer()] * 20
        yield running


def _serve(stage: Stage, *statements: dict[str, Any]) -> None:
    paths = {"/predict": {"post": operation(), "get": operation()}}
    stage.deploy(document(paths, policy=policy(*statements)))


def _from(stage: Stage, address: str) -> int:
    """POST /predict from a loopback address of choice; X-Forwarded-For claims another one."""

    async def send() -> int:
        connector = TCPConnector(local_addr=(address, 0))
        url = stage.client.make_url(f"/{stage.api_id}/beta/predict")
        claim = {"X-Forwarded-For": "127.0.0.1"}
        async with ClientSession(connector=connector) as session, session.post(url, headers=claim) as answer:
            return answer.status

    return stage._runner.run(send())


def test_only_listed_addresses_pass(stage: Stage) -> None:
    """By the connection's address, whatever X-Forwarded-For says."""
    networks = ["127.0.0.2/31", "192.0.2.1"]
    _serve(stage, statement(Condition={"IpAddress": {"aws:SourceIp": networks}}))

    assert [_from(stage, f"127.0.0.{last}") for last in (1, 2, 3, 4)] == [403, 200, 200, 403]


def test_allow_all_and_deny_the_rest(stage: Stage) -> None:
    """The pattern of AWS's documentation; the refusal is in AWS's words."""
    deny = statement("Deny", Condition={"NotIpAddress": {"aws:SourceIp": "127.0.0.2"}})
    _serve(stage, statement(), deny)

    assert _from(stage, "127.0.0.2") == 200
    refused = stage.send()
    assert (refused.status, refused.headers["x-amzn-ErrorType"]) == (403, "AccessDeniedException")
    assert refused.json() == {
        "Message": "User: anonymous is not authorized to perform: execute-api:Invoke on resource: "
        f"arn:aws:execute-api:{REGION}:********{ACCOUNT[-4:]}:{stage.api_id}/beta/POST/predict"
        " with an explicit deny"
    }


def test_a_policy_that_is_silent_denies(stage: Stage) -> None:
    """No statement about this method, or none at all."""
    _serve(stage, statement(resource="execute-api:/beta/GET/predict"))
    assert (stage.send("GET").status, stage.send().status) == (200, 403)

    _serve(stage)
    assert stage.send().json()["Message"].endswith("/beta/POST/predict")


@pytest.mark.parametrize("spelled", ["/predic%74", "//predict", "/predict/"])
def test_another_spelling_of_the_path_does_not_dodge_a_deny(stage: Stage, spelled: str) -> None:
    """What routes to the method is judged as the method's path."""
    _serve(stage, statement(), statement("Deny", "execute-api:/*/POST/predict"))

    assert stage.send(path=spelled).status == 403
    assert stage.send("GET").status == 200


def test_no_request_comes_from_a_vpc_endpoint_here(stage: Stage) -> None:
    """So a policy that denies all others denies everything, as AWS does from outside."""
    elsewhere = statement("Deny", Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-1"}})
    _serve(stage, statement(), elsewhere)

    assert stage.send().status == 403


def test_a_principal_other_than_everyone_needs_a_signature(stage: Stage) -> None:
    """An open method's callers are anonymous."""
    _serve(stage, statement(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))

    assert stage.send().status == 403


def test_an_unknown_condition_closes_the_api(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """Every request, whether the statement matters or not; the log says why."""
    _serve(stage, statement(), statement("Deny", Condition={"StringLike": {"aws:TagKeys": "a"}}))

    assert stage.send().status == 500
    assert "condition key aws:TagKeys, unknown to the local stage" in caplog.text


def test_a_change_of_the_policy_works_by_a_deployment(stage: Stage) -> None:
    """As everything else of the API."""
    _serve(stage, statement())
    closed = '{"Version": "2012-10-17", "Statement": []}'
    patch = [{"op": "replace", "path": "/policy", "value": closed}]
    stage.control.update_rest_api(restApiId=stage.api_id, patchOperations=patch)
    assert stage.send().status == 200

    stage.control.create_deployment(restApiId=stage.api_id, stageName="beta")
    assert stage.send().status == 403


def test_a_preflight_passes_the_policy_too(stage: Stage) -> None:
    """AWS judges OPTIONS by the resource policy: a statement has to allow it."""
    iam = {"type": "apiKey", "name": "Authorization", "in": "header"}
    iam["x-amazon-apigateway-authtype"] = "awsSigv4"
    account = statement(Principal={"AWS": ACCOUNT})
    stage.deploy(guarded(iam, policy=policy(account)))
    assert stage.send("OPTIONS").status == 403

    stage.deploy(guarded(iam, policy=policy(account, statement(resource="execute-api:/*/OPTIONS/*"))))
    assert stage.send("OPTIONS").status == 204
