"""Canaries of a stage: which requests go to the other deployment, and what they see there."""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.functional.gateway_stage import (
    ACCOUNT,
    INVOKE_URI,
    PROXY,
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
    """`beta` serves /old to 90 % and /new to 10 % of the requests."""
    with running_stage() as running:
        running.function.answers += [proxy_answer()] * 300
        coloured = {**PROXY, "uri": INVOKE_URI.replace(":live", ":${stageVariables.colour}")}
        running.deploy(document({"/old": {"get": operation(coloured)}}))
        running.set_stage(variables__colour="blue", variables__size="s")
        body = json.dumps(document({"/new": {"get": operation(coloured)}}))
        running.control.put_rest_api(restApiId=running.api_id, mode="overwrite", body=body)
        canary = running.control.create_deployment(restApiId=running.api_id)["id"]
        _patch(running, deploymentId=canary, percentTraffic="10.000000")
        running.patch_stage(
            [{"op": "add", "path": "/canarySettings/stageVariableOverrides/colour", "value": "green"}]
        )
        yield running


def _patch(stage: Stage, **values: str) -> None:
    stage.patch_stage(
        [{"op": "replace", "path": f"/canarySettings/{k}", "value": v} for k, v in values.items()]
    )


def test_the_share_of_the_canary_goes_to_its_deployment(stage: Stage) -> None:
    """10 %: a draw below 0.1."""
    stage.dice += [0.0999, 0.1, 0.0999, 0.1]

    assert [stage.send("GET", path).status for path in ("/new", "/new", "/old", "/old")] == [
        200,
        403,
        403,
        200,
    ]


def test_the_share_is_kept_over_many_requests(stage: Stage) -> None:
    """200 draws of a seeded source: 20 expected, 3 standard deviations are 13."""
    source = random.Random(5)
    stage.dice += [source.random() for _ in range(200)]

    hits = sum(stage.send("GET", "/new").status == 200 for _ in range(200))

    assert 7 <= hits <= 33


def test_the_canary_overrides_variables_one_by_one(stage: Stage) -> None:
    """The other variables are the stage's; the event names the canary's deployment."""
    stage.dice += [0.0, 0.9]
    assert stage.send("GET", "/new").status == 200
    new = stage.function.event
    assert stage.send("GET", "/old").status == 200
    old = stage.function.event

    assert [qualifier for _, qualifier, _, _ in stage.function.calls] == ["green", "blue"]
    assert (new["stageVariables"], old["stageVariables"]) == (
        {"colour": "green", "size": "s"},
        {"colour": "blue", "size": "s"},
    )
    described = stage.control.get_stage(restApiId=stage.api_id, stageName="beta")
    assert new["requestContext"]["deploymentId"] == described["canarySettings"]["deploymentId"]
    assert old["requestContext"]["deploymentId"] == described["deploymentId"]


def test_the_access_log_tells_which(stage: Stage) -> None:
    """`$context.isCanaryRequest` is there only while there is a canary."""
    stage.set_stage(
        accessLogSettings__destinationArn=f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:access",
        accessLogSettings__format="$context.isCanaryRequest $context.status",
    )
    stage.dice += [0.0, 0.9]
    stage.send("GET", "/new")
    stage.send("GET", "/old")
    stage.patch_stage([{"op": "remove", "path": "/canarySettings"}])
    stage.send("GET", "/old")

    assert [line for _, _, line, _ in stage.log.lines] == ["true 200", "false 200", "- 200"]


def test_promotion_makes_the_canary_the_stages_own(stage: Stage) -> None:
    """The operations that AWS documents."""
    promote: list[Any] = [
        {"op": "copy", "from": "/canarySettings/deploymentId", "path": "/deploymentId"},
        {"op": "copy", "from": "/canarySettings/stageVariableOverrides", "path": "/variables"},
        {"op": "remove", "path": "/canarySettings"},
    ]
    stage.patch_stage(promote)

    assert stage.send("GET", "/new").status == 200
    assert stage.function.event["stageVariables"] == {"colour": "green", "size": "s"}


def test_a_deployment_made_as_a_canary_gets_its_share_alone(stage: Stage) -> None:
    """`create-deployment --canary-settings`; without such a stage nothing is deployed."""
    stage.patch_stage([{"op": "remove", "path": "/canarySettings"}])
    where = {"restApiId": stage.api_id}
    settings: Any = {"percentTraffic": 50.0, "stageVariableOverrides": {"colour": "green"}}
    before = stage.control.get_deployments(**where)["items"]

    with pytest.raises(ClientError, match="NotFoundException"):
        stage.control.create_deployment(**where, stageName="gamma", canarySettings=settings)
    assert stage.control.get_deployments(**where)["items"] == before
    stage.control.create_deployment(**where, stageName="beta", canarySettings=settings)

    stage.dice += [0.4999, 0.5]
    assert [stage.send("GET", path).status for path in ("/new", "/old")] == [200, 200]
    assert [qualifier for _, qualifier, _, _ in stage.function.calls] == ["green", "blue"]


def test_a_deployment_in_canary_use_is_not_deleted(stage: Stage) -> None:
    """As one that the stage itself serves."""
    where = {"restApiId": stage.api_id}
    canary = stage.control.get_stage(**where, stageName="beta")["canarySettings"]["deploymentId"]

    with pytest.raises(ClientError, match="Active stages pointing to this deployment"):
        stage.control.delete_deployment(**where, deploymentId=canary)
    stage.patch_stage([{"op": "remove", "path": "/canarySettings"}])
    stage.control.delete_deployment(**where, deploymentId=canary)
