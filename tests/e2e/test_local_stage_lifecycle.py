"""A stage comes up, says where it is, lives alone, and leaves nothing behind however it ends."""

import io
import json
import os
import signal
import subprocess
import sys
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from scripts.local_stage import lifecycle
from scripts.local_stage.environment import local_target, stage_environment, with_stage
from scripts.local_stage.stage_record import REPOSITORY, StageDirectory, StageRecord
from tests.processes import is_gone

pytestmark = pytest.mark.e2e

COMMAND = [sys.executable, "-m", "scripts.local_stage"]


@pytest.fixture
def directory() -> Iterator[StageDirectory]:
    """A stage's directory of its own; what runs there is stopped at the end."""
    stage = StageDirectory(f"test-{uuid.uuid4().hex[:8]}")
    yield stage
    lifecycle.down(stage)


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], cwd=REPOSITORY, capture_output=True, text=True, timeout=90, check=False
    )


def client(service: str, record: StageRecord) -> Any:
    environment = stage_environment(record)
    return boto3.client(
        service,
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        region_name=environment["AWS_REGION"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.02)


def start_sandbox(record: StageRecord) -> list[int]:
    """Process ids of a function's sandbox and of a process that the function started."""
    source = (
        "import os, subprocess\n"
        "def handler(event, context): return [os.getpid(), subprocess.Popen(['sleep', '600']).pid]"
    )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("app.py", source)
    client("iam", record).create_role(RoleName="r", AssumeRolePolicyDocument="{}")
    functions = client("lambda", record)
    runtime, architecture = local_target().split("-")
    functions.create_function(
        FunctionName="f",
        Runtime=runtime,
        Architectures=[architecture],
        Handler="app.handler",
        Role="arn:aws:iam::123456789012:role/r",
        Code={"ZipFile": content.getvalue()},
        Timeout=30,
    )
    pids: list[int] = json.loads(functions.invoke(FunctionName="f")["Payload"].read())
    return pids


def test_up_status_env_down(directory: StageDirectory) -> None:
    """The commands agree on the stage; its state bucket is there; after down there is nothing."""
    up = command("up", "--name", directory.name)
    assert up.returncode == 0, up.stderr
    assert "ready after" in up.stderr
    record = directory.running()
    assert record is not None
    status = command("status", "--name", directory.name, "--json")
    assert status.returncode == 0
    assert json.loads(status.stdout)["control_plane"] == record.control_plane
    env = command("env", "--name", directory.name)
    assert f"export AWS_ENDPOINT_URL={record.control_plane}\n" in env.stdout
    buckets = client("s3", record).list_buckets()["Buckets"]
    assert [bucket["Name"] for bucket in buckets] == ["terraform-state-local"]
    down = command("down", "--name", directory.name)
    assert down.stdout == f"stage {directory.name} is down\n"
    assert not directory.path.exists()
    wait_until(lambda: is_gone(record.pid), "the server is gone", 2)


def test_a_stage_that_runs_is_reused(directory: StageDirectory) -> None:
    """A second up finds the first."""
    first = lifecycle.up(directory)
    assert lifecycle.up(directory) == first


def test_two_stages_do_not_collide(directory: StageDirectory) -> None:
    """Each has its own ports and its own AWS; stopping one leaves the other."""
    other = StageDirectory(f"{directory.name}-b")
    try:
        one, two = lifecycle.up(directory), lifecycle.up(other)
        assert len({one.control_plane, one.gateway, two.control_plane, two.gateway}) == 4
        client("s3", one).create_bucket(
            Bucket="only-here", CreateBucketConfiguration={"LocationConstraint": one.region}
        )
        assert len(client("s3", two).list_buckets()["Buckets"]) == 1
    finally:
        lifecycle.down(other)
    assert lifecycle.status(directory) is not None


def test_ctrl_c_in_the_terminal_does_not_reach_the_stage(directory: StageDirectory) -> None:
    """The signal goes to the whole foreground group; the server isn't in it."""
    script = (
        "import subprocess, sys, time\n"
        "subprocess.run([sys.executable, *sys.argv[1:]], check=True)\n"
        "print('up', flush=True)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, *COMMAND[1:], "up", "--name", directory.name],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as terminal:
        assert terminal.stdout is not None
        assert any(line == "up\n" for line in terminal.stdout)
        os.killpg(terminal.pid, signal.SIGINT)
        terminal.wait(10)
    assert lifecycle.status(directory) is not None


def test_ctrl_c_while_it_starts_leaves_nothing(directory: StageDirectory) -> None:
    """Who gives up waiting takes the half-started server along."""
    with subprocess.Popen(
        [*COMMAND, "up", "--name", directory.name], cwd=REPOSITORY, stderr=subprocess.DEVNULL
    ) as up:
        wait_until(lambda: directory.server_pid() is not None, "the server has its lock")
        up.send_signal(signal.SIGINT)
        assert up.wait(30) == 130
    assert directory.server_pid() is None


def test_nothing_outlives_a_killed_server(directory: StageDirectory) -> None:
    """SIGKILL gives the server no chance to clean up: sandboxes and their children end all the same."""
    record = lifecycle.up(directory)
    pids = start_sandbox(record)
    os.kill(record.pid, signal.SIGKILL)
    wait_until(lambda: all(map(is_gone, pids)), "sandbox and its child are gone")
    assert command("status", "--name", directory.name).returncode == 1
    assert lifecycle.up(directory).pid != record.pid


def test_down_ends_sandboxes(directory: StageDirectory) -> None:
    """down waits until every process is gone."""
    pids = start_sandbox(lifecycle.up(directory))
    lifecycle.down(directory)
    wait_until(lambda: all(map(is_gone, pids)), "sandbox and its child are gone", 2)


def test_the_foreground_stage_ends_with_ctrl_c(directory: StageDirectory) -> None:
    """up --foreground serves in the terminal until SIGINT, and says so by exit code 0."""
    with subprocess.Popen(
        [*COMMAND, "up", "--foreground", "--name", directory.name], cwd=REPOSITORY
    ) as foreground:
        wait_until(lambda: lifecycle.status(directory) is not None, "the stage is ready")
        foreground.send_signal(signal.SIGINT)
        assert foreground.wait(30) == 0


def test_invoke_works_with_the_aws_clients_environment(directory: StageDirectory) -> None:
    """`env` is all that a client needs: event, log tail, dry run and refusals are Lambda's."""
    record = lifecycle.up(directory)
    start_sandbox(record)
    environment = with_stage({"PATH": os.environ["PATH"], "AWS_PROFILE": "production"}, record)
    script = (
        "import base64, boto3, botocore\n"
        "functions = boto3.client('lambda')\n"
        "print(functions.invoke(FunctionName='f', InvocationType='Event')['StatusCode'])\n"
        "print(functions.invoke(FunctionName='f', InvocationType='DryRun')['StatusCode'])\n"
        "reply = functions.invoke(FunctionName='f', LogType='Tail')\n"
        "print(reply['ExecutedVersion'], 'REPORT' in base64.b64decode(reply['LogResult']).decode())\n"
        "try: functions.invoke(FunctionName='missing')\n"
        "except functions.exceptions.ResourceNotFoundException as error: print(error)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.stdout.splitlines() == [
        "202",
        "204",
        "$LATEST True",
        "An error occurred (ResourceNotFoundException) when calling the Invoke operation: "
        "Function not found: arn:aws:lambda:eu-west-1:123456789012:function:missing",
    ], run.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["status", "--name", "never-started"], 1, "start it: make up ARGS='--name never-started'"),
        (["env", "--name", "never-started"], 1, "start it: make up ARGS='--name never-started'"),
        (["down", "--name", "never-started"], 0, "was not running"),
        (["status", "--name", "../elsewhere"], 2, "expected letters, digits"),
        (["up", "--name", "x", "--image-command", "nonsense"], 2, "expected IMAGE_REGEX=command"),
        ([], 2, "usage:"),
    ],
)
def test_answers_say_what_to_do(arguments: list[str], code: int, text: str) -> None:
    """Exit codes 0, 1, 2 and a sentence."""
    run = command(*arguments)
    assert run.returncode == code
    assert text in run.stdout + run.stderr
