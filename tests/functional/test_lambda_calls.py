"""Who may call which function: what the API refuses, versions, aliases, permissions."""

import asyncio
from typing import Any

import pytest

from scripts.local_stage.lambda_runtime import InvocationSource, LambdaApiError
from tests.functional.lambda_stage import (
    ACCOUNT,
    ECHO,
    REGION,
    SLEEP,
    LambdaStage,
    zip_of,
)

pytestmark = pytest.mark.functional


def refusal(error: pytest.ExceptionInfo[LambdaApiError]) -> tuple[int, str, str | None]:
    return error.value.status, error.value.error_type, error.value.reason


def test_a_request_over_six_megabytes_is_refused(play: Any) -> None:
    """413 RequestTooLargeException; exactly 6 MB passes."""

    async def scenario(stage: LambdaStage) -> None:
        stage.create("def handler(event, context): return len(event)")
        assert await stage.call("x" * (6_291_456 - 2)) == 6_291_454
        with pytest.raises(LambdaApiError) as error:
            await stage.plane.invoke("f", b"1" * 6_291_457)
        assert refusal(error) == (413, "RequestTooLargeException", None)

    play(scenario)


@pytest.mark.parametrize("how", [{"function": "missing"}, {"qualifier": "7"}, {"qualifier": "nope"}])
def test_what_does_not_exist_is_not_found(play: Any, how: dict[str, str]) -> None:
    """404 for a function, a version and an alias."""

    async def scenario(stage: LambdaStage) -> None:
        stage.create(ECHO)
        with pytest.raises(LambdaApiError) as error:
            await stage.call(**how)
        assert refusal(error) == (404, "ResourceNotFoundException", None)

    play(scenario)


@pytest.mark.parametrize(
    ("reserved", "options", "reason"),
    [
        (2, {}, "ReservedFunctionConcurrentInvocationLimitExceeded"),
        (None, {"account_concurrency": 2}, "ConcurrentInvocationLimitExceeded"),
    ],
)
def test_concurrency_is_limited(
    play: Any, reserved: int | None, options: dict[str, int], reason: str
) -> None:
    """The third concurrent event is throttled, and a later one is not."""

    async def scenario(stage: LambdaStage) -> None:
        stage.create(SLEEP)
        if reserved is not None:
            stage.client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=reserved)
        busy = [asyncio.create_task(stage.call(0.5)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(LambdaApiError) as error:
            await stage.call(0)
        assert refusal(error) == (429, "TooManyRequestsException", reason)
        await asyncio.gather(*busy)
        await stage.call(0)

    play(scenario, **options)


def publish_two_versions(stage: LambdaStage) -> None:
    """Version 1 answers 1, version 2 answers 2, alias live is version 1."""
    stage.create("def handler(event, context): return 1", Publish=True)
    stage.client.update_function_code(
        FunctionName="f", ZipFile=zip_of("def handler(event, context): return 2"), Publish=True
    )
    stage.client.create_alias(FunctionName="f", Name="live", FunctionVersion="1")


def test_alias_and_version_choose_the_code(play: Any) -> None:
    """Each version keeps its code; an alias follows what it points at, in every way to name it."""

    async def scenario(stage: LambdaStage) -> None:
        publish_two_versions(stage)
        arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
        assert [await stage.call(function=f) for f in ("f:1", "f:2", arn, f"{arn}:live")] == [1, 2, 2, 1]
        stage.client.update_alias(FunctionName="f", Name="live", FunctionVersion="2")
        assert await stage.call(qualifier="live") == 2
        result = await stage.plane.invoke("f:live", b"{}")
        assert result.executed_version == "2"

    play(scenario)


def test_alias_weights_share_the_traffic(play: Any) -> None:
    """A weight of 1 sends everything to the other version."""

    async def scenario(stage: LambdaStage) -> None:
        publish_two_versions(stage)
        routing = {"AdditionalVersionWeights": {"2": 1.0}}
        stage.client.update_alias(FunctionName="f", Name="live", FunctionVersion="1", RoutingConfig=routing)
        assert await stage.call(qualifier="live") == 2

    play(scenario)


API = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:abc123"


@pytest.mark.parametrize(
    ("source_arn", "account", "qualifier", "is_allowed"),
    [
        (f"{API}/beta/POST/predict", ACCOUNT, "live", True),
        (f"{API}/beta/POST/", ACCOUNT, "live", False),
        (f"{API}/beta/POST/predict", "210987654321", "live", False),
        (f"{API}/beta/POST/predict", ACCOUNT, None, False),
    ],
)
def test_the_resource_policy_is_checked(
    play: Any, source_arn: str, account: str, qualifier: str | None, is_allowed: bool
) -> None:
    """Principal, source ARN, account and qualifier must all be what the permission says."""

    async def scenario(stage: LambdaStage) -> None:
        stage.create(ECHO, Publish=True)
        stage.client.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
        stage.client.add_permission(
            FunctionName="f",
            Qualifier="live",
            StatementId="gateway",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"{API}/*/POST/predict",
            SourceAccount=ACCOUNT,
        )
        source = InvocationSource("apigateway.amazonaws.com", source_arn, account)
        if is_allowed:
            assert await stage.call(1, qualifier=qualifier, source=source) == 1
        else:
            with pytest.raises(LambdaApiError) as error:
                await stage.call(1, qualifier=qualifier, source=source)
            assert refusal(error) == (403, "AccessDeniedException", None)

    play(scenario)
