"""One container: a process that serves /ping and /invocations on a port of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import sys
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path

import aiohttp

from scripts.local_stage.process_guard import ProcessGuard
from scripts.local_stage.sagemaker_runtime.plans import DeploymentError

ROOT = Path(__file__).resolve().parents[3]
PING_PAUSE_SECONDS = 0.05
STOP_PATIENCE_SECONDS = 5.0
LINES_KEPT = 20
KEPT = ("PATH", "PYTHONPYCACHEPREFIX")
"""Of the server's environment: where programs are, and where Python may leave bytecode."""
CHUNK_BYTES = 65536


class Container:
    """A running process; made by `start_container`, ended by `stop`."""

    def __init__(
        self, guard: ProcessGuard, process: asyncio.subprocess.Process, port: HeldPort, folder: Path
    ) -> None:
        self._guard = guard
        self._process = process
        self._port = port
        self.folder = folder
        self.url = f"http://127.0.0.1:{port.number}"
        self.last_lines: deque[str] = deque(maxlen=LINES_KEPT)
        self._reader: asyncio.Task[None] | None = None

    @property
    def exit_code(self) -> int | None:
        """Exit code of the process, None while it runs."""
        return self._process.returncode

    def follow(self, write_line: Callable[[str], None]) -> None:
        """Hand every line the process prints to `write_line`."""
        self._reader = asyncio.create_task(self._read(write_line))

    async def _read(self, write_line: Callable[[str], None]) -> None:
        assert self._process.stdout is not None
        rest = b""
        while chunk := await self._process.stdout.read(CHUNK_BYTES):
            *lines, rest = (rest + chunk).split(b"\n")
            if len(rest) > CHUNK_BYTES:
                lines, rest = [*lines, rest], b""
            self._keep(lines, write_line)
        self._keep([rest] if rest else [], write_line)

    def _keep(self, lines: list[bytes], write_line: Callable[[str], None]) -> None:
        for line in lines:
            text = line.decode(errors="replace")
            self.last_lines.append(text)
            write_line(text)

    async def wait_until_healthy(self, session: aiohttp.ClientSession, variant: str, timeout: float) -> None:
        """Wait until /ping answers 200; raises DeploymentError if the process ends or the time does."""
        deadline = asyncio.get_running_loop().time() + timeout
        while asyncio.get_running_loop().time() < deadline:
            if self.exit_code is not None:
                raise DeploymentError(await self._explain_exit(variant))
            if await self._ping(session):
                return
            await asyncio.sleep(PING_PAUSE_SECONDS)
        raise DeploymentError(
            f"The primary container for production variant {variant} did not pass the ping health check "
            f"within {timeout:g} s. Please check CloudWatch logs for this endpoint.{self._tail()}"
        )

    async def _ping(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"{self.url}/ping", timeout=aiohttp.ClientTimeout(total=2)) as reply:
                return reply.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def _explain_exit(self, variant: str) -> str:
        if self._reader is not None:
            await asyncio.wait([self._reader], timeout=1)
        return (
            f"The primary container for production variant {variant} exited with code {self.exit_code} "
            f"before it passed the ping health check.{self._tail()}"
        )

    def _tail(self) -> str:
        return " Its last words: " + " | ".join(list(self.last_lines)[-3:]) if self.last_lines else ""

    async def stop(self) -> None:
        """End the process and everything it started, and remove its folder."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), STOP_PATIENCE_SECONDS)
        self._guard.ended(self._process)
        await self._process.wait()
        if self._reader is not None:
            await self._reader
        self._port.release()
        shutil.rmtree(self.folder, ignore_errors=True)


async def start_container(
    guard: ProcessGuard, command: tuple[str, ...], environment: Mapping[str, str], folder: Path
) -> Container:
    """Start `command` with SageMaker's environment; `folder` is its /opt/ml, with the model in model/.

    Raises DeploymentError if there is no such command.
    """
    with contextlib.ExitStack() as undo:
        port = HeldPort()
        undo.callback(port.release)
        try:
            process = await guard.spawn(
                command,
                environment=_container_environment(environment, port.number, folder),
                directory=ROOT,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
        except OSError as error:
            raise DeploymentError(
                f"The container's command {command[0]} can't be run: {error.strerror}"
            ) from None
        undo.pop_all()
    return Container(guard, process, port, folder)


class HeldPort:
    """A free port, kept until `release` for a server that is told its number: nobody else is given it.

    Who binds port 0, or connects, gets another one; who asks for this one with SO_REUSEADDR, as servers do,
    gets it, since nothing listens here. Only Linux allows that; elsewhere the port is free again at once.
    """

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", 0))
        self.number: int = self._socket.getsockname()[1]
        if sys.platform != "linux":
            self.release()

    def release(self) -> None:
        """Let anyone have it."""
        self._socket.close()


def _container_environment(given: Mapping[str, str], port: int, folder: Path) -> dict[str, str]:
    """SageMaker's variables, the model's own, and what a process needs to run at all; none of the user's."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {
        "PATH": os.defpath,
        **kept,
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "OMP_NUM_THREADS": "1",
        **given,
        "SAGEMAKER_BIND_TO_PORT": str(port),
        "SAGEMAKER_SAFE_PORT_RANGE": f"{port + 1}-{port + 99}",
        "SAGEMAKER_BASE_DIR": str(folder),
        "SM_MODEL_DIR": str(folder / "model"),
    }
