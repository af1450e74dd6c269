"""A Lambda plane on moto's store, for tests: make functions of a few lines, invoke them in real sandboxes."""

import asyncio
import io
import json
import zipfile
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import boto3

from scripts.local_stage.environment import local_target
from scripts.local_stage.lambda_runtime.plane import LambdaPlane
from scripts.local_stage.lambda_runtime.sandbox_environment import Redirection
from scripts.local_stage.process_guard import ProcessGuard

ACCOUNT, REGION = "123456789012", "eu-west-1"
RUNTIME, ARCHITECTURE = local_target().split("-")

PID = "import os\ndef handler(event, context): return os.getpid()"
SLEEP = "import os, time\ndef handler(event, context): time.sleep(event); return os.getpid()"
ECHO = "def handler(event, context): return event"
"""Sources of functions: the sandbox's process, the same after `event` seconds, the event."""


class RecordedLog:
    """Takes the place of LogWriter."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str, str]] = []

    def write(self, group: str, stream: str, message: str, timestamp_ms: int) -> None:
        self.events.append((group, stream, message))

    @property
    def lines(self) -> list[str]:
        return [message for _, _, message in self.events]


class LambdaStage:
    """A plane with its log and a client of the control plane."""

    def __init__(self, plane: LambdaPlane, log: RecordedLog) -> None:
        self.plane = plane
        self.log = log
        self.client = boto3.client("lambda", region_name=REGION)

    def create(self, source: str, name: str = "f", **configuration: Any) -> None:
        """A function of one file `app.py` whose handler is `handler`."""
        self.client.create_function(
            **{
                "FunctionName": name,
                "Runtime": RUNTIME,
                "Architectures": [ARCHITECTURE],
                "Handler": "app.handler",
                "Role": f"arn:aws:iam::{ACCOUNT}:role/r",
                "Code": {"ZipFile": zip_of(source)},
                "Timeout": 10,
                **configuration,
            }
        )

    async def call(self, event: Any = None, function: str = "f", **how: Any) -> Any:
        """What the handler returned; the function must not fail."""
        result = await self.plane.invoke(function, json.dumps(event).encode(), **how)
        assert result.function_error is None, result.payload
        return json.loads(result.payload)

    async def fail(self, event: Any = None, function: str = "f") -> dict[str, Any]:
        """The error document of an invocation that fails."""
        result = await self.plane.invoke(function, json.dumps(event).encode())
        assert (result.status, result.function_error) == (200, "Unhandled")
        document: dict[str, Any] = json.loads(result.payload)
        return document


def zip_of(source: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("app.py", source)
    return content.getvalue()


@asynccontextmanager
async def lambda_stage(directory: Path, **options: Any) -> Any:
    """Start one; moto must be mocked already."""
    boto3.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")
    guard, log = ProcessGuard(), RecordedLog()
    plane = LambdaPlane(
        account=ACCOUNT,
        region=REGION,
        directory=directory,
        redirection=Redirection("http://127.0.0.1:1", "http://127.0.0.1:2"),
        guard=guard,
        log=log,
        **options,
    )
    try:
        yield LambdaStage(plane, log)
    finally:
        await plane.close()
        guard.close()


async def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for a condition, with a deadline."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


Scenario = Callable[[LambdaStage], Awaitable[None]]
