"""API keys, usage plans and throttles."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.functional.gateway_stage import Reply, Stage, document, operation, proxy_answer, running_stage

pytestmark = pytest.mark.functional

KEY_REQUIRED: dict[str, Any] = {"security": [{"api_key": []}]}
FORBIDDEN = (403, b'{"message":"Forbidden"}')


@pytest.fixture
def stage() -> Iterator[Stage]:
    with running_stage() as running:
        running.function.answers += [proxy_answer()] * 50
        yield running


def _outcome(reply: Reply) -> tuple[int, bytes]:
    return reply.status, reply.body


def test_a_key_of_a_plan_of_the_stage_passes(stage: Stage) -> None:
    """The event names the key and its id."""
    stage.serve(**KEY_REQUIRED)
    key_id, value = stage.add_client("web")

    assert stage.send(headers={"X-API-Key": value}).status == 200
    identity = stage.function.event["requestContext"]["identity"]
    assert (identity["apiKey"], identity["apiKeyId"]) == (value, key_id)


def test_missing_wrong_disabled_and_planless_keys_are_forbidden(stage: Stage) -> None:
    """All four hear the same."""
    stage.serve(**KEY_REQUIRED)
    key_id, value = stage.add_client("web")
    _, planless = stage.add_client("other", stages=False)

    assert _outcome(stage.send()) == FORBIDDEN
    assert _outcome(stage.send(headers={"x-api-key": "wrong"})) == FORBIDDEN
    assert _outcome(stage.send(headers={"x-api-key": planless})) == FORBIDDEN
    disable = [{"op": "replace", "path": "/enabled", "value": "false"}]
    stage.control.update_api_key(apiKey=key_id, patchOperations=disable)
    reply = stage.send(headers={"x-api-key": value})
    assert _outcome(reply) == FORBIDDEN
    assert reply.headers["x-amzn-ErrorType"] == "ForbiddenException"
    assert stage.function.calls == []


def test_a_key_taken_out_of_its_plan_stops_at_once(stage: Stage) -> None:
    """Plans and keys are read live; no deployment is needed."""
    stage.serve(**KEY_REQUIRED)
    key_id, value = stage.add_client("web")
    assert stage.send(headers={"x-api-key": value}).status == 200

    plan = stage.control.get_usage_plans(keyId=key_id)["items"][0]["id"]
    stage.control.delete_usage_plan_key(usagePlanId=plan, keyId=key_id)

    assert _outcome(stage.send(headers={"x-api-key": value})) == FORBIDDEN


def test_plan_throttle_is_a_bucket_that_refills(stage: Stage) -> None:
    """Burst 2, 1 a second: two pass, the third waits a second."""
    stage.serve(**KEY_REQUIRED)
    headers = {"x-api-key": stage.add_client("web", throttle={"rateLimit": 1.0, "burstLimit": 2})[1]}
    other = {"x-api-key": stage.add_client("batch", throttle={"rateLimit": 1.0, "burstLimit": 2})[1]}

    statuses = [stage.send(headers=headers).status for _ in range(3)]
    refused = stage.send(headers=headers)
    stage.now += 1.0
    later = [stage.send(headers=headers).status for _ in range(2)]

    assert statuses == [200, 200, 429]
    assert _outcome(refused) == (429, b'{"message":"Too Many Requests"}')
    assert refused.headers["x-amzn-ErrorType"] == "TooManyRequestsException"
    assert later == [200, 429]
    assert stage.send(headers=other).status == 200


def test_quota_of_a_day(stage: Stage) -> None:
    """Two a day: the third is refused until midnight UTC."""
    stage.serve(**KEY_REQUIRED)
    headers = {"x-api-key": stage.add_client("web", quota={"limit": 2, "period": "DAY"})[1]}

    statuses = [stage.send(headers=headers).status for _ in range(2)]
    refused = stage.send(headers=headers)
    stage.now += 12 * 3600 - 1
    before_midnight = stage.send(headers=headers).status
    stage.now += 1
    after_midnight = stage.send(headers=headers).status

    assert (statuses, before_midnight, after_midnight) == ([200, 200], 429, 200)
    assert _outcome(refused) == (429, b'{"message":"Limit Exceeded"}')
    assert refused.headers["x-amzn-ErrorType"] == "LimitExceededException"


def test_a_throttled_request_does_not_use_the_quota(stage: Stage) -> None:
    """The throttle comes first."""
    stage.serve(**KEY_REQUIRED)
    plan: dict[str, Any] = {
        "throttle": {"rateLimit": 1.0, "burstLimit": 1},
        "quota": {"limit": 2, "period": "MONTH"},
    }
    headers = {"x-api-key": stage.add_client("web", **plan)[1]}

    assert [stage.send(headers=headers).status for _ in range(3)] == [200, 429, 429]
    stage.now += 1
    assert stage.send(headers=headers).status == 200


def test_a_key_counts_where_none_is_asked_for(stage: Stage) -> None:
    """AWS: the request contributes to throttle and quota of the key that is shown."""
    stage.serve()
    headers = {"x-api-key": stage.add_client("web", quota={"limit": 1, "period": "WEEK"})[1]}

    assert [stage.send(headers=headers).status for _ in range(2)] == [200, 429]
    assert stage.send().status == 200
    assert stage.send(headers={"x-api-key": "wrong"}).status == 200


def test_method_throttle_counts_each_method_alone(stage: Stage) -> None:
    """`*/*` gives every method a bucket of its own; a method's own settings win."""
    stage.deploy(document({"/v1/predict": {"post": operation(), "get": operation()}}))
    stage.set_stage(**{"*__*__throttling__rateLimit": "1", "*__*__throttling__burstLimit": "1"})
    own = "~1v1~1predict/POST/throttling"
    stage.patch_stage(
        [
            {"op": "replace", "path": f"/{own}/rateLimit", "value": "1"},
            {"op": "replace", "path": f"/{own}/burstLimit", "value": "3"},
        ]
    )

    gets = [stage.send("GET", "/v1/predict").status for _ in range(2)]
    posts = [stage.send("POST", "/v1/predict").status for _ in range(4)]

    assert gets == [200, 429]
    assert posts == [200, 200, 200, 429]


def test_refusals_come_in_aws_order(stage: Stage) -> None:
    """No key comes before a bad body; a bad body still takes a token."""
    stage.deploy(
        document(
            {
                "/predict": {
                    "post": operation(
                        **KEY_REQUIRED,
                        requestBody={"content": {"application/json": {"schema": {"type": "object"}}}},
                    )
                }
            },
            request_validators={"all": {"validateRequestBody": True, "validateRequestParameters": True}},
            request_validator="all",
        )
    )
    headers = {"x-api-key": stage.add_client("web", throttle={"rateLimit": 1.0, "burstLimit": 1})[1]}

    assert stage.send(json=[]).status == 403
    assert stage.send(json=[], headers=headers).status == 400
    assert stage.send(json={}, headers=headers).json() == {"message": "Too Many Requests"}
