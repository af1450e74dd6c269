"""Functions in real sandboxes of awslambdaric: what they get, how they end, who may call them."""

import asyncio
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws
from moto.awslambda.models import lambda_backends

from scripts.local_stage.lambda_runtime import InvocationSource, LambdaApiError
from tests.functional.lambda_stage import (
    ACCOUNT,
    ARCHITECTURE,
    REGION,
    RUNTIME,
    LambdaStage,
    Scenario,
    lambda_stage,
    until,
    zip_of,
)

pytestmark = pytest.mark.functional

PID = "import os\ndef handler(event, context): return os.getpid()"
SLEEP = "import os, time\ndef handler(event, context): time.sleep(event); return os.getpid()"
ECHO = "def handler(event, context): return event"


@pytest.fixture(autouse=True)
def moto_backends(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield


@pytest.fixture
def play(tmp_path: Path) -> Any:
    """Run a scenario on a stage with options."""

    def run(scenario: Scenario, **options: Any) -> None:
        async def main() -> None:
            async with lambda_stage(tmp_path, **options) as stage:
                await scenario(stage)

        asyncio.run(main())

    return run


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


# what a function gets


def test_event_and_context_arrive(play: Any) -> None:
    """The handler sees the event, its own name, memory, deadline and ARN."""
    source = """
def handler(event, context):
    return [event, context.function_name, context.memory_limit_in_mb, context.invoked_function_arn,
            context.get_remaining_time_in_millis() > 9000]
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


# sandboxes


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


# failures


def test_an_exception_is_the_functions_error(play: Any) -> None:
    """The document is the runtime client's, and the sandbox goes on."""
    source = """
import os
def handler(event, context):
    if event: raise ValueError("no bikes left")
    return os.getpid()
"""

    async def scenario(stage: LambdaStage) -> None:
        stage.create(source)
        pid = await stage.call()
        document = await stage.fail(1)
        assert (document["errorType"], document["errorMessage"]) == ("ValueError", "no bikes left")
        assert await stage.call() == pid

    play(scenario)


@pytest.mark.parametrize(
    ("how", "text"), [("os._exit(3)", "exit status 3"), ("os.kill(os.getpid(), 9)", "signal: 9")]
)
def test_a_process_that_ends_is_an_exit_error(play: Any, how: str, text: str) -> None:
    """Runtime.ExitError says how it ended; the next event gets a new sandbox."""
    source = f"import os\ndef handler(event, context):\n    if event: {how}\n    return os.getpid()"

    async def scenario(stage: LambdaStage) -> None:
        stage.create(source)
        pid = await stage.call()
        document = await stage.fail(1)
        assert document["errorType"] == "Runtime.ExitError"
        assert document["errorMessage"].endswith(f"Error: Runtime exited with error: {text}")
        assert await stage.call() != pid

    play(scenario)


def test_a_function_over_its_timeout_is_killed(play: Any) -> None:
    """Sandbox.Timedout; the process is gone; the log says so in Lambda's words."""

    async def scenario(stage: LambdaStage) -> None:
        stage.create(SLEEP, Timeout=1)
        pid = await stage.call(0)
        document = await stage.fail(30)
        assert document["errorType"] == "Sandbox.Timedout"
        assert document["errorMessage"].endswith("Error: Task timed out after 1.00 seconds")
        assert is_gone(pid)
        assert any(re.fullmatch(r"\S+Z \S+ Task timed out after 1.00 seconds", x) for x in stage.log.lines)
        assert stage.log.lines[-1].endswith("Status: timeout")

    play(scenario)


def test_a_function_over_its_memory_is_killed(play: Any) -> None:
    """Runtime.OutOfMemory when resident memory passes MemorySize."""
    source = """
import time
def handler(event, context):
    held = bytearray(event * 2**20)
    time.sleep(5)
    return len(held)
"""

    async def scenario(stage: LambdaStage) -> None:
        stage.create(source, MemorySize=128)
        assert (await stage.fail(200))["errorType"] == "Runtime.OutOfMemory"
        assert stage.log.lines[-1].endswith("Status: error\tError Type: Runtime.OutOfMemory")

    play(scenario)


@pytest.mark.parametrize(
    ("source", "error_type"),
    [
        ("import not_in_the_zip", "Runtime.ImportModuleError"),
        ("def other(event, context): pass", "Runtime.HandlerNotFound"),
        ("def handler(:", "Runtime.UserCodeSyntaxError"),
        ("import os; os._exit(1)", "Runtime.ExitError"),
    ],
)
def test_init_errors_reach_the_caller(play: Any, source: str, error_type: str) -> None:
    """Init is tried again inside the invocation before the caller hears of it."""

    async def scenario(stage: LambdaStage) -> None:
        stage.create(source)
        assert (await stage.fail())["errorType"] == error_type
        kinds = [line.split()[0] for line in stage.log.lines]
        assert kinds.count("INIT_REPORT") == 1
        assert kinds.index("INIT_REPORT") < kinds.index("START")

    play(scenario)


def test_init_over_its_limit_is_tried_once_more(play: Any) -> None:
    """The second init has the function's own timeout; when it passes, the task timed out."""

    async def scenario(stage: LambdaStage) -> None:
        stage.create("import time; time.sleep(60)", Timeout=1)
        assert (await stage.fail())["errorMessage"].endswith("Task timed out after 1.00 seconds")
        assert any("Phase: init\tStatus: timeout" in line for line in stage.log.lines)

    play(scenario, init_limit=0.3)


def test_a_slow_init_succeeds_at_the_second_try(play: Any) -> None:
    """What is slower than the init limit and faster than the timeout works, as on Lambda."""

    async def scenario(stage: LambdaStage) -> None:
        stage.create(f"import time; time.sleep(0.6)\n{ECHO}", Timeout=10)
        assert await stage.call(1) == 1

    play(scenario, init_limit=0.3)


def test_an_answer_over_six_megabytes_fails(play: Any) -> None:
    """Function.ResponseSizeTooLarge; up to the limit it passes, and the sandbox goes on."""

    async def scenario(stage: LambdaStage) -> None:
        stage.create("def handler(event, context): return 'x' * event")
        assert len(await stage.call(6_291_554)) == 6_291_554
        assert (await stage.fail(6_291_555))["errorType"] == "Function.ResponseSizeTooLarge"
        assert await stage.call(1) == "x"

    play(scenario)


@pytest.mark.parametrize(
    ("configuration", "reason"),
    [
        ({"Runtime": "python2.7"}, "wants python2.7"),
        ({"Architectures": ["arm64" if ARCHITECTURE == "x86_64" else "x86_64"]}, "the local stage runs"),
    ],
)
def test_a_foreign_runtime_is_explained(play: Any, configuration: dict[str, Any], reason: str) -> None:
    """What can't run here says why and how to repair it."""

    async def scenario(stage: LambdaStage) -> None:
        stage.create(ECHO, **configuration)
        document = await stage.fail()
        assert document["errorType"] == "Runtime.NotRunnable"
        assert reason in document["errorMessage"]
        assert "--target local" in document["errorMessage"]

    play(scenario)


def test_an_interpreter_that_does_not_start_is_explained(
    play: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The invocation fails with the reason; the sandbox isn't kept."""
    monkeypatch.setattr("sys._base_executable", str(tmp_path / "gone"))

    async def scenario(stage: LambdaStage) -> None:
        stage.create(ECHO)
        document = await stage.fail()
        assert document["errorType"] == "Runtime.NotRunnable"
        assert "gone doesn't start" in document["errorMessage"]
        assert stage.plane.sandboxes == 0

    play(scenario)


# what the API refuses


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


# versions and permissions


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


# logs


def test_the_log_reads_like_lambdas(play: Any) -> None:
    """Lines, group, stream and tail in AWS's format; what the function prints stands between."""

    async def scenario(stage: LambdaStage) -> None:
        stage.create('print("cold")\ndef handler(event, context): print("a\\nb"); return 1')
        result = await stage.plane.invoke("f", b"{}")
        patterns = [
            rf"INIT_START Runtime Version: python:{RUNTIME[6:]}\.local",
            "cold",
            r"START RequestId: [0-9a-f-]{36} Version: \$LATEST",
            "a",
            "b",
            r"END RequestId: [0-9a-f-]{36}",
            r"REPORT RequestId: [0-9a-f-]{36}\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\t"
            r"Memory Size: 128 MB\tMax Memory Used: [1-9]\d* MB\tInit Duration: [\d.]+ ms\t",
        ]
        assert len(stage.log.lines) == len(patterns)
        for line, pattern in zip(stage.log.lines, patterns, strict=True):
            assert re.fullmatch(pattern, line), line
        assert result.log_tail == "\n".join(stage.log.lines) + "\n"
        (group, stream) = {(group, stream) for group, stream, _ in stage.log.events}.pop()
        assert group == "/aws/lambda/f"
        assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", stream)

    play(scenario)


# provisioned concurrency


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


# JSON as log format


def test_json_logs_wrap_loggers_and_lambdas_own_lines_but_no_printed_line(play: Any) -> None:
    """So a printed line in the embedded metric format keeps its metrics at the root."""
    line = '{"_aws":{"CloudWatchMetrics":[]},"level":"INFO","message":"request"}'
    source = f"""
import logging
def handler(event, context):
    print('{line}', flush=True)
    logging.getLogger().info("from a logger")
"""

    async def scenario(stage: LambdaStage) -> None:
        stage.create(source)
        latest = lambda_backends[ACCOUNT][REGION]._lambdas._functions["f"]["latest"]
        latest.kept_fields = {"LoggingConfig": {"LogFormat": "JSON", "LogGroup": "g"}}
        await stage.call()
        assert line in stage.log.lines
        documents = [json.loads(found) for found in stage.log.lines if found != line]
        assert [d["message"] for d in documents if "message" in d] == ["from a logger"]
        assert {d["type"] for d in documents if "type" in d} == {
            "platform.initStart",
            "platform.start",
            "platform.report",
        }

    play(scenario)
