"""Functions in real sandboxes of awslambdaric: what they get, and which sandbox takes an event."""

import asyncio
from asyncio.base_events import Server
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from moto.awslambda.models import lambda_backends

from scripts.local_stage.process_guard import ProcessGuard
from tests.descriptors import open_descriptors
from tests.functional.lambda_stage import (
    ACCOUNT,
    ECHO,
    PID,
    REGION,
    SLEEP,
    LambdaStage,
    until,
)
from tests.processes import is_gone

pytestmark = pytest.mark.functional


def test_event_and_context_arrive(play: Any) -> None:
    """The handler sees the event, its own name, memory, deadline and ARN."""
    source = """
def handler(event, context):
    return [event, context.function_name, context.memory_limit_in_mb, context.invoked_function_arn,
            5000 < context.get_remaining_time_in_millis() <= 10000]
"""

    async def scenario(stage: LambdaStage) -> None:
        stage.create(source, MemorySize=256)
        arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
        assert await stage.call({"ä": 1}) == [{"ä": 1}, "f", "256", arn, True]

    play(scenario)


def test_the_function_sees_only_what_lambda_gives(play: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """boto3 is the runtime's, numpy must come from the zip, and nothing of the user's environment leaks."""
    source = """
import importlib.util, os, sys, boto3
def handler(event, context):
    return [importlib.util.find_spec("numpy") is None, sys.path[0] == os.environ["LAMBDA_TASK_ROOT"],
            os.path.exists(os.path.expanduser("~/.aws")), dict(os.environ)]
"""

    async def scenario(stage: LambdaStage) -> None:
        stage.create(source, Environment={"Variables": {"ENDPOINT_NAME": "bikes"}})
        monkeypatch.setenv("AWS_PROFILE", "production")
        monkeypatch.setenv("SECRET_OF_THE_USER", "1")
        no_numpy, task_first, has_profile, environment = await stage.call()
        assert (no_numpy, task_first, has_profile) == (True, True, False)
        assert environment["ENDPOINT_NAME"] == "bikes"
        assert environment["AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME"] == "http://127.0.0.1:2"
        assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "f"
        assert not {"AWS_PROFILE", "SECRET_OF_THE_USER", "VIRTUAL_ENV"} & set(environment)

    play(scenario)


def test_trace_and_client_context_arrive(play: Any) -> None:
    """The caller's trace goes on; X-Amz-Client-Context is decoded by the runtime client."""
    source = """
import os
def handler(event, context):
    return [os.environ["_X_AMZN_TRACE_ID"], context.client_context.custom]
"""

    async def scenario(stage: LambdaStage) -> None:
        stage.create(source)
        root = "Root=1-67891233-abcdef012345678912345678"
        trace, custom = await stage.call(trace=root, client_context='{"custom": {"a": "b"}}')
        assert trace.startswith(f"{root};Parent=")
        assert custom == {"a": "b"}

    play(scenario)


def test_a_warm_sandbox_is_used_again(play: Any) -> None:
    """The second event meets the same process; only the first report has an init duration."""

    async def scenario(stage: LambdaStage) -> None:
        stage.create(PID)
        assert await stage.call() == await stage.call()
        reports = [line for line in stage.log.lines if line.startswith("REPORT")]
        assert ["Init Duration" in report for report in reports] == [True, False]

    play(scenario)


def test_concurrent_events_get_sandboxes_of_their_own(play: Any) -> None:
    """A sandbox works on one event at a time."""

    async def scenario(stage: LambdaStage) -> None:
        stage.create(SLEEP)
        pids = await asyncio.gather(*(stage.call(0.5) for _ in range(3)))
        assert len(set(pids)) == 3

    play(scenario, sandbox_limit=3)


def test_events_beyond_the_sandboxes_wait_in_line(play: Any) -> None:
    """The machine's limit delays, it does not refuse."""

    async def scenario(stage: LambdaStage) -> None:
        stage.create(SLEEP)
        pids = await asyncio.gather(*(stage.call(0.05) for _ in range(4)))
        assert len(set(pids)) == 1

    play(scenario, sandbox_limit=1)


def test_an_idle_sandbox_makes_room_for_another_function(play: Any) -> None:
    """With all sandboxes idle for one function, another one still runs."""

    async def scenario(stage: LambdaStage) -> None:
        stage.create(PID)
        stage.create(ECHO, name="other")
        pid = await stage.call()
        assert await stage.call({"a": 1}, function="other") == {"a": 1}
        assert is_gone(pid)

    play(scenario, sandbox_limit=1)


def test_no_process_outlives_the_plane(play: Any) -> None:
    """Closing ends idle sandboxes."""
    pids: list[int] = []

    async def scenario(stage: LambdaStage) -> None:
        stage.create(PID)
        pids.append(await stage.call())

    play(scenario)
    assert is_gone(pids[0])


def test_a_caller_who_gives_up_does_not_end_the_function(play: Any) -> None:
    """The gateway's timeout leaves the function running, as on AWS."""

    async def scenario(stage: LambdaStage) -> None:
        stage.create(SLEEP)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await stage.call(1.5)
        await until(lambda: any(line.startswith("REPORT") for line in stage.log.lines))
        assert "Status" not in stage.log.lines[-1]

    play(scenario)


def provide(number: int) -> None:
    """As the corrected PutProvisionedConcurrencyConfig keeps it."""
    lambda_backends[ACCOUNT][REGION]._lambdas._functions["f"]["latest"].provisioned = {"live": number}


def test_provisioned_sandboxes_are_started_before_anyone_calls(play: Any) -> None:
    """As many as were asked for, of the alias's version; the first call meets no init."""

    async def scenario(stage: LambdaStage) -> None:
        stage.create(PID, Publish=True)
        stage.client.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
        provide(2)
        await until(lambda: sum("INIT_START" in line for line in stage.log.lines) == 2)
        await stage.call(qualifier="live")
        (report,) = (line for line in stage.log.lines if line.startswith("REPORT"))
        assert "Init Duration" not in report
        assert stage.plane.sandboxes == 2

    play(scenario)


def test_a_provisioned_function_that_cannot_start_is_not_tried_again(play: Any) -> None:
    """Its init fails once, and a call says why."""

    async def scenario(stage: LambdaStage) -> None:
        stage.create("import nothing_of_that_name", Publish=True)
        stage.client.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
        provide(1)
        await until(lambda: any("Status: error" in line for line in stage.log.lines))
        await asyncio.sleep(1.2)  # two more looks
        assert sum(line.startswith("INIT_START") for line in stage.log.lines) == 1
        assert stage.plane.sandboxes == 0

    play(scenario)


@pytest.mark.parametrize(("where", "step"), [(Server, "start_serving"), (ProcessGuard, "spawn")])
def test_a_sandbox_cancelled_while_it_starts_leaves_nothing_open(
    where: Any, step: str, play: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stage that stops just then: no listening port, no pipe, no folder."""
    original: Callable[..., Any] = getattr(where, step)

    async def hangs(self: Any, *arguments: Any, **options: Any) -> None:
        if where is Server:
            await original(self)
        began.set()
        await asyncio.Event().wait()

    async def scenario(stage: LambdaStage) -> None:
        stage.create(PID)
        before = open_descriptors()
        call = asyncio.create_task(stage.call())
        await asyncio.wait_for(began.wait(), 10)
        await stage.plane.close()
        assert open_descriptors() <= before
        assert not list((tmp_path / "tmp").iterdir())
        with pytest.raises(asyncio.CancelledError):
            await call

    began = asyncio.Event()
    monkeypatch.setattr(where, step, hangs)
    play(scenario)
