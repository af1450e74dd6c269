"""How functions end: errors, exits, time-outs, too much memory, inits that fail."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.functional.lambda_stage import (
    ARCHITECTURE,
    ECHO,
    SLEEP,
    LambdaStage,
)
from tests.processes import is_gone

pytestmark = pytest.mark.functional


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
